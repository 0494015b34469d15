/**
 * What `msgctl fmt` makes of a file: each folder of test/cases/fmt holds one before and after. `npx vitest run … -u` writes the latter.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../../src/contract/check-shape.ts';
import { missingNumbers } from '../../../src/contract/format/assign-numbers.ts';
import { formatFile } from '../../../src/contract/format/format-file.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';

const cases = join(import.meta.dirname, '../../cases/fmt');

/** Formats a text by itself, as the kind of file that it is. */
function format(text: string): string {
  const tree = parseYaml('shop.yaml', text);
  expect(tree.problems).toEqual([]);
  const kind: FileKind = /^"?project/m.test(text) ? 'project' : /^ *"?service/m.test(text) ? 'contract' : 'types';
  return formatFile(tree, kind, missingNumbers(new Map([['shop.yaml', tree]])).get('shop.yaml')).text;
}

describe.each(readdirSync(cases))('%s', (name) => {
  test('is written as shown', async () => {
    const text = readFileSync(join(cases, name, 'before.yaml'), 'utf8');
    await expect(format(text)).toMatchFileSnapshot(join(cases, name, 'after.yaml'));
  });

  test('stays as it is the second time', () => {
    const text = readFileSync(join(cases, name, 'after.yaml'), 'utf8');
    expect(format(text)).toBe(text);
  });
});

describe('what a file of a case cannot show', () => {
  const plain = 'msgctl: 1\nservice: shop # ours\nversion: 1.0.0\ntypes:\n  A:\n    description: |\n      two\n      lines\n';

  test.each([
    ['line ends of Windows', plain.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${plain}`],
    ['trailing blanks', plain.replace('shop # ours\n', 'shop   # ours  \n').replace('types:\n', 'types:  \n\n')],
    ['no line end at the end', plain.trimEnd()],
    ['several line ends at the end', `${plain}\n\n`],
    ['blank lines at the beginning', `\n\n \n${plain}`],
    ['a byte order mark, blank lines and line ends of Windows', `\ufeff\n\n${plain}`.replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    expect(format(text)).toBe(format(plain));
  });

  test.each(['', '# nothing but a comment\n', '5\n', '|\n  text\n', `? ${'k'.repeat(2_000)}\n: 1\n`])('%j is left as it is', (text) => {
    expect(format(text)).toBe(text);
    expect(format(`\ufeff${text}`.replaceAll('\n', '\r\n')), 'but for line ends and a byte order mark').toBe(text);
  });

  test.each(['# about it\n\n', '# about it\n', '---\n', '%YAML 1.2\n---\n', '# about it\n---\n# more\n'])(
    'nothing stands above a file that begins with %j',
    (start) => {
      const formatted = format(`${start}${plain}`);
      expect(format(`\n\n${start}${plain}`)).toBe(formatted);
      expect(format(formatted)).toBe(formatted);
      expect(formatted).toMatch(/^\S/);
    },
  );
});

test('more comments than a call takes arguments', () => {
  const many = Array.from({ length: 130_000 }, (_, index) => `# ${index}\n`).join('');
  const text = `msgctl: 1\n${many}service: shop\nversion: 1.0.0\n`;
  expect(format(text) === text).toBe(true);
});

test('no blank line is put below a text that would keep it, whatever stands between', () => {
  const text = 'types:\n  A:\n    description: |+\n      kept\n\n # about A\n# the end\n';
  expect(format(text)).toBe('types:\n  A:\n    description: |+\n      kept\n\n  # about A\n# the end\n');
});
