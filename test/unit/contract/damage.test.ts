import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { memoryProject } from '../../support/memory-project.ts';
import { PATIENCE, runs } from '../../support/size.ts';

const PROJECT = `msgctl: 1
project: school
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`;

/** A contract with three mistakes, and one entry in between that is damaged. */
const SHOP = (damaged: string) => `msgctl: 1
service: shop
version: 1.0.0

provides:
  opened:
    pattern: event
    via: rabbit
    message: { $ref: '#/types/Opened' }
${damaged}  buy:
    pattern: async-request-response
    via: rabbit
    request: { $ref: '#/types/Opened' }
    response: { $ref: '#/types/Opened' }
  closed:
    pattern: publish-subscribe
    via: rabbit
    message: { $ref: '#/types/Opened' }
    dlivery: { outbox: true }

types:
  Opened: { type: object, properties: { at: { type: string } } }
`;

const OTHERS = ['7:14 unknown-pattern', '16:3 missing-timeout', '25:5 unknown-key'];

async function findingsOf(files: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  return (await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml' })).diagnostics;
}

function told({ at, id }: Diagnostic): string {
  return `${at.start.line}:${at.start.column} ${id}`;
}

describe('what is wrong in one entry hides nothing that is wrong in another', () => {
  test.each([
    ['a tab', '    pattern: notification\n\tvia: rabbit\n', '12:1 yaml-tab'],
    ['a quote that is not closed', '    pattern: notification\n    description: "Says hello.\n', '12:18 yaml-syntax'],
    ['a colon that is missing', '    pattern notification\n    via: rabbit\n', '11:5 yaml-syntax'],
    ['a line that is indented badly', '    pattern: notification\n   via: rabbit\n', '12:4 yaml-syntax'],
    ['a brace that is not closed', '    pattern: notification\n    message: { $ref: "#/types/Opened"\n', '12:14 yaml-syntax'],
    ['a bracket that is not closed', '    pattern: notification\n    message: { enum: [a, b }\n', '12:14 yaml-syntax'],
    ['a second colon', '    pattern: notification\n    description: Says: hello\n', '12:18 yaml-syntax'],
    ['a sign that needs quotes', '    pattern: notification\n    description: @everybody\n', '12:18 yaml-syntax'],
  ])('%s', async (_, body, damage) => {
    const text = SHOP(`  greet:\n${body}${['    x-a: 1\n', '    x-b: 1\n', '    x-c: 1\n'].slice(body.split('\n').length - 3).join('')}`);
    const found = await findingsOf({ 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': text });
    expect(found.map(told).sort()).toEqual([damage, ...OTHERS].sort());
  });

  test('a key without its colon, and what is used of it elsewhere', async () => {
    const user = 'msgctl: 1\nservice: user\nversion: 1.0.0\nuses:\n  shop.greet: {}\n  shop.buy: { timout: 5s }\n';
    const text = SHOP('  greet\n    pattern: notification\n    via: rabbit\n    x-a: 1\n    x-b: 1\n    x-c: 1\n');
    const found = await findingsOf({ 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': text, 'contracts/user.yaml': user });
    expect(found.map(told).sort()).toEqual(['10:3 yaml-syntax', ...OTHERS, '6:15 unknown-key'].sort());
  });

  test('a type that is damaged is not said to be missing, one that nobody wrote is not said either', async () => {
    const text = SHOP('').replace('  Opened: { type: object', '  Opened: { type object');
    const found = await findingsOf({ 'msgctl.yaml': PROJECT, 'contracts/shop.yaml': text });
    expect(found.map(told).filter((line) => line.includes('unknown-type'))).toEqual([]);
    expect(found.map(({ id }) => id)).toContain('unknown-pattern');
  });

  test('damage in the project file leaves its other sections, and nobody misses the transports', async () => {
    const project = PROJECT.replace("{ kind: rabbitmq, url: 'amqp://localhost' }", "{ kind: rabbitmq, url: 'amqp://localhost'").concat(
      'genrate: {}\n',
    );
    const found = await findingsOf({ 'msgctl.yaml': project, 'contracts/shop.yaml': SHOP('') });
    expect(found.map(told).sort()).toEqual([
      '10:3 missing-timeout',
      '19:5 unknown-key',
      '4:11 yaml-syntax',
      '5:1 unknown-key',

      '7:14 unknown-pattern',
    ]);
  });
});

describe('reading around damage', () => {
  test('leaves an entry out, with every other place as it is', () => {
    const text = 'a: 1\nb:\n  c: "open\n  d: { e: f }\n';
    const tree = parseYaml('f.yaml', text);
    expect(tree.value).toEqual({ a: 1, b: { d: { e: 'f' } } });
    expect(tree.incomplete).toEqual(['/b']);
    expect(tree.problems.map(({ at }) => at.start.offset)).toEqual([text.indexOf('"')]);
  });

  test.each([
    ['nothing is left', 'a: "open\n'],
    ['the parts hang together by an anchor', 'a: &x { b: [ }\nc: *x\n'],
    ['the file is one list', '- a: "open\n- b\n'],
  ])('gives up where %s', (_, text) => {
    const tree = parseYaml('f.yaml', text);
    expect(tree.value).toBeUndefined();
    expect(tree.problems).not.toEqual([]);
  });
});

const ROOT = join(import.meta.dirname, '../../..');
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  ['msgctl.yaml', ...readdirSync(join(ROOT, 'contracts')).map((name) => `contracts/${name}`)].map((path) => [
    path,
    readFileSync(join(ROOT, path), 'utf8').replace(/ {4}examples:\n( {6}.*\n)+/g, ''),
  ]),
);

/** The stretch of each entry that a file's sections hold: an interaction, a use, a type. */
const entries = Object.entries(texts).flatMap(([path, text]) => {
  const starts = [...text.matchAll(/^(?: {2})?(?=[^\s#])/gm)].map(({ index }) => index);
  return starts.flatMap((start, index) => (text.startsWith('  ', start) ? [{ path, start, end: starts[index + 1] ?? text.length }] : []));
});

test(
  'damage to one entry of a valid project is told there, and nothing is told of any other place',
  async () => {
    const edits = fc.record({
      entry: fc.constantFrom(...entries),
      place: fc.nat(),
      put: fc.constantFrom('\t', '"', "'", '{', '}', '[', ']', ': ', '@', '&', '*', '`', '%', ',', '', ' ', '\n\t', ' : '),
      left: fc.nat({ max: 3 }),
    });
    let damaged = 0;
    await fc.assert(
      fc.asyncProperty(edits, async ({ entry: { path, start, end }, place, put, left }) => {
        const text = texts[path] ?? '';
        // The last line break stays, as what follows would else belong to this entry; the indentation of lines stays as well.
        const inside = text.slice(start, end - 1);
        const at = place % inside.length;
        const rest = inside.slice(at, at + left).includes('\n') ? inside.slice(at) : inside.slice(at + left);
        const edited = inside.slice(0, at) + put + rest;
        if (/^ {0,3}\S/m.test(edited.slice(edited.indexOf('\n') + 1))) return;
        const changed = text.slice(0, start) + edited + text.slice(end - 1);
        if (parseYaml(path, changed).problems.every(({ fatal }) => !fatal)) return;
        damaged += 1;
        const outside = (await findingsOf({ ...texts, [path]: changed })).filter(
          ({ at: { file, start: from } }) => file !== path || from.offset < start || from.offset > start + edited.length,
        );
        expect(outside).toEqual([]);
      }),
      { seed: 13, numRuns: runs(150, 5_000) },
    );
    expect(damaged).toBeGreaterThan(20);
  },
  PATIENCE,
);
