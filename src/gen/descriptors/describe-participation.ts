import { receiverPolicy, retryDelays } from '../../contract/delivery.ts';
import type { Contract, Interaction, Limit } from '../../contract/model.ts';
import { findTransport, type System } from '../../contract/system.ts';
import { receiveAddress, replyAddress, sendAddress } from '../../topology/addresses.ts';
import { type PrintableValue, raw } from '../code.ts';
import type { ParticipatingPayload, Participation } from '../participation.ts';

type Properties = { readonly [key: string]: PrintableValue | undefined };

/** The descriptor of an interaction for one service, as `runtime/descriptor.ts` wants it. */
export function describeParticipation(system: System, contract: Contract, participation: Participation, codec: PrintableValue): Properties {
  const { interaction, side } = participation;
  const { key, expire, tombstone } = interaction.delivery;
  return {
    id: interaction.id,
    pattern: interaction.pattern,
    side,
    transport: { name: interaction.via, kind: findTransport(system.project, interaction.via)?.kind ?? 'memory' },
    send: { ...sendAddress(system, interaction) },
    ...(side === 'sender' ? describeSending(system, contract, participation) : describeReceiving(system, contract, participation)),
    ...describeWaiting(participation),
    key,
    expire,
    tombstone,
    codec,
  };
}

/** The validators of the payloads, those of errors by code and those of responses by service. */
export function describeValidators({ payloads, responders, interaction }: Participation, local: (validator: string) => string): Properties {
  const validators: { [Role in ParticipatingPayload['role'] | 'responses' | 'errors']?: PrintableValue } = {};
  for (const { role, validator } of payloads) {
    if (role === 'request' || role === 'message' || role === 'headers') validators[role] = raw(local(validator));
  }
  const response = payloads.find(({ role }) => role === 'response');
  if (interaction.pattern === 'publish-async-responses') {
    validators.responses = Object.fromEntries(
      responders.flatMap((service) => {
        const payload = responseOf(payloads, service);
        return payload ? [[service, raw(local(payload.validator))]] : [];
      }),
    );
  } else if (response) validators.response = raw(local(response.validator));
  if (hasAnswers(interaction))
    validators.errors = Object.fromEntries(errorsOf(payloads).map(([code, payload]) => [code, raw(local(payload.validator))]));
  return validators;
}

/** The classes of the errors by code, where any may come. */
export function describeErrors({ payloads, interaction }: Participation, local: (code: string) => string): PrintableValue | undefined {
  return hasAnswers(interaction) ? Object.fromEntries(errorsOf(payloads).map(([code]) => [code, raw(local(code))])) : undefined;
}

/** Whether somebody waits for an answer, which may be an error. */
export function hasAnswers({ pattern }: Interaction): boolean {
  return pattern === 'request-response' || pattern === 'async-request-response' || pattern === 'publish-async-responses';
}

/** The response that a service gives: its own, else the one for all. */
export function responseOf(payloads: readonly ParticipatingPayload[], service: string): ParticipatingPayload | undefined {
  const responses = payloads.filter(({ role }) => role === 'response');
  return responses.find(({ name }) => name === service) ?? responses.find(({ name }) => name === undefined);
}

/** The declared errors by code. */
export function errorsOf(payloads: readonly ParticipatingPayload[]): readonly (readonly [string, ParticipatingPayload])[] {
  return payloads.filter(({ role }) => role === 'error').map((payload) => [payload.name ?? 'error', payload]);
}

function describeSending(system: System, contract: Contract, { interaction, use }: Participation): Properties {
  const replies = replyAddress(system, interaction, contract);
  return {
    replies: replies && { ...replies },
    limit: describeLimit(use?.limit),
    outbox: (use ?? interaction).delivery.outbox ?? false,
  };
}

function describeReceiving(system: System, contract: Contract, { interaction, use }: Participation): Properties {
  const policy = receiverPolicy(interaction, use);
  const { by, within } = policy.deduplicate ?? {};
  const address = receiveAddress(system, interaction, contract);
  return {
    receive: 'ladder' in address ? { ...address, ladder: address.ladder.map((rung) => ({ ...rung })) } : { ...address },
    policy: {
      retryDelays: policy.retry ? retryDelays(policy.retry) : [],
      ordered: policy.ordered,
      deduplicate: by && { by, within },
      limit: describeLimit(policy.limit),
      deadLetters: policy.deadLetters === false ? false : undefined,
      start: policy.start,
    },
    reads: use?.reads,
  };
}

function describeWaiting({ interaction, use, side, responders }: Participation): Properties {
  const { pattern, timeout } = interaction;
  if (!hasAnswers(interaction)) return {};
  return {
    timeout: Math.min(timeout ?? 0, (side === 'sender' ? use?.timeout : undefined) ?? Number.POSITIVE_INFINITY),
    reply: pattern === 'async-request-response' ? interaction.reply : undefined,
    responders: pattern === 'publish-async-responses' ? responders : undefined,
    quorum: interaction.quorum,
  };
}

function describeLimit(limit: Limit | undefined): PrintableValue | undefined {
  return limit && { ...limit };
}
