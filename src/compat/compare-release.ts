import type { Milliseconds } from '../contract/model.ts';
import { isFirstMessage } from '../contract/patterns.ts';
import type { System } from '../contract/system.ts';
import type { Change } from './change.ts';
import { type CompareOptions, compareFindings, judgeVersion, servicesOf, upgradeOrder } from './compare.ts';
import { type DecideOptions, decidePair, type PairDecision, prepareTrials } from './decide-pair.ts';
import { diffSystems, type PayloadPair } from './diff-systems.ts';
import type { Direction } from './exposure.ts';
import type { Comparison } from './finding.ts';
import type { Decisions } from './grade-payload.ts';
import { type JudgedChange, judgeSystemChange, toFinding, type Versions } from './judge.ts';
import { exposureOfPair, judgePayload } from './judge-payload.ts';
import { isStillKept, type Kept, keptMessages, spellKept } from './retention.ts';
import { versionNeeds } from './version-bump.ts';

/** How to compare with a release. */
export type ReleaseOptions = CompareOptions & {
  /** The services that were released with `before`, and how long ago each was replaced by its next release; 0 for the newest. */
  readonly services: ReadonlyMap<string, Milliseconds>;
  /** Those of them of which it is the newest release, so that their version numbers have to tell of what changed since. */
  readonly newest: ReadonlySet<string>;
};

/**
 * Compares a project with a version that was released some time ago: can what it sent, and what is still kept, be read today? Logs keep
 * messages for as long as they say, and dead letters wait for somebody to look. Of what else changed since, which belongs to the comparison
 * with the version before this one, only the version numbers are looked at. Each payload is decided once.
 */
export async function compareRelease(before: System, after: System, options: ReleaseOptions): Promise<Comparison> {
  const versions = { before, after, today: options.today };
  const { changes, payloads } = diffSystems(before, after);
  const keptOf = (service: string, interaction: string | undefined) => stillKept(versions, interaction, options.services.get(service));
  const old = payloads.filter((pair) => isFirstMessage(pair.payload.role) && keptOf(pair.after.service, pair.after.id).length > 0);
  const counting = payloads.filter((pair) => options.newest.has(pair.after.service));
  const decide = rememberDecisions(await prepareTrials([...new Set([...old, ...counting])], options), versions);
  const judged = [
    ...changes.filter(isAboutWire).flatMap((change) => {
      const kept = keptOf(change.service, change.interaction);
      return kept.length === 0 ? [] : [toldOfKept(judgeSystemChange(change, versions), kept)];
    }),
    ...old.flatMap((pair) => judgeKept(pair, versions, decide).map((one) => toldOfKept(one, keptOf(pair.after.service, pair.after.id)))),
  ].filter(({ verdict }) => verdict !== 'compatible');
  const order = upgradeOrder(judged);
  judged.push(...(await judgeVersions({ changes, payloads: counting }, { versions, newest: options.newest, decide })));
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

type Decide = (pair: PayloadPair, direction: Direction) => PairDecision;

/** Decides each direction of a payload when it is asked for, and once. */
function rememberDecisions(options: DecideOptions, versions: Versions): Decide {
  const decided = new Map<PayloadPair, { [D in Direction]?: PairDecision }>();
  return (pair, direction) => {
    const known = decided.get(pair) ?? {};
    decided.set(pair, known);
    known[direction] ??= decidePair(pair, direction, options, exposureOfPair(pair, versions));
    return known[direction];
  };
}

type Counted = { readonly versions: Versions; readonly newest: ReadonlySet<string>; readonly decide: Decide };

/** Version numbers that tell of less than what changed since their newest release. */
async function judgeVersions(
  { changes, payloads }: ReturnType<typeof diffSystems>,
  { versions, newest, decide }: Counted,
): Promise<readonly JudgedChange[]> {
  if (newest.size === 0) return [];
  const judged = [
    ...changes.filter(({ service }) => newest.has(service)).map((change) => judgeSystemChange(change, versions)),
    ...payloads.flatMap((pair) => {
      const decisions = { backward: decide(pair, 'backward'), forward: decide(pair, 'forward') };
      return judgePayload(pair, exposureOfPair(pair, versions), decisions, versions);
    }),
  ];
  const needs = await versionNeeds(versions.before, versions.after, judged);
  return needs.filter(({ service, given }) => !given && newest.has(service)).map((need) => judgeVersion(need, versions));
}

function judgeKept(pair: PayloadPair, versions: Versions, decide: Decide): readonly JudgedChange[] {
  const exposure = exposureOfPair(pair, versions);
  // Every first message has to be read backward, unless its provider says otherwise (`compatibility`).
  if (!exposure.required.includes('backward')) return [];
  const backward = decide(pair, 'backward');
  if (backward.whole.answer === 'included') return [];
  const decisions: Decisions = { backward, forward: { whole: { answer: 'included' }, readers: [] } };
  return judgePayload(pair, { ...exposure, required: ['backward'] }, decisions, versions);
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
