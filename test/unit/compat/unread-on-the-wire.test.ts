/** What a user does not read still travels: bytes that it cannot take apart break it, whatever it checks. */
import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { Comparison } from '../../../src/compat/finding.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import { loadSystem } from '../../support/load-system.ts';

const PROJECT = `msgctl: 1
project: school
contracts: contracts/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`;

const contract = (fields: string) => `msgctl: 1
service: catalog
version: 1.4.0
provides:
  course-created: { pattern: publish-subscribe, via: rabbit, encoding: protobuf, message: { $ref: '#/types/Course' } }
types:
  Course:
    type: object
    required: [courseId]
    properties:
      courseId: { type: string, x-field: 1 }
${fields.replaceAll(/^/gm, '      ')}
`;

const USER = `msgctl: 1
service: learners
version: 3.0.0
uses: { catalog.course-created: { reads: [courseId] } }
`;

async function compare(before: string, after: string): Promise<Comparison> {
  const [old, now] = await Promise.all(
    [before, after].map((fields) =>
      loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': contract(fields), 'contracts/learners.yaml': USER }),
    ),
  );
  if (!old || !now) throw new Error('a version is missing');
  return compareSystems(old, now, { today: '2026-11-23', protobuf: loadProtobuf });
}

describe('what a user does not read of Protobuf', () => {
  it('may come as other values', async () => {
    const { findings } = await compare('note: { type: string, minLength: 2, x-field: 2 }', 'note: { type: string, x-field: 2 }');
    expect(findings.map(({ id, verdict }) => [id, verdict])).toEqual([['constraint-changed', 'risky']]);
  });

  it.each([
    [
      'text becomes an object',
      'note: { type: string, x-field: 2 }',
      'note: { type: object, x-field: 2, properties: { a: { type: integer, x-field: 1 } } }',
    ],
    [
      'an object becomes text',
      'note: { type: object, x-field: 2, properties: { a: { type: integer, x-field: 1 } } }',
      'note: { type: string, x-field: 2 }',
    ],
    ['text becomes a number', 'note: { type: string, x-field: 2 }', 'note: { type: integer, x-field: 2 }'],
  ])('breaks it where %s: the whole message is decoded', async (_, before, after) => {
    const { findings } = await compare(before, after);
    expect(findings).toContainEqual(expect.objectContaining({ verdict: 'breaking', proof: expect.objectContaining({ kind: 'bytes' }) }));
  });
});
