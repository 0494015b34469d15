import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { Verdict } from '../../../src/compat/finding.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { loadSystem } from '../../support/load-system.ts';

/** A change of a schema: what a new receiver makes of old messages (backward), and an old receiver of new ones (forward). */
type SchemaChange = {
  readonly id: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly backward: boolean;
  readonly forward: boolean;
};

const object = (properties: Readonly<Record<string, JsonValue>>, more: Readonly<Record<string, JsonValue>> = {}): JsonValue => ({
  type: 'object',
  properties,
  ...more,
});
const text: JsonValue = { type: 'string' };

const CHANGES: readonly SchemaChange[] = [
  { id: 'property-added', before: object({ a: text }), after: object({ a: text, b: text }), backward: true, forward: true },
  {
    id: 'property-added',
    before: object({ a: text }),
    after: object({ a: text, b: text }, { required: ['b'] }),
    backward: false,
    forward: true,
  },
  { id: 'property-removed', before: object({ a: text, b: text }), after: object({ a: text }), backward: true, forward: true },
  {
    id: 'property-removed',
    before: object({ a: text, b: text }, { required: ['b'] }),
    after: object({ a: text }),
    backward: true,
    forward: false,
  },
  {
    id: 'property-became-required',
    before: object({ a: text }),
    after: object({ a: text }, { required: ['a'] }),
    backward: false,
    forward: true,
  },
  {
    id: 'property-became-optional',
    before: object({ a: text }, { required: ['a'] }),
    after: object({ a: text }),
    backward: true,
    forward: false,
  },
  { id: 'type-changed', before: object({ a: text }), after: object({ a: { type: 'boolean' } }), backward: false, forward: false },
  {
    id: 'type-changed',
    before: object({ a: { type: 'integer' } }),
    after: object({ a: { type: 'number' } }),
    backward: true,
    forward: false,
  },
  { id: 'type-changed', before: object({ a: text }), after: object({ a: { type: ['string', 'null'] } }), backward: true, forward: false },
  {
    id: 'enum-value-added',
    before: object({ a: { enum: ['x'] } }),
    after: object({ a: { enum: ['x', 'y'] } }),
    backward: true,
    forward: false,
  },
  {
    id: 'enum-value-removed',
    before: object({ a: { enum: ['x', 'y'] } }),
    after: object({ a: { enum: ['x'] } }),
    backward: false,
    forward: true,
  },
  {
    id: 'enum-introduced',
    before: object({ a: text }),
    after: object({ a: { type: 'string', enum: ['x'] } }),
    backward: false,
    forward: true,
  },
  { id: 'enum-dropped', before: object({ a: { type: 'string', const: 'x' } }), after: object({ a: text }), backward: true, forward: false },
  {
    id: 'object-closed',
    before: object({ a: text }, { additionalProperties: true }),
    after: object({ a: text }, { additionalProperties: false }),
    backward: false,
    forward: true,
  },
  {
    id: 'object-opened',
    before: object({ a: text }, { additionalProperties: false }),
    after: object({ a: text }, { additionalProperties: true }),
    backward: true,
    forward: false,
  },
  {
    id: 'constraint-changed',
    before: object({ a: { type: 'integer', minimum: 1 } }),
    after: object({ a: { type: 'integer', minimum: 2 } }),
    backward: false,
    forward: true,
  },
  {
    id: 'constraint-changed',
    before: object({ a: { type: 'string', maxLength: 5 } }),
    after: object({ a: { type: 'string', maxLength: 9 } }),
    backward: true,
    forward: false,
  },
  {
    id: 'constraint-changed',
    before: object({ a: { type: 'string', format: 'date' } }),
    after: object({ a: text }),
    backward: true,
    forward: false,
  },
  {
    id: 'schema-changed',
    before: object({ a: { anyOf: [text] } }),
    after: object({ a: { anyOf: [text, { type: 'null' }] } }),
    backward: true,
    forward: false,
  },
];

type Exposed = {
  readonly pattern: string;
  readonly role: string;
  readonly more?: Readonly<Record<string, JsonValue>>;
  readonly via?: string;
  readonly required: readonly ('backward' | 'forward')[];
};

/** The table of docs/language.md, "What compatibility means". */
const EXPOSED: readonly Exposed[] = [
  { pattern: 'request-response', role: 'request', via: 'web', required: ['backward'] },
  { pattern: 'request-response', role: 'response', via: 'web', required: ['forward'] },
  { pattern: 'request-response', role: 'error', via: 'web', required: ['forward'] },
  { pattern: 'async-request-response', role: 'request', required: ['backward'] },
  { pattern: 'async-request-response', role: 'response', required: ['forward'] },
  { pattern: 'async-request-response', role: 'error', required: ['forward'] },
  { pattern: 'async-request-response', role: 'response', more: { reply: 'durable' }, required: ['backward', 'forward'] },
  {
    pattern: 'async-request-response',
    role: 'error',
    more: { delivery: { deduplicate: { by: ['/key'], within: '24h' } } },
    required: ['backward', 'forward'],
  },
  { pattern: 'notification', role: 'message', required: ['backward'] },
  { pattern: 'notification', role: 'message', via: 'log', required: ['backward'] },
  { pattern: 'publish-subscribe', role: 'message', required: ['backward', 'forward'] },
  { pattern: 'publish-subscribe', role: 'message', via: 'log', required: ['backward', 'forward'] },
  { pattern: 'publish-async-responses', role: 'message', required: ['backward', 'forward'] },
  { pattern: 'publish-async-responses', role: 'response', required: ['backward'] },
  { pattern: 'publish-async-responses', role: 'error', required: ['backward'] },
  { pattern: 'publish-subscribe', role: 'message', more: { compatibility: 'backward' }, required: ['backward'] },
  { pattern: 'publish-subscribe', role: 'message', more: { compatibility: 'forward' }, required: ['forward'] },
  { pattern: 'notification', role: 'message', more: { compatibility: 'full' }, required: ['backward', 'forward'] },
  { pattern: 'notification', role: 'message', more: { compatibility: 'none' }, required: [] },
];

describe.each(EXPOSED)('the $role of $pattern $more needs $required', (exposed) => {
  it.each(CHANGES)('$id: $before -> $after', async (change) => {
    const [before, after] = [await systemWith(exposed, change.before), await systemWith(exposed, change.after)];
    const { findings, order } = await compareSystems(before, after, { today: '2026-11-23' });
    const finding = findings.find(({ id }) => id === change.id);
    expect(finding?.verdict).toBe(expectedVerdict(exposed, change));
    const [sender, receiver] = TO_PROVIDER.has(`${exposed.pattern} ${exposed.role}`) ? ['user', 'owner'] : ['owner', 'user'];
    expect(finding?.parties).toEqual({ senders: [sender], receivers: [receiver] });
    expect(order).toBe(expectedOrder(receiver === 'owner', change));
  });
});

const TO_PROVIDER: ReadonlySet<string> = new Set([
  'request-response request',
  'async-request-response request',
  'notification message',
  'publish-async-responses response',
  'publish-async-responses error',
]);

function expectedVerdict({ required }: Exposed, change: SchemaChange): Verdict {
  if (required.length === 0) return change.backward && change.forward ? 'compatible' : 'risky';
  return required.every((direction) => change[direction]) ? 'compatible' : 'breaking';
}

function expectedOrder(providerReceives: boolean, { backward, forward }: SchemaChange): string {
  if (backward && forward) return 'any';
  if (!backward && !forward) return 'side-by-side';
  return backward === providerReceives ? 'provider-first' : 'users-first';
}

async function systemWith({ pattern, role, more, via }: Exposed, schema: JsonValue) {
  const plain = object({ key: text });
  const waits = pattern.includes('response');
  const others = {
    ...(pattern.endsWith('request-response') || pattern === 'request-response' ? { request: plain, response: plain } : { message: plain }),
    ...(pattern === 'publish-async-responses' && { response: plain }),
  };
  const payload = role === 'error' ? { errors: { 'not-done': schema } } : { [role]: schema };
  const interaction = { pattern, via: via ?? 'rabbit', ...(waits && { timeout: '5s' }), ...more, ...others, ...payload };
  const logged = via === 'log' ? { delivery: { key: '/a' } } : {};
  return loadSystem({
    'msgctl.yaml': PROJECT,
    'contracts/owner.yaml': JSON.stringify({
      msgctl: 1,
      service: 'owner',
      version: '1.0.0',
      provides: { deal: { ...logged, ...interaction } },
    }),
    'contracts/user.yaml': JSON.stringify({ msgctl: 1, service: 'user', version: '1.0.0', uses: { 'owner.deal': {} } }),
  });
}

const PROJECT = `msgctl: 1
project: school
contracts: contracts/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
  log: { kind: kafka, brokers: 'localhost:9092' }
  web: { kind: http, discovery: { kind: dns, port: 8080 } }
`;
