/**
 * The table of what happens on the wire of Protobuf, in both directions, with what Protobuf's own tool (`buf breaking`, the rules of WIRE) says of the
 * `.proto` files of the same two versions. Where they differ is told in docs/decisions/0030-protobuf-compatibility.md.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import { runBuf, writeBufModule } from '../../support/buf.ts';
import { loadSystem } from '../../support/load-system.ts';
import { PATIENCE } from '../../support/size.ts';

const object = (properties: string, more = '') =>
  `{ type: object, ${more}properties: { id: { type: string, x-field: 1 }, ${properties} } }`;
const field = (schema: string, more = '') => object(`n: { ${schema}, x-field: 2 }`, more);
const list = (values: string, numbers: string, more = '') => field(`enum: [${values}], x-enum-numbers: { ${numbers} }${more}`);
const alternatives = (live: number, recorded: number) =>
  `{ oneOf: [{ type: object, required: [kind], properties: { kind: { const: live, x-field: 1 }, room: { type: string, x-field: 2 } } }, { type: object, required: [kind], properties: { kind: { const: recorded, x-field: 1 } } }], x-enum-numbers: { live: ${live}, recorded: ${recorded} } }`;

type Row = {
  readonly change: string;
  readonly before: string;
  readonly after: string;
  /** Old messages at new receivers, new messages at old receivers. */
  readonly backward: 'fine' | 'breaks';
  readonly forward: 'fine' | 'breaks';
  readonly buf: 'fine' | 'breaks';
};

const rows: readonly Row[] = [
  { change: 'a field is added', before: object(''), after: field('type: string'), backward: 'fine', forward: 'fine', buf: 'fine' },
  {
    change: 'a required field is added',
    before: object(''),
    after: field('type: string', 'required: [n], '),
    backward: 'breaks',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'a required list is added, which old senders are read as leaving empty',
    before: object(''),
    after: field('type: array, items: { type: string }', 'required: [n], '),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'a field is removed, its number reserved',
    before: field('type: string'),
    after: object('', 'x-reserved: [2], '),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'a field is removed, its number not reserved',
    before: field('type: string'),
    after: object(''),
    backward: 'fine',
    forward: 'fine',
    buf: 'breaks',
  },
  {
    change: 'a closed object gains a field',
    before: object('', 'additionalProperties: false, '),
    after: field('type: string', 'additionalProperties: false, '),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'a number is given to another type',
    before: field('type: string'),
    after: object('m: { type: integer, x-field: 2 }'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'a field gets another number',
    before: field('type: string'),
    after: object('n: { type: string, x-field: 3 }'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'two fields of one type are swapped',
    before: object('n: { type: string, x-field: 2 }, m: { type: string, x-field: 3 }'),
    after: object('n: { type: string, x-field: 3 }, m: { type: string, x-field: 2 }'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'fine',
  },
  {
    change: 'a field is renamed',
    before: field('type: string'),
    after: object('m: { type: string, x-field: 2 }'),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'int64 becomes bool',
    before: field('type: integer'),
    after: field('type: boolean'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'fine',
  },
  {
    change: 'int64 becomes int32',
    before: field('type: integer'),
    after: field('type: integer, format: int32'),
    backward: 'breaks',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'int64 becomes int32 where every value fits',
    before: field('type: integer, minimum: 0, maximum: 500'),
    after: field('type: integer, format: int32, minimum: 0, maximum: 500'),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'int64 becomes double',
    before: field('type: integer'),
    after: field('type: number'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'string becomes bytes',
    before: field('type: string'),
    after: field('type: string, contentEncoding: base64'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'fine',
  },
  {
    change: 'a text becomes a list',
    before: field('type: string'),
    after: field('type: array, items: { type: string }'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'an integer becomes a list',
    before: field('type: integer'),
    after: field('type: array, items: { type: integer }'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'a listed value is added to a closed list',
    before: list('a', 'a: 1'),
    after: list('a, b', 'a: 1, b: 2'),
    backward: 'fine',
    forward: 'breaks',
    buf: 'fine',
  },
  {
    change: 'a listed value is added to an open list',
    before: list('a', 'a: 1', ', x-open: true'),
    after: list('a, b', 'a: 1, b: 2', ', x-open: true'),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'a listed value is renamed',
    before: list('a, b', 'a: 1, b: 2'),
    after: list('a, c', 'a: 1, c: 2'),
    backward: 'fine',
    forward: 'fine',
    buf: 'fine',
  },
  {
    change: 'two listed values are swapped',
    before: list('a, b', 'a: 1, b: 2'),
    after: list('a, b', 'a: 2, b: 1'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'fine',
  },
  {
    change: 'a listed value becomes an integer',
    before: list('a', 'a: 1'),
    after: field('type: integer'),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'a field may no longer be null',
    before: field("type: [string, 'null']"),
    after: field('type: string'),
    backward: 'fine',
    forward: 'fine',
    buf: 'breaks',
  },
  {
    change: 'two alternatives are swapped',
    before: alternatives(1, 2),
    after: alternatives(2, 1),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
  {
    change: 'a map becomes a list of entries',
    before: field('type: object, additionalProperties: { type: string }'),
    after: field(
      'type: array, items: { type: object, properties: { key: { type: string, x-field: 1 }, value: { type: string, x-field: 2 } } }',
    ),
    backward: 'breaks',
    forward: 'breaks',
    buf: 'breaks',
  },
];

function load(message: string, compatibility: string) {
  return loadSystem({
    'msgctl.yaml':
      "msgctl: 1\nproject: school\ncontracts: contracts/**/*.yaml\ntransports: { rabbit: { kind: rabbitmq, url: 'amqp://localhost' } }\n",
    'contracts/catalog.yaml': `msgctl: 1\nservice: catalog\nversion: 1.0.0\nprovides:\n  course-created:\n    pattern: publish-subscribe\n    via: rabbit\n    encoding: protobuf\n    compatibility: ${compatibility}\n    message: { $ref: '#/types/Course' }\ntypes:\n  Course: ${message}\n`,
    'contracts/learners.yaml': 'msgctl: 1\nservice: learners\nversion: 1.0.0\nuses: { catalog.course-created: {} }\n',
  });
}

async function verdictOf({ before, after }: Row, direction: 'backward' | 'forward'): Promise<string> {
  const [old, now] = [await load(before, direction), await load(after, direction)];
  const { findings } = await compareSystems(old, now, { today: '2026-11-25', protobuf: loadProtobuf });
  const verdicts = new Set(findings.map(({ verdict }) => verdict));
  if (verdicts.has('undecided')) return 'undecided';
  return verdicts.has('breaking') ? 'breaks' : 'fine';
}

async function bufVerdictOf({ before, after }: Row): Promise<string> {
  const [old, now] = [
    writeBufModule(await generateCode(await load(before, 'full'))),
    writeBufModule(await generateCode(await load(after, 'full'))),
  ];
  writeFileSync(join(now, 'buf.yaml'), 'version: v2\nbreaking: { use: [WIRE] }\n');
  const said = runBuf(now, 'breaking', '--against', old);
  for (const folder of [old, now]) rmSync(folder, { recursive: true, force: true });
  return said === '' ? 'fine' : 'breaks';
}

describe.each(rows)('$change', (row) => {
  test.each(['backward', 'forward'] as const)('%s', async (direction) => {
    expect(await verdictOf(row, direction)).toBe(row[direction]);
  });

  test('mirrored, the other way round', async () => {
    const turned: Row = { ...row, before: row.after, after: row.before };
    expect([await verdictOf(turned, 'backward'), await verdictOf(turned, 'forward')]).toEqual([row.forward, row.backward]);
  });

  test(
    'buf',
    async () => {
      expect(await bufVerdictOf(row)).toBe(row.buf);
    },
    PATIENCE,
  );
});
