import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { contextOf, sampleSources, sampleViews } from './fixtures.ts';

const context = contextOf(sampleSources);
const [first] = sampleViews.invalid.diagnostics;

/** The rows of all tables, without their heads. */
function rowsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^\| (?!---|\s*\|\s*(?:Finding|Message|File|Resource)|Rule )/.test(line) && !line.startsWith('|  |'));
}

describe('Markdown', () => {
  test.each(Object.entries(sampleViews))('of %s begins with how it went and has whole tables', (name, view) => {
    const text = renderMarkdown(view, context);
    if (name !== 'explained') expect(text).toMatch(/^## \S/);
    const widths = text.split('\n\n').flatMap((block) => [new Set(block.match(/^\|.*$/gm)?.map((line) => line.split('|').length)).size]);
    expect(widths.every((different) => different <= 1)).toBe(true);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/^<\/details>$/gm)?.length);
  });

  test('folds what needs nobody to look at it', () => {
    const [shown, folded] = renderMarkdown(sampleViews.compared, context).split('<details>');
    expect(shown).not.toMatch(/^\| (?:compatible|breaking, accepted) \|/m);
    expect(folded).toMatch(/^<summary>3 compatible or accepted<\/summary>/);
    expect(folded).not.toMatch(/^\| (?:breaking|risky) \|/m);
  });

  test('lets foreign text be nothing but text', () => {
    const evil = 'a|b `c` <img src=x onerror=y> [d](http://e) *f* _g_ ~h~ \\ #1 @ada www.i.org\n# j\n\n- k &amp; ::error::';
    const text = renderMarkdown({ ...sampleViews.invalid, diagnostics: [{ ...first, message: evil, why: evil, advice: evil }] }, context);
    const [row = '', ...others] = rowsOf(text);
    expect(others).toEqual([]);
    expect(row.split('|')).toHaveLength(6);
    expect(row.replaceAll('<br>', '').replaceAll(/&#\d+;/g, '·')).not.toMatch(/[`<>[\]*_~\\]|:\/\/|@\w|#\d|www\./);
  });

  test('shows foreign text as it is', () => {
    const evil = 'a|b `c` <img> &amp; &#60; #12 @ada ~ ! \\ http://e';
    const text = renderMarkdown({ ...sampleViews.invalid, diagnostics: [{ ...first, message: evil }] }, context);
    const shown = text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll('\u200b', '');
    expect(shown).toContain(evil);
  });

  test('leaves the major of an interaction as it is', () => {
    expect(
      renderMarkdown({ ...sampleViews.invalid, diagnostics: [{ ...first, message: 'payments.charge@2 is new.' }] }, context),
    ).toContain('payments.charge@2 is new.');
  });

  test('ends before comments do, and says how much is missing', () => {
    const diagnostics = Array.from({ length: 3_000 }, () => first);
    const text = renderMarkdown({ ...sampleViews.invalid, diagnostics }, context);
    expect(text.length).toBeLessThanOrEqual(60_000);
    const [, left] = /^(\d+) rows left out: the whole is in the other formats\.$/m.exec(text) ?? [];
    expect(rowsOf(text).length + Number(left)).toBe(3_000);
    expect(text).toContain('No code was generated');
  });

  test('is the page itself of a rule that has one', () => {
    expect(renderMarkdown(sampleViews.explained, context)).toBe(sampleViews.explained.page);
  });
});
