/** Whether those whose answers are awaited exist, use the event, and have an answer. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer } from '../../source/pointer.ts';
import type { Interaction } from '../model.ts';
import { type CheckContext, type InteractionCheck, keyPlace, objectThere, valuePlace, writtenName } from './context.ts';

/** Checks `responders`, `responses` and `quorum` of a gathered event. */
export const checkResponders: InteractionCheck = (context, { file }, interaction) => {
  if (interaction.pattern !== 'publish-async-responses') return [];
  const { pointer, responders, quorum } = interaction;
  const named = (responders ?? []).flatMap((service, index) =>
    checkResponder(context, interaction, service, valuePlace(context, file, appendPointer(pointer, 'responders', index))),
  );
  const awaited = awaitedBy(context, interaction);
  // Whoever is described in a file that is no YAML may answer as well.
  const atMost = awaited.length + (responders ? 0 : context.unreadable.size);
  const tooMany =
    quorum !== undefined && quorum > atMost
      ? [diagnose('quorum-too-large', valuePlace(context, file, appendPointer(pointer, 'quorum')), { quorum, responders: awaited.length })]
      : [];
  return [...named, ...checkResponses(context, file, interaction), ...tooMany];
};

/** The services whose answers are awaited: those named, else whoever uses it and does not decline. */
function awaitedBy({ users }: CheckContext, { id, responders }: Interaction): readonly string[] {
  if (responders) return responders;
  return (users.get(id) ?? []).filter(({ use }) => use.respond).map(({ contract }) => contract.service);
}

function checkResponder(context: CheckContext, { id }: Interaction, service: string, at: Diagnostic['at']): readonly Diagnostic[] {
  if (context.unreadable.has(service)) return [];
  const known = [...context.services.keys()];
  if (!known.includes(service)) return [diagnose('unknown-responder', at, { service, known })];
  const user = context.users.get(id)?.find(({ contract }) => contract.service === service);
  if (user?.use.respond) return [];
  const related = user ? [{ at: user.use.at, label: `${service} uses it here` }] : [];
  return [diagnose('responder-not-using', at, { service, id, declines: user !== undefined }, related)];
}

function checkResponses(context: CheckContext, file: string, interaction: Interaction): readonly Diagnostic[] {
  const { pointer, payloads, at } = interaction;
  const written = Object.keys(objectThere(context, file, appendPointer(pointer, 'responses')));
  if (written.length === 0) return [];
  const awaited = awaitedBy(context, interaction);
  const single = payloads.some(({ role, name: of }) => role === 'response' && of === undefined);
  const known = [...context.services.keys()];
  const extra = written
    .filter((service) => !awaited.includes(service) && !context.unreadable.has(service))
    .map((service) => {
      const place = keyPlace(context, file, appendPointer(pointer, 'responses', service));
      return known.includes(service)
        ? diagnose('response-of-nobody', place, { service, responders: awaited })
        : diagnose('unknown-responder', place, { service, known });
    });
  const missing = awaited
    .filter((service) => !single && !written.includes(service) && known.includes(service))
    .map((service) => diagnose('missing-response', at, { service, interaction: writtenName(interaction) }));
  return [...extra, ...missing];
}
