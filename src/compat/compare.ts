import { findContract, type System } from '../contract/system.ts';
import { valueRange } from '../source/yaml-tree.ts';
import type { Change, Side } from './change.ts';
import { type DecideOptions, decidePair, prepareTrials } from './decide-pair.ts';
import { diffSystems, type PayloadPair } from './diff-systems.ts';
import type { Exposure } from './exposure.ts';
import type { Comparison, Finding, UpgradeOrder, Verdict } from './finding.ts';
import type { Decisions } from './grade-payload.ts';
import { type JudgedChange, judgeSystemChange, toFinding, type Versions } from './judge.ts';
import { exposureOfPair, judgePayload } from './judge-payload.ts';
import { type Renames, renamesBetween } from './renames.ts';
import { type VersionNeed, versionNeeds } from './version-bump.ts';
import type { WirePort } from './wire/port.ts';

/** How to compare. */
export type CompareOptions = {
  /** The ISO date (`2026-11-23`) on which acceptances are looked at. */
  readonly today: string;
  /** Reads schemas literally: senders may emit whatever their schema accepts, not only declared properties. */
  readonly strict?: boolean;
  /** Whether `before` is what was last released, so that the version numbers have to tell of what changed since. */
  readonly released?: boolean;
  /** Interactions that were renamed though no contract says so. */
  readonly renames?: Renames;
  /** Loads the codec by which messages of Protobuf are tried; without it what breaks on the wire is undecided. */
  readonly protobuf?: () => Promise<WirePort>;
};

/**
 * Compares two versions of a project: facts, who is exposed to them, what is decided, what it means. `compatible` is only said of what is
 * proven, `breaking` of a payload only with a message that was replayed; the rest is `undecided`. Acceptances are those of `after`.
 */
export async function compareSystems(before: System, after: System, options: CompareOptions): Promise<Comparison> {
  const versions = { before, after, today: options.today };
  const { changes, payloads } = diffSystems(before, after, renamesBetween(before, after, options.renames));
  const trials = payloads.length > 0 ? await prepareTrials(payloads, options) : undefined;
  const judged: JudgedChange[] = changes.map((change) => judgeSystemChange(change, versions));
  for (const pair of payloads) {
    const exposure = exposureOfPair(pair, versions);
    if (trials) judged.push(...judgePayload(pair, exposure, decideBoth(pair, trials, exposure), versions));
  }
  const needs = await versionNeeds(before, after, judged);
  if (options.released) judged.push(...needs.filter(({ given }) => !given).map((need) => judgeVersion(need, versions)));
  const agreements = { accept: after.project.accept, today: options.today };
  const order = upgradeOrder(judged);
  return {
    services: servicesOf(before, after, needs),
    findings: judged.map((one) => toFinding(one, agreements)).sort(compareFindings),
    order,
    // Going back mixes both versions in both directions, which is what "any order" means.
    rollbackSafe: order === 'any',
  };
}

function decideBoth(pair: PayloadPair, options: DecideOptions, exposure: Exposure): Decisions {
  return { backward: decidePair(pair, 'backward', options, exposure), forward: decidePair(pair, 'forward', options, exposure) };
}

/** The order that is safe for all changes together. */
export function upgradeOrder(judged: readonly JudgedChange[]): UpgradeOrder {
  const providerFirst = judged.every((one) => one.providerFirst);
  const usersFirst = judged.every((one) => one.usersFirst);
  if (providerFirst) return usersFirst ? 'any' : 'provider-first';
  return usersFirst ? 'users-first' : 'side-by-side';
}

/** The finding that a version tells of less than what changed. */
export function judgeVersion({ service, least }: VersionNeed, versions: Versions): JudgedChange {
  const { before, after } = versions;
  const side = (system: System): Side => {
    const contract = findContract(system, service);
    const tree = contract && system.documents.get(contract.file);
    return contract && tree ? { value: contract.version, at: valueRange(tree, '/version') } : {};
  };
  const change: Change = { kind: 'version-bump-too-small', service, path: '', name: least, before: side(before), after: side(after) };
  return judgeSystemChange(change, versions);
}

/** The services of either version, with what their versions need. */
export function servicesOf(before: System, after: System, needs: readonly VersionNeed[]): Comparison['services'] {
  const names = [...new Set([...before.contracts, ...after.contracts].map((contract) => contract.service))].sort();
  return names.map((service) => {
    const [old, now] = [before, after].map((system) => system.contracts.find((contract) => contract.service === service)?.version);
    const need = needs.find((one) => one.service === service && one.bump !== 'none');
    return {
      service,
      ...(old !== undefined && { before: old }),
      ...(now !== undefined && { after: now }),
      ...(need && { needs: need.least }),
    };
  });
}

const RANK: Readonly<Record<Verdict, number>> = { breaking: 0, undecided: 1, risky: 2, compatible: 3 };

/** By service, interaction, verdict, and then so that every run gives the same order. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.change.service, b.change.service) ||
    compareText(a.change.interaction ?? '', b.change.interaction ?? '') ||
    RANK[a.verdict] - RANK[b.verdict] ||
    compareText(a.change.path, b.change.path) ||
    compareText(a.id, b.id) ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
