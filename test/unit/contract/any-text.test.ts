import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProject } from '../../../src/contract/load.ts';
import { memoryProject } from '../../support/memory-project.ts';

/** The example of this repository, without its payload examples: they are checked by ajv, which is not what is tested here. */
const ROOT = join(import.meta.dirname, '../../..');
const texts: Readonly<Record<string, string>> = Object.fromEntries(
  ['msgctl.yaml', ...readdirSync(join(ROOT, 'contracts')).map((name) => `contracts/${name}`)].map((path) => [
    path,
    readFileSync(join(ROOT, path), 'utf8').replace(/ {4}examples:\n( {6}.*\n)+/g, ''),
  ]),
);

const ODD = [
  'null',
  '[]',
  '{}',
  '5',
  '""',
  '[[]]',
  '{ a: { b: [] } }',
  '{ $ref: 5 }',
  "{ $ref: '#' }",
  '__proto__',
  '*x',
  '&x y',
  '!t z',
  '1e999',
];
const SIGNS = ['{', '}', '[', ']', ':', ',', '"', "'", '#', '&', '*', '-', ' ', '\t', '|', '>'];

/** A sequence of numbers that is the same on every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** The text with one line removed, repeated, given another value, or a sign put into it. */
function spoil(text: string, next: (below: number) => number): string {
  const lines = text.split('\n');
  const at = next(lines.length);
  const line = lines[at] ?? '';
  const column = next(line.length + 1);
  const changes = [
    [],
    [line, lines[next(lines.length)] ?? ''],
    [line.replace(/: .*$/, `: ${ODD[next(ODD.length)]}`)],
    [line.replace(/[a-zA-Z]+/, ODD[next(ODD.length)] ?? '')],
    [line.slice(0, column) + SIGNS[next(SIGNS.length)] + line.slice(column + next(2))],
  ];
  lines.splice(at, 1, ...(changes[next(changes.length)] ?? []));
  return lines.join('\n');
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))('any text gets findings inside it and never an exception (%i)', async (seed) => {
  const next = numbers(seed + 1);
  const paths = Object.keys(texts);
  const path = paths[next(paths.length)] ?? '';
  let text = texts[path] ?? '';
  for (let change = 0; change < 3; change += 1) text = spoil(text, next);
  const { diagnostics, documents } = await loadProject(memoryProject({ ...texts, [path]: text }), { projectFile: 'msgctl.yaml' });
  for (const { at, message, why, advice, related } of diagnostics) {
    for (const range of [at, ...related.map((other) => other.at)]) {
      const length = documents.get(range.file)?.source.text.length ?? -1;
      expect(range.start.offset).toBeLessThanOrEqual(range.end.offset);
      expect(range.end.offset).toBeLessThanOrEqual(length);
    }
    expect(`${message} ${why} ${advice}`).not.toMatch(/undefined|\[object|NaN/);
  }
});
