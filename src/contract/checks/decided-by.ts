/** Who may decide what; docs/language.md, "Who decides what". */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import { PATTERNS } from '../patterns.ts';
import { type CheckContext, type InteractionCheck, isThere, keyPlace, objectThere, type UseCheck, usePointer } from './context.ts';
import { deliveryHas } from './keys.ts';

const PROVIDER_KEYS = ['key', 'order', 'partitions', 'retain', 'tombstone', 'expire'];
const SENDER_KEYS = ['outbox'];
const RECEIVER_KEYS = ['retry', 'deduplicate', 'max-length', 'overflow', 'dead-letters'];

type Party = 'provider' | 'sender' | 'receiver';

/** Keys of `provides` that its users decide. What a provider says for receivers of an event is their default, except deduplication. */
export const checkProviderDecides: InteractionCheck = (context, { file }, interaction, written) => {
  if (!Object.hasOwn(written, 'delivery')) return [];
  const usersReceive = PATTERNS[interaction.pattern].receiver === 'users';
  const meaningful = (keys: readonly string[]) => keys.filter((key) => deliveryHas(key, interaction.pattern));
  const where = `"uses" of whoever ${usersReceive ? 'receives' : 'sends'} it`;
  return usersReceive
    ? misplaced(context, { file, pointer: interaction.pointer }, ['deduplicate'], { by: 'receiver', where })
    : misplaced(context, { file, pointer: interaction.pointer }, meaningful(SENDER_KEYS), { by: 'sender', where });
};

/** Keys of `uses` that somebody else decides. */
export const checkUserDecides: UseCheck = (context, { file }, use, interaction) => {
  if (!isThere(context, file, appendPointer(usePointer(use), 'delivery'))) return [];
  const meaningful = (keys: readonly string[]) => keys.filter((key) => deliveryHas(key, interaction.pattern));
  const place = { file, pointer: usePointer(use) };
  const where = `"provides" of ${interaction.service}`;
  const usersReceive = PATTERNS[interaction.pattern].receiver === 'users';
  return [
    ...misplaced(context, place, meaningful(PROVIDER_KEYS), { by: 'provider', where }),
    ...(usersReceive
      ? misplaced(context, place, meaningful(SENDER_KEYS), { by: 'sender', where })
      : misplaced(context, place, meaningful(RECEIVER_KEYS), { by: 'receiver', where })),
  ];
};

type Holder = { readonly file: string; readonly pointer: Pointer };

function misplaced(
  context: CheckContext,
  { file, pointer }: Holder,
  keys: readonly string[],
  decided: { readonly by: Party; readonly where: string },
): readonly Diagnostic[] {
  const holder = appendPointer(pointer, 'delivery');
  const written = objectThere(context, file, holder);
  return keys.flatMap((key) => {
    if (!Object.hasOwn(written, key)) return [];
    const place = appendPointer(holder, key);
    return [diagnose('decided-elsewhere', keyPlace(context, file, place), { key: `delivery.${key}`, ...decided })];
  });
}
