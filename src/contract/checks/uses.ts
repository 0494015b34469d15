/** Whether what a service uses is provided, in the version it was written for, and what it says of it is its to say. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer } from '../../source/pointer.ts';
import type { Contract, Use } from '../model.ts';
import { formatDuration } from '../quantities.ts';
import { type CheckContext, isThere, keyPlace, type UseCheck, usePointer, valuePlace } from './context.ts';

/** Whether anybody provides what an entry of `uses` names. */
export function checkProvided(context: CheckContext, { file }: Contract, use: Use): readonly Diagnostic[] {
  const [service = '', ...rest] = use.id.split('.');
  // A name of another form has been reported, and a service in a file that is no YAML may well provide it.
  if (rest.length !== 1 || context.unreadable.has(service)) return [];
  if (context.interactions.has(use.id)) return [];
  const providers = context.services.has(service) ? context.contracts.filter((contract) => contract.service === service) : [];
  const pointer = appendPointer('/provides', rest[0] ?? '');
  if (providers.some((provider) => isThere(context, provider.file, pointer))) return [];
  const provided = context.provided();
  const own = provided.filter((id) => id.startsWith(`${service}.`));
  const known = own.length > 0 ? own : provided;
  const at = keyPlace(context, file, usePointer(use));
  return [diagnose('unknown-use', at, { id: use.id, service, serviceKnown: providers.length > 0, known })];
}

/** A user's own timeout is shorter than the provider's. */
export const checkOwnTimeout: UseCheck = (context, { file }, use, { timeout, id, at }) => {
  if (use.timeout === undefined || timeout === undefined || use.timeout <= timeout) return [];
  const place = valuePlace(context, file, appendPointer(usePointer(use), 'timeout'));
  const data = { id, own: formatDuration(use.timeout), theirs: formatDuration(timeout) };
  return [diagnose('timeout-too-long', place, data, [{ at, label: `${id} is here` }])];
};

/**
 * Ranges of versions: whether they are ranges, and whether the provider's version lies in them. The library is loaded only where a range is
 * written, since that takes longer than all other checks of a contract.
 */
export async function checkVersions(context: CheckContext): Promise<readonly Diagnostic[]> {
  const ranged = context.contracts.flatMap((contract) =>
    contract.uses.filter(({ version }) => version !== undefined).map((use) => ({ contract, use })),
  );
  if (ranged.length === 0) return [];
  const [{ default: satisfies }, { default: validRange }, { default: valid }] = await Promise.all([
    import('semver/functions/satisfies.js'),
    import('semver/ranges/valid.js'),
    import('semver/functions/valid.js'),
  ]);
  return ranged.flatMap(({ contract, use }) => {
    const range = use.version ?? '';
    const at = valuePlace(context, contract.file, appendPointer(usePointer(use), 'version'));
    if (validRange(range) === null)
      return [diagnose('malformed-version', at, { written: range, form: 'a range of versions', example: '^1.4' })];
    const interaction = context.interactions.get(use.id);
    const provider = interaction && context.services.get(interaction.service);
    if (!provider || valid(provider.version) === null || satisfies(provider.version, range, { includePrerelease: true })) return [];
    const data = { id: use.id, range, service: provider.service, version: provider.version };
    const version = valuePlace(context, provider.file, '/version');
    return [diagnose('version-not-met', at, data, [{ at: version, label: `${provider.service} is at ${provider.version}` }])];
  });
}
