/** Senders and receivers validate alike but for what open lists do not name: in every payload, whichever side a service is on. */
import { describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { generatedServices } from '../../../src/gen/generated-services.ts';
import { type ParticipatingPayload, participationsOf } from '../../../src/gen/participation.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import type { Validator } from '../../../src/runtime/validation.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { loadValidators } from '../../support/generated.ts';
import { loadSystem } from '../../support/load-system.ts';

const branch = (kind: string): JsonValue => ({ type: 'object', required: ['kind'], properties: { kind: { const: kind } } });
const body = {
  type: 'object',
  additionalProperties: false,
  required: ['state'],
  properties: {
    state: { enum: ['new', 'sent'], 'x-open': true },
    closed: { enum: ['yes', 'no'] },
    by: { 'x-open': true, oneOf: [branch('card'), branch('transfer')] },
    set: { type: 'string', default: 'x', readOnly: true },
    given: { type: 'string', writeOnly: true, deprecated: true },
  },
};
const headers = { type: 'object', properties: { tone: { type: 'string', enum: ['calm', 'loud'], 'x-open': true } } };
const call = { via: 'memory', request: body, headers, response: body, errors: { refused: body }, timeout: '1s' };
const system = await loadSystem({
  'msgctl.yaml': JSON.stringify({ msgctl: 1, project: 'sides', contracts: 'contracts/*.yaml', transports: { memory: { kind: 'memory' } } }),
  'contracts/shop.yaml': JSON.stringify({
    msgctl: 1,
    service: 'shop',
    version: '1.0.0',
    provides: {
      call: { pattern: 'request-response', ...call },
      'call-later': { pattern: 'async-request-response', ...call },
      note: { pattern: 'notification', via: 'memory', message: body, headers },
      event: { pattern: 'publish-subscribe', via: 'memory', message: body, headers },
      question: {
        pattern: 'publish-async-responses',
        via: 'memory',
        message: body,
        headers,
        response: body,
        errors: { refused: body },
        timeout: '1s',
      },
    },
  }),
  'contracts/user.yaml': JSON.stringify({
    msgctl: 1,
    service: 'user',
    version: '1.0.0',
    uses: { 'shop.call': {}, 'shop.call-later': {}, 'shop.note': {}, 'shop.event': {}, 'shop.question': {} },
  }),
});

type Subject = {
  readonly payload: ParticipatingPayload;
  readonly validate: Validator<unknown>;
  readonly name: string;
  readonly service: string;
};

const subjects = await subjectsOf();

async function subjectsOf(): Promise<readonly Subject[]> {
  const files = await generateCode(system);
  const services = generatedServices(system);
  const plan = planTypes(narrowReads(system, services), services);
  const found: Subject[] = [];
  for (const contract of services) {
    const file = files.find(({ path }) => path.endsWith(`${contract.service}.validators.js`));
    const validators = await loadValidators(file ?? { path: '', text: '' });
    for (const { interaction, payloads } of participationsOf(system, contract, plan)) {
      for (const payload of payloads) {
        const name = `${interaction.slug} ${payload.role}`;
        found.push({ payload, name, service: contract.service, validate: validators[payload.validator] as Validator<unknown> });
      }
    }
  }
  return found;
}

/** What only receivers accept. */
const unlisted = { body: [{ state: 'lost' }, { state: 'new', by: { kind: 'cash' } }], headers: [{ tone: 'shrill' }] };

/** What both sides accept, or neither. */
const alike = {
  body: [
    { state: 'new' },
    { state: 'sent', by: { kind: 'card' }, set: 'y', given: 'z' },
    { state: 'new', closed: 'maybe' },
    { state: 1 },
    { state: 'new', by: { kind: 1 } },
    { state: 'new', by: {} },
    { state: 'new', other: 1 },
    {},
    null,
  ],
  headers: [{ tone: 'calm' }, {}, { tone: 1 }, { other: 'x' }, null],
};

describe('sides', () => {
  test('every payload is sent by one of the services and received by the other', () => {
    const sides = (service: string): readonly string[] =>
      subjects.filter((subject) => subject.service === service).map(({ name, payload }) => `${name}: ${payload.side}`);
    expect(sides('shop')).toEqual([
      'call request: receiver',
      'call headers: receiver',
      'call response: sender',
      'call error: sender',
      'call-later request: receiver',
      'call-later headers: receiver',
      'call-later response: sender',
      'call-later error: sender',
      'note message: receiver',
      'note headers: receiver',
      'event message: sender',
      'event headers: sender',
      'question message: sender',
      'question headers: sender',
      'question response: receiver',
      'question error: receiver',
    ]);
    const opposite = sides('shop').map((text) =>
      text.endsWith('sender') ? text.replace('sender', 'receiver') : text.replace('receiver', 'sender'),
    );
    expect(sides('user')).toEqual(opposite);
  });

  test.each(subjects)('$service, $name', ({ payload, validate, name }) => {
    const kind = payload.role === 'headers' ? 'headers' : 'body';
    for (const value of unlisted[kind]) expect(validate(value), JSON.stringify(value)).toBe(payload.side === 'receiver');
    const other = subjects.find((subject) => subject.name === name && subject.payload.side !== payload.side);
    const verdicts = alike[kind].map((value) => validate(value));
    expect(verdicts).toEqual(alike[kind].map((value) => other?.validate(value)));
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });
});
