import type { Milliseconds } from '../contract/model.ts';
import { isFirstMessage } from '../contract/patterns.ts';
import type { System } from '../contract/system.ts';
import type { Change } from './change.ts';
import { type CompareOptions, compareFindings, servicesOf, upgradeOrder } from './compare.ts';
import { type DecideOptions, decidePair, prepareTrials } from './decide-pair.ts';
import { diffSystems, type PayloadPair } from './diff-systems.ts';
import { exposureOf } from './exposure.ts';
import type { Comparison } from './finding.ts';
import { type JudgedChange, judgeSystemChange, toFinding, type Versions } from './judge.ts';
import { interactionPair, judgePayload } from './judge-payload.ts';
import { isStillKept, type Kept, keptMessages, spellKept } from './retention.ts';

/**
 * Compares a project with a version that was released some time ago: can what it sent, and what is still kept, be read today? Logs keep
 * messages for as long as they say, and dead letters wait for somebody to look. What else changed since belongs to the comparison with the
 * version before this one, and is left out.
 *
 * `services` are those that were released with `before`, and how long ago each was replaced by its next release; 0 for the newest.
 */
export async function compareRelease(
  before: System,
  after: System,
  options: CompareOptions & { readonly services: ReadonlyMap<string, Milliseconds> },
): Promise<Comparison> {
  const versions = { before, after, today: options.today };
  const { changes, payloads } = diffSystems(before, after);
  const keptOf = (service: string, interaction: string | undefined) => stillKept(versions, interaction, options.services.get(service));
  const old = payloads.filter((pair) => isFirstMessage(pair.payload.role) && keptOf(pair.after.service, pair.after.id).length > 0);
  const decide = await prepareTrials(old, options);
  const judged = [
    ...changes.filter(isAboutWire).flatMap((change) => {
      const kept = keptOf(change.service, change.interaction);
      return kept.length === 0 ? [] : [toldOfKept(judgeSystemChange(change, versions), kept)];
    }),
    ...old.flatMap((pair) => judgeKept(pair, versions, decide).map((one) => toldOfKept(one, keptOf(pair.after.service, pair.after.id)))),
  ].filter(({ verdict }) => verdict !== 'compatible');
  const order = upgradeOrder(judged);
  const agreements = { accept: after.project.accept, today: options.today };
  return {
    services: servicesOf(before, after, []).filter(({ service }) => options.services.has(service)),
    findings: judged.map((one) => toFinding(one, agreements)).sort(compareFindings),
    order,
    rollbackSafe: order === 'any',
  };
}

/** Whether a fact decides how what is kept is read; that it is found elsewhere now is no matter of what it says. */
function isAboutWire(change: Change): boolean {
  return change.kind === 'encoding-changed';
}

/** Where the first messages of an interaction are still kept, by what either version says. */
function stillKept({ before, after }: Versions, id: string | undefined, age: Milliseconds | undefined): readonly Kept[] {
  if (id === undefined || age === undefined) return [];
  const kept = [before, after].flatMap((system) => {
    const interaction = system.interactions.get(id);
    return interaction ? keptMessages(system, interaction) : [];
  });
  return kept.filter((one) => isStillKept(one, age));
}

function judgeKept(pair: PayloadPair, versions: Versions, decide: DecideOptions): readonly JudgedChange[] {
  const exposure = exposureOf(interactionPair(pair, versions), pair.payload);
  // Every first message has to be read backward, unless its provider says otherwise (`compatibility`).
  if (!exposure.required.includes('backward')) return [];
  const backward = decidePair(pair, 'backward', decide, exposure);
  if (backward.whole.answer === 'included') return [];
  return judgePayload(pair, { backward, forward: { whole: { answer: 'included' }, readers: [] } }, versions, ['backward']);
}

/** Says where the messages are kept. Where no contract says that they are, a break is a risk; and no order of upgrades helps. */
function toldOfKept(judged: JudgedChange, kept: readonly Kept[]): JudgedChange {
  const isSaid = kept.some(({ said }) => said);
  const fails = judged.verdict === 'breaking' || judged.verdict === 'undecided';
  return {
    ...judged,
    verdict: fails && !isSaid ? 'risky' : judged.verdict,
    why: `${judged.why} Such messages are kept ${spellKept(isSaid ? kept.filter(({ said }) => said) : kept)}.`,
    ...(fails && isSaid ? { providerFirst: false, usersFirst: false } : { providerFirst: true, usersFirst: true }),
  };
}
