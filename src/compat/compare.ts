import type { System } from '../contract/system.ts';
import { candidateExamples } from './contract-examples.ts';
import { type Decision, decidePayload } from './decide.ts';
import { diffSystems, type PayloadPair } from './diff-systems.ts';
import type { Comparison, Finding, UpgradeOrder, Verdict } from './finding.ts';
import { type JudgedChange, judgeSystemChange, toFinding } from './judge.ts';
import { judgePayload } from './judge-payload.ts';
import { createReplay, type Replay } from './replay.ts';

/** How to compare. */
export type CompareOptions = {
  /** The ISO date (`2026-11-23`) on which acceptances are looked at. */
  readonly today: string;
  /** Reads schemas literally: senders may emit whatever their schema accepts, not only declared properties. */
  readonly strict?: boolean;
};

/**
 * Compares two versions of a project: facts, who is exposed to them, what is decided, what it means. `compatible` is only said of what is
 * proven, `breaking` of a payload only with a message that was replayed; the rest is `undecided`. Acceptances are those of `after`.
 */
export async function compareSystems(before: System, after: System, options: CompareOptions): Promise<Comparison> {
  const versions = { before, after };
  const { changes, payloads } = diffSystems(before, after);
  const strict = options.strict ?? false;
  const replay = payloads.length > 0 ? await createReplay({ strict }) : undefined;
  const judged: JudgedChange[] = changes.map((change) => judgeSystemChange(change, versions));
  for (const pair of payloads) {
    if (replay) judged.push(...judgePayload(pair, decideBoth(pair, { strict, replay }), versions));
  }
  const agreements = { accept: after.project.accept, today: options.today };
  const order = upgradeOrder(judged);
  return {
    services: servicesOf(before, after),
    findings: judged.map((one) => toFinding(one, agreements)).sort(compareFindings),
    order,
    // Going back mixes both versions in both directions, which is what "any order" means.
    rollbackSafe: order === 'any',
  };
}

function decideBoth(
  pair: PayloadPair,
  { strict, replay }: { readonly strict: boolean; readonly replay: Replay },
): { readonly backward: Decision; readonly forward: Decision } {
  if (pair.facts.every((fact) => fact.kind === 'annotation-changed')) {
    const unchanged: Decision = { answer: 'included' };
    return { backward: unchanged, forward: unchanged };
  }
  if (pair.before.encoding === 'protobuf' || pair.after.encoding === 'protobuf') {
    const unknown: Decision = { answer: 'undecided', reason: 'the Protobuf wire format is not judged yet', obstacles: [] };
    return { backward: unknown, forward: unknown };
  }
  const { old, now, payload } = pair;
  return {
    backward: decidePayload({ sender: old, receiver: now, strict, examples: candidateExamples(pair.before, payload) }, replay),
    forward: decidePayload({ sender: now, receiver: old, strict, examples: candidateExamples(pair.after, payload) }, replay),
  };
}

function upgradeOrder(judged: readonly JudgedChange[]): UpgradeOrder {
  const providerFirst = judged.every((one) => one.providerFirst);
  const usersFirst = judged.every((one) => one.usersFirst);
  if (providerFirst) return usersFirst ? 'any' : 'provider-first';
  return usersFirst ? 'users-first' : 'side-by-side';
}

function servicesOf(before: System, after: System): Comparison['services'] {
  const names = [...new Set([...before.contracts, ...after.contracts].map((contract) => contract.service))].sort();
  return names.map((service) => {
    const [old, now] = [before, after].map((system) => system.contracts.find((contract) => contract.service === service)?.version);
    return { service, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) };
  });
}

const RANK: Readonly<Record<Verdict, number>> = { breaking: 0, undecided: 1, risky: 2, compatible: 3 };

function compareFindings(a: Finding, b: Finding): number {
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
