import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/compat/finding.ts';
import type { RenderContext } from '../../../src/report/context.ts';
import { renderText } from '../../../src/report/text.ts';
import { contextOf, markedFile, sampleViews } from './fixtures.ts';

const old = markedFile('contracts/a.yaml', 'type:\n  price: «integer»\n');
const now = markedFile('contracts/a.yaml', '# new\ntype:\n  price: «string»\n');
const [version] = sampleViews.compared.versions;
const [breaking] = version.comparison.findings;
const before = { value: 'integer', ...(old.ranges[0] && { at: old.ranges[0] }) };
const after = { value: 'string', ...(now.ranges[0] && { at: now.ranges[0] }) };
const context: RenderContext = {
  ...contextOf([now.source]),
  sourceBefore: (label, file) => (label === version.label && file === old.source.path ? old.source : undefined),
};

/** What is shown of a finding from its place on. */
function placesOf(finding: Finding, all = false, shown = context): string {
  const comparison = { ...version.comparison, findings: [finding] };
  const text = renderText({ ...sampleViews.compared, all, versions: [{ ...version, comparison }] }, shown);
  return /^ {6}(?:was|now) .*(?:\n {6}(?!finding|Accepted).*)*/m.exec(text)?.[0] ?? '';
}

const finding: Finding = { ...breaking, change: { ...breaking.change, before, after } };

describe('a change in text', () => {
  test('shows the line of the old version and that of the new one', () => {
    expect(placesOf(finding)).toBe(
      [
        '      was contracts/a.yaml:2:10',
        '        1 │ type:',
        '        2 │   price: integer',
        '          │          ^^^^^^^',
        '      now contracts/a.yaml:3:10',
        '        2 │ type:',
        '        3 │   price: string',
        '          │          ^^^^^^',
      ].join('\n'),
    );
  });

  test.each([
    ['removed', { before, after: { at: after.at } }, 'integer', 'string'],
    ['added', { before: { at: before.at }, after }, 'string', 'integer'],
  ])('shows only the line that has what was %s', (_, sides, shown, hidden) => {
    const places = placesOf({ ...finding, change: { ...finding.change, ...(sides as Pick<Finding['change'], 'before' | 'after'>) } });
    expect(places).toContain(shown);
    expect(places).not.toContain(hidden);
  });

  test('shows a line once that looks the same in both versions', () => {
    const same = { ...context, sourceBefore: () => now.source };
    const places = placesOf({ ...finding, change: { ...finding.change, before: { ...before, at: now.ranges[0] as never } } }, false, same);
    expect(places).toBe(
      ['      now contracts/a.yaml:3:10', '        2 │ type:', '        3 │   price: string', '          │          ^^^^^^'].join('\n'),
    );
  });

  test('that breaks nobody is told by its place alone', () => {
    expect(placesOf({ ...finding, verdict: 'compatible' }, true)).toBe('      now contracts/a.yaml:3:10');
    expect(placesOf({ ...finding, accepted: { reason: 'agreed' } }, true)).toBe('      now contracts/a.yaml:3:10');
  });

  test('of a version whose files are not there is told by its place', () => {
    const blind = { ...context, source: () => undefined, sourceBefore: () => undefined };
    expect(placesOf(finding, false, blind)).toBe('      was contracts/a.yaml:2:10\n      now contracts/a.yaml:3:10');
  });
});
