import { describe, expect, test } from 'vitest';
import { renderGitlab } from '../../../src/report/gitlab.ts';
import type { View } from '../../../src/report/views.ts';
import { contextOf, markedFile, sampleSources, sampleViews } from './fixtures.ts';

type Issue = {
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly positions: { readonly begin: { readonly line: number } } };
};

function issuesOf(view: View, sources = sampleSources): readonly Issue[] {
  return JSON.parse(renderGitlab(view, contextOf(sources)));
}

/** A file with one finding of one rule at each mark. */
function findingsIn(text: string) {
  const { source, ranges } = markedFile('contracts/a.yaml', text);
  const [first] = sampleViews.invalid.diagnostics;
  return issuesOf({ ...sampleViews.valid, diagnostics: ranges.map((at) => ({ ...first, at })) }, [source]);
}

describe('a Code Quality report', () => {
  test.each(Object.entries(sampleViews))('of %s has what GitLab asks for, and each fingerprint once', (_, view) => {
    const issues = issuesOf(view);
    for (const { check_name, severity, location, ...issue } of issues) {
      expect(issue).toMatchObject({ description: expect.stringMatching(/\S/), fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) });
      expect(check_name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity);
      expect(location.path).toMatch(/^[^/]/);
      expect(location.positions.begin.line).toBeGreaterThan(0);
    }
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });

  test('is empty where there is nothing to mend', () => {
    for (const view of [sampleViews.valid, sampleViews.same, sampleViews.settled, sampleViews.listed]) expect(issuesOf(view)).toEqual([]);
  });

  test('names a finding the same when it moves, and another when it is about something else', () => {
    const [there] = findingsIn('a:\n  b: «1»\n');
    const [moved] = findingsIn('# a remark\n\nnew: 1\na:\n    b: «2»\n');
    const [other] = findingsIn('a:\n  c: «1»\n');
    expect(moved?.location.positions.begin.line).toBe(5);
    expect(moved?.fingerprint).toBe(there?.fingerprint);
    expect(other?.fingerprint).not.toBe(there?.fingerprint);
  });

  test('tells several findings about one thing apart, the same way in each run', () => {
    const names = () => findingsIn('a: «[»1«]»\n').map(({ fingerprint }) => fingerprint);
    expect(new Set(names()).size).toBe(2);
    expect(names()).toEqual(names());
  });
});
