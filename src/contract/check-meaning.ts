import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isObject } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import { checkCallCycles } from './checks/call-cycles.ts';
import { checkRpcEncoding, checkTransport, checkTransportOnly, unknownTransport } from './checks/carrying.ts';
import { checkChannels } from './checks/channels.ts';
import { type CheckContext, type InteractionCheck, objectThere, type UseCheck } from './checks/context.ts';
import { checkProviderDecides, checkUserDecides } from './checks/decided-by.ts';
import { checkHeaders } from './checks/headers.ts';
import { checkChannelDecides, checkKeeping, checkRetention, checkRetry, checkUseRetry } from './checks/keeping.ts';
import { checkKeys, checkUseKeys } from './checks/keys.ts';
import { checkLimits, checkUseLimits } from './checks/limits.ts';
import { checkMessageKeys, checkUseMessageKeys } from './checks/message-keys.ts';
import { checkNames } from './checks/names.ts';
import { checkParticipation, checkUnusedChannels } from './checks/participation.ts';
import { checkPayloads, checkTimeout } from './checks/payloads.ts';
import { checkPath, checkPointers, checkUsePointers } from './checks/pointers.ts';
import { checkProtobuf } from './checks/protobuf.ts';
import { checkProtobufTypes } from './checks/protobuf-types.ts';
import { checkResponders } from './checks/responders.ts';
import { checkTiming, checkUseTiming } from './checks/timing.ts';
import { checkOwnTimeout, checkProvided } from './checks/uses.ts';
import type { Contract, Interaction } from './model.ts';

const INTERACTION_CHECKS: readonly InteractionCheck[] = [
  checkTransport,
  checkRpcEncoding,
  checkKeys,
  checkPayloads,
  checkTimeout,
  checkResponders,
  checkProviderDecides,
  checkRetention,
  checkKeeping,
  checkChannelDecides,
  checkRetry,
  checkTiming,
  checkLimits,
];

/** What can only be said where it is known what the messages look like. */
const MESSAGE_CHECKS: readonly InteractionCheck[] = [checkPointers, checkPath, checkMessageKeys, checkHeaders];

const USE_CHECKS: readonly UseCheck[] = [checkUseKeys, checkOwnTimeout, checkUserDecides, checkUseRetry, checkUseTiming, checkUseLimits];

const USE_MESSAGE_CHECKS: readonly UseCheck[] = [checkUsePointers, checkUseMessageKeys];

const ALL_INTERACTION_CHECKS: readonly InteractionCheck[] = [...INTERACTION_CHECKS, ...MESSAGE_CHECKS];
const ALL_USE_CHECKS: readonly UseCheck[] = [...USE_CHECKS, ...USE_MESSAGE_CHECKS];

/** Whatever the schemas cannot say: what the parts of a contract mean together, and what contracts mean for each other. */
export function checkMeaning(context: CheckContext): readonly Diagnostic[] {
  return [
    ...context.contracts.flatMap((contract) => checkContract(context, contract)),
    ...checkProtobuf(context),
    ...checkParticipation(context),
    ...checkCallCycles(context),
    ...checkProtobufTypes(context),
  ];
}

function checkContract(context: CheckContext, contract: Contract): readonly Diagnostic[] {
  const channels = contract.channels
    .filter(({ via }) => via !== '')
    .flatMap(({ name, via }) => unknownTransport(context, { file: contract.file, pointer: appendPointer('/channels', name, 'via') }, via));
  const provides = new Map(
    Object.entries(objectThere(context, contract.file, '/provides')).map(([key, value]) => [appendPointer('/provides', key), value]),
  );
  const provided = contract.provides.flatMap((interaction) => {
    const value = provides.get(interaction.pointer);
    const written = isObject(value) ? value : {};
    const checks = isKnown(context, interaction) ? ALL_INTERACTION_CHECKS : INTERACTION_CHECKS;
    return collect(checks, (check) => check(context, contract, interaction, written));
  });
  const known = new Set(contract.provides.map(({ pointer }) => pointer));
  const unknown = [...provides.keys()].flatMap((pointer) =>
    known.has(pointer) ? [] : checkTransportOnly(context, contract.file, pointer),
  );
  const used = contract.uses.flatMap((use) => {
    const interaction = context.interactions.get(use.id);
    const own = checkProvided(context, contract, use);
    if (!interaction) return own;
    const checks = isKnown(context, interaction) ? ALL_USE_CHECKS : USE_CHECKS;
    return [...own, ...collect(checks, (check) => check(context, contract, use, interaction))];
  });
  return [
    ...checkNames(context, contract),
    ...channels,
    ...checkChannels(context, contract),
    ...checkUnusedChannels(context, contract),
    ...provided,
    ...unknown,
    ...used,
  ];
}

/** What some checks find. Nearly all find nothing, and there are hundreds of thousands of them in a large project. */
function collect<Check>(checks: readonly Check[], run: (check: Check) => readonly Diagnostic[]): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  for (const check of checks) {
    const found = run(check);
    if (found.length > 0) findings.push(...found);
  }
  return findings;
}

/** Whether it is known what the messages of an interaction look like. */
function isKnown({ services, leadsToDamage }: CheckContext, { service, pointer }: Interaction): boolean {
  const file = services.get(service)?.file;
  return file === undefined || !leadsToDamage({ file, pointer });
}
