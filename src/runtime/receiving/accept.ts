/** Looks at a message before any handler does: whether it is still wanted, whether it is what the contract says, and what it holds. */
import type { Clock } from '../clock.ts';
import type { WireMessage } from '../message.ts';
import type { PayloadCodec, PayloadRole } from '../payload-codec.ts';
import { readAnswer, readBody } from '../read-answer.ts';
import { roleOf } from '../roles.ts';
import type { Validator } from '../validation.ts';
import type { Route } from './inbound.ts';

/** Clocks of two machines that are further apart than this are not compared (milliseconds). */
const SANE_SKEW = 5 * 60_000;

/**
 * When whoever sent it stops waiting, by this process's clock; `undefined` where nobody waits. The sender's clock is not this one: the time that it
 * took to come counts only where the two clocks seem to agree.
 */
export function deadlineOf({ meta }: WireMessage, arrived: number): number | undefined {
  const { timeout, sentAt } = meta;
  if (timeout === undefined) return undefined;
  const underWay = sentAt === undefined ? 0 : arrived - sentAt;
  return arrived + timeout - (underWay > 0 && underWay < SANE_SKEW ? underWay : 0);
}

/** Whether a message was not handled in time, as its contract has it. */
export function isExpired({ interaction, kind }: Route, { timestamp }: WireMessage, clock: Clock): boolean {
  // Other programs may leave out when they sent it.
  return kind === 'message' && interaction.expire !== undefined && timestamp > 0 && clock.now() > timestamp + interaction.expire;
}

/** The payload of a message, or why it is none that the contract knows. */
export type Accepted = { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly why: string };

/** Reads and validates it. What a receiver does not read of it stays in it, whatever becomes of the message. */
export function acceptMessage(route: Route, message: WireMessage, codec: PayloadCodec): Accepted {
  if (route.kind === 'answer') return { ok: true, payload: acceptAnswer(route, message, codec) };
  const { interaction } = route;
  const { validators } = interaction;
  const headers = 'headers' in validators ? (validators.headers as Validator<unknown> | undefined) : undefined;
  if (headers && !headers(message.headers)) return refuse(headers, 'its headers do not fit the contract');
  if (message.body === null) {
    const mayBeEmpty = 'tombstone' in interaction && interaction.tombstone === true;
    return mayBeEmpty ? { ok: true, payload: null } : { ok: false, why: 'it is empty' };
  }
  const role: PayloadRole = roleOf(interaction);
  const read = readBody(message, codec, role);
  if ('problem' in read) return { ok: false, why: read.problem };
  const validate = (validators as Readonly<Record<string, unknown>>)[role] as Validator<unknown>;
  return validate(read.value) ? { ok: true, payload: read.value } : refuse(validate, 'it does not fit its schema');
}

function acceptAnswer({ interaction }: Extract<Route, { kind: 'answer' }>, message: WireMessage, codec: PayloadCodec): unknown {
  const { response, errors } = interaction.validators;
  return readAnswer(message, { interaction: interaction.id, codec, role: 'response', response, errors, classes: interaction.errors });
}

function refuse({ errors }: Validator<unknown>, otherwise: string): Accepted {
  return { ok: false, why: errors?.[0]?.message ?? otherwise };
}
