/** The command lines that people read, in the documentation, in what init writes and in editors, are ones that msgctl has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/commands/index.ts';

const root = join(import.meta.dirname, '..');
const below = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
const pages = ['README.md', 'CONTRIBUTING.md', ...below('docs', /\.md$/), ...below('templates', /\.(md|ya?ml)$/)];

type Line = { readonly command: string; readonly flags: readonly string[] };

const WRITTEN = /^\s*(?:- run: |- )?(?:npx )?msgctl ([a-z-]+)( .*)?$/gm;
/** In a session, where what msgctl says stands as well. */
const TYPED = /^\$ (?:npx )?msgctl ([a-z-]+)( .*)?$/gm;

/** What is written as code: between backticks; and in blocks, and in files that are no page, at the beginning of a line. */
function commandLinesOf(text: string, isPage = true): readonly Line[] {
  const spans = [...text.matchAll(/`(?:npx )?msgctl ([a-z-]+)([^`]*)`/g)];
  const blocks = isPage ? [...text.matchAll(/```\w*\n(.*?)```/gs)].map(([, block = '']) => block) : [text];
  const lines = blocks.flatMap((block) => [...block.matchAll(block.startsWith('$ ') ? TYPED : WRITTEN)]);
  return [...spans, ...lines].map(([, command = '', rest = '']) => ({
    command,
    flags: [...rest.matchAll(/(?<=\s)--([a-z-]+)/g)].map(([, flag = '']) => flag),
  }));
}

const linesOf = (page: string) => commandLinesOf(readFileSync(join(root, page), 'utf8'), page.endsWith('.md'));

/** What of a line msgctl does not have. */
function unknownIn({ command, flags }: Line): readonly string[] {
  const known = new Map<string, { readonly flags?: object; readonly baseFlags?: object }>(Object.entries(COMMANDS)).get(command);
  if (!known) return [`msgctl ${command}`];
  const names = new Set(['help', ...Object.keys({ ...known.baseFlags, ...known.flags })]);
  return flags.filter((flag) => !names.has(flag)).map((flag) => `msgctl ${command} --${flag}`);
}

describe('the command lines of', () => {
  test.each(pages)('%s', (page) => {
    expect(linesOf(page).flatMap(unknownIn)).toEqual([]);
  });

  test('the pages are found', () => {
    const found = pages.flatMap(linesOf);
    expect(found.length).toBeGreaterThan(100);
    expect(new Set(found.map(({ command }) => command))).toEqual(new Set(Object.keys(COMMANDS)));
    expect(commandLinesOf('Run `msgctl mock --port 1`, or:\n```\n$ npx msgctl plan --too rabbit\n```\n').flatMap(unknownIn)).toEqual([
      'msgctl mock',
      'msgctl plan --too',
    ]);
  });
});

test('no text of msgctl and of its schemas speaks of commands that are still to come', () => {
  const later = /msgctl (?:analyze|dead-letters|docs|export|graph|mock|send|tail)\b/;
  const files = [...below('src', /\.(ts|json)$/), ...below('schema', /\.json$/)];
  expect(files.filter((file) => later.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
