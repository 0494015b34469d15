import type { Pattern, PayloadRole, TransportKind } from './model.ts';

/** Who sends a payload of a pattern to whom. */
export type Flow = 'user-to-provider' | 'provider-to-users' | 'users-to-provider' | 'provider-to-user';

/** What the language says of one pattern; docs/language.md, "The five patterns". */
export type PatternRow = {
  readonly carriedBy: readonly TransportKind[];
  /** The payloads it may have and which way each goes. */
  readonly payloads: Readonly<Partial<Record<PayloadRole, Flow>>>;
  /** The payloads that must be there. */
  readonly requires: readonly PayloadRole[];
  /** Whether somebody waits, so that a timeout is required. */
  readonly waits: boolean;
  /** Who handles the message that starts it. */
  readonly receiver: 'provider' | 'users';
};

const asynchronous: readonly TransportKind[] = ['rabbitmq', 'kafka', 'redis', 'memory'];

/** The table of the five patterns: adding one means a row here and what the compiler then asks for. */
export const PATTERNS = {
  'request-response': {
    carriedBy: ['http', 'grpc', 'memory'],
    payloads: { request: 'user-to-provider', response: 'provider-to-user', error: 'provider-to-user' },
    requires: ['request', 'response'],
    waits: true,
    receiver: 'provider',
  },
  'async-request-response': {
    carriedBy: asynchronous,
    payloads: { request: 'user-to-provider', response: 'provider-to-user', error: 'provider-to-user' },
    requires: ['request', 'response'],
    waits: true,
    receiver: 'provider',
  },
  notification: {
    carriedBy: asynchronous,
    payloads: { message: 'user-to-provider' },
    requires: ['message'],
    waits: false,
    receiver: 'provider',
  },
  'publish-subscribe': {
    carriedBy: asynchronous,
    payloads: { message: 'provider-to-users' },
    requires: ['message'],
    waits: false,
    receiver: 'users',
  },
  'publish-async-responses': {
    carriedBy: asynchronous,
    payloads: { message: 'provider-to-users', response: 'users-to-provider', error: 'users-to-provider' },
    requires: ['message', 'response'],
    waits: true,
    receiver: 'users',
  },
} as const satisfies Record<Pattern, PatternRow>;

/** Whether a payload starts its interaction: the one with which headers travel, and which logs and dead letters hold. */
export function isFirstMessage(role: PayloadRole): boolean {
  return role === 'request' || role === 'message';
}
