/**
 * The library makes nodes of most tokens, and passes over some without a word. Whatever a text without problems says must be in its value.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Composer, type CST, type Node, Parser, visit } from 'yaml';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { yamlTexts } from '../../support/yaml-texts.ts';

/** Signs put together at random, with those that contracts do without. */
const SIGNS = [
  ...['? ', '?\n', '- ', '\n', '\n  ', '\n ', 'a', 'b: ', ': ', ':', '&x ', '&y', '!!str ', '!!map ', '*x', '|\n', '|', '>-\n', '|2\n'],
  ...['"q"', "'s'", '[', '{', '}', ']', ', ', '#c\n', ' #c\n', '---\n', '--- ', '...\n', '%YAML 1.2\n', '\t', '\r\n', ' ', 'some text'],
];
const signs = fc.array(fc.constantFrom(...SIGNS), { maxLength: 14 }).map((all) => all.join(''));

type Part = { readonly type: string; readonly offset: number };

/** What stands in a text, and where: texts, collections in braces, aliases, anchors and tags. */
function partsOf(token: unknown): readonly Part[] {
  if (typeof token !== 'object' || token === null) return [];
  if (Array.isArray(token)) return token.flatMap(partsOf);
  const { type, offset, source, props } = token as CST.FlowScalar & { readonly props?: readonly CST.SourceToken[] };
  const inner = ['start', 'items', 'key', 'sep', 'value', 'end', 'props'].flatMap((name) => partsOf(Reflect.get(token, name)));
  const counts = /scalar$|^alias$|^flow-collection$|^anchor$|^tag$/.test(type) && source !== '';
  const header = props?.find((part) => part.type === 'block-scalar-header');
  return counts ? [{ type, offset: header?.offset ?? offset }, ...inner] : inner;
}

/** Where the nodes of a text begin, and how many have an anchor. */
function nodesOf(text: string): { readonly starts: ReadonlySet<number | undefined>; readonly anchors: number } {
  const starts = new Set<number | undefined>();
  let anchors = 0;
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, logLevel: 'silent' });
  const [document] = composer.compose(new Parser().parse(text), true, text.length);
  visit(document ?? null, {
    Node(_, node: Node) {
      starts.add(node.range?.[0]);
      if ('anchor' in node && node.anchor) anchors += 1;
    },
  });
  return { starts, anchors };
}

test(
  'all that a text without problems says is in its value',
  () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(signs, signs, yamlTexts()), (text) => {
        if (parseYaml('f.yaml', text).problems.length > 0) return;
        read += 1;
        const parts = partsOf([...new Parser().parse(text)]);
        const { starts, anchors } = nodesOf(text);
        const values = parts.filter(({ type }) => type !== 'anchor' && type !== 'tag');
        expect(values.filter(({ offset }) => !starts.has(offset))).toEqual([]);
        expect(anchors).toBe(parts.filter(({ type }) => type === 'anchor').length);
      }),
      { seed: 1, numRuns: runs(600, 100_000) },
    );
    expect(read).toBeGreaterThan(runs(600, 100_000) / 5);
  },
  PATIENCE,
);
