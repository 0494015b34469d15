import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../src/report/junit.ts';
import type { View } from '../../../src/report/views.ts';
import { contextOf, sampleSources, sampleViews } from './fixtures.ts';

type Case = {
  readonly name: string;
  readonly classname: string;
  readonly failure?: { readonly message: string; readonly '#text': string };
  readonly error?: { readonly message: string };
  readonly skipped?: { readonly message: string };
  readonly 'system-out'?: string;
};
type Counts = { readonly tests: string; readonly failures: string; readonly errors: string; readonly skipped: string };
type Suite = Counts & { readonly name: string; readonly testcase: readonly Case[] };
type Report = { readonly testsuites: Omit<Counts, 'skipped'> & { readonly testsuite: readonly Suite[] } };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['testsuite', 'testcase'].includes(name),
});

const strictly = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', isArray: (name) => /^test(suite|case)$/.test(name) });
const conforms = new Ajv().compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../support/junit/report.json'), 'utf8')));

function reportOf(view: View): Report['testsuites'] {
  const text = renderJunit(view, contextOf(sampleSources));
  expect(XMLValidator.validate(text)).toBe(true);
  const { testsuite = [], ...report } = (parser.parse(text) as Report).testsuites;
  return { testsuite, ...report };
}

function casesOf(view: View): readonly Case[] {
  return reportOf(view).testsuite.flatMap(({ testcase }) => testcase);
}

/** The cases as `classname name: what became of it`. */
function outcomesOf(view: View): readonly string[] {
  return casesOf(view).map(({ classname, name, failure, error, skipped }) => {
    return `${classname} ${name}: ${error ? 'error' : failure ? 'failed' : skipped ? 'skipped' : 'passed'}`;
  });
}

function counted(cases: readonly Case[]): Counts {
  const amount = (has: (one: Case) => unknown) => String(cases.filter(has).length);
  return {
    tests: String(cases.length),
    failures: amount(({ failure }) => failure),
    errors: amount(({ error }) => error),
    skipped: amount(({ failure, error, skipped }) => skipped && !failure && !error),
  };
}

describe('a JUnit report', () => {
  test.each(Object.entries(sampleViews))('of %s is XML that counts what is in it', (_, view) => {
    const { testsuite, ...report } = reportOf(view);
    const { skipped: _skipped, ...all } = counted(testsuite.flatMap(({ testcase }) => testcase));
    expect(report).toEqual({ name: expect.stringMatching(/^msgctl /), ...all });
    for (const { testcase, ...suite } of testsuite) expect(suite).toMatchObject(counted(testcase));
    const names = casesOf(view).map(({ classname, name }) => `${classname} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(Object.entries(sampleViews))('of %s is what the schema of a reader allows', (_, view) => {
    expect(conforms(strictly.parse(renderJunit(view, contextOf(sampleSources)))), JSON.stringify(conforms.errors, null, 2)).toBe(true);
  });

  test('of another shape is refused by the schema', () => {
    expect(conforms(strictly.parse('<?xml version="1.0" encoding="UTF-8"?><testsuites skipped="0"/>'))).toBe(false);
  });

  test('lists every interaction; errors fail it, the rest is only said', () => {
    expect(outcomesOf(sampleViews.valid)).toEqual(['orders place: passed', 'payments charge: passed', 'payments payment-settled: passed']);
    expect(outcomesOf(sampleViews.invalid)).toEqual([
      'orders place: passed',
      'payments charge: passed',
      'payments payment-settled: failed',
    ]);
    expect(casesOf(sampleViews.invalid).at(-1)?.['system-out']).toContain('retry-outlives-expiry');
  });

  test('has a case of its own for what belongs to no interaction', () => {
    const [first] = sampleViews.invalid.diagnostics;
    const elsewhere = { ...first, at: { ...first.at, file: 'msgctl.yaml' } };
    const outside = { ...first, at: { ...first.at, start: { offset: 0, line: 1, column: 1 }, end: { offset: 6, line: 1, column: 7 } } };
    expect(outcomesOf({ ...sampleViews.invalid, diagnostics: [outside, elsewhere] })).toEqual([
      'orders place: passed',
      'payments charge: passed',
      'payments payment-settled: passed',
      expect.stringMatching(/^payments unknown-pattern \([0-9a-f]{12}\): failed$/),
      expect.stringMatching(/^msgctl.yaml unknown-pattern \([0-9a-f]{12}\): failed$/),
    ]);
  });

  test('fails where the comparison does, and skips what was agreed on', () => {
    const { compared } = sampleViews;
    const [version] = compared.versions;
    const [breaking, risky, , accepted] = version.comparison.findings;
    const of = (findings: typeof version.comparison.findings | readonly (typeof breaking)[], failOn: 'breaking' | 'risky' = 'breaking') =>
      outcomesOf({ ...compared, failOn, versions: [{ ...version, comparison: { ...version.comparison, findings } }] });
    expect(of([breaking, accepted])).toContain('catalog course-created: failed');
    expect(of([accepted])).toContain('catalog course-created: skipped');
    expect(of([risky])).toContain('catalog course-created: passed');
    expect(of([risky], 'risky')).toContain('catalog course-created: failed');
    expect(of([])).toContain('catalog course-created: passed');
  });

  test('has a case for each step and each file', () => {
    expect(outcomesOf(sampleViews.settled)).toEqual(['rabbit up to date: passed']);
    expect(outcomesOf(sampleViews.planned)).toContain('rabbit delete queue payments.old: skipped');
    expect(outcomesOf(sampleViews.planned)).toContain('rabbit refuse queue theirs: failed');
    expect(outcomesOf(sampleViews.provisioned)).toContain('rabbit create queue payments.charge: failed');
    expect(outcomesOf(sampleViews.provisioned)).toContain('rabbit change queue mailer.welcome: skipped');
    expect(outcomesOf(sampleViews.provisioned)).toContain('school read back: failed');
    expect(outcomesOf(sampleViews.generated).filter((line) => !line.endsWith('passed'))).toEqual([]);
    expect(outcomesOf(sampleViews.stale).filter((line) => line.endsWith('failed'))).toHaveLength(3);
  });

  test('tells a failure as an error, for it is no verdict', () => {
    expect(outcomesOf(sampleViews.failed)).toEqual(['diff unknown-revision: error']);
  });

  test('holds nothing that XML forbids', () => {
    const [first] = sampleViews.invalid.diagnostics;
    const evil = ']]>&<a b="c">\u0000\u001b\ud800\uffff\u202e';
    const { failure } = casesOf({ ...sampleViews.invalid, diagnostics: [{ ...first, message: evil }] })[2] ?? {};
    expect(failure?.message).toBe(']]>&<a b="c">\\u{0}\\u{1b}\\u{d800}\ufffd\\u{202e}');
    expect(failure?.['#text']).toContain(failure?.message);
  });
});
