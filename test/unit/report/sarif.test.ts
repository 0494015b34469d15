import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { renderSarif } from '../../../src/report/sarif.ts';
import type { View } from '../../../src/report/views.ts';
import { contextOf, sampleSources, sampleViews } from './fixtures.ts';

type Location = {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly startLine: number; readonly startColumn: number; readonly endLine: number; readonly endColumn: number };
  };
};
type Result = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly (Location & { readonly message: { readonly text: string } })[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly justification: string }[];
};
type Run = {
  readonly tool: {
    readonly driver: { readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[] };
  };
  readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications?: readonly unknown[] }[];
  readonly results: readonly Result[];
};

// It names itself by keywords of draft 4, of which it uses nothing else that has changed since.
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(join(import.meta.dirname, '../../support/sarif/schema-2.1.0.json'), 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(schema);

function logOf(view: View): { readonly runs: readonly [Run] } {
  return JSON.parse(renderSarif(view, contextOf(sampleSources)));
}

function runOf(view: View): Run {
  return logOf(view).runs[0];
}

describe('a SARIF log', () => {
  test.each(Object.entries(sampleViews))('of %s is what the schema of the standard says', (_, view) => {
    expect(validate(logOf(view)), JSON.stringify(validate.errors, null, 2)).toBe(true);
  });

  test('of another shape is refused by the schema', () => {
    const log = logOf(sampleViews.invalid);
    expect(validate({ ...log, runs: [{ ...log.runs[0], results: [{ level: 'error' }] }] })).toBe(false);
  });

  test.each(Object.entries(sampleViews))('of %s describes the rule of each result, once', (_, view) => {
    const { tool, results } = runOf(view);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has the sentence of each rule, also where nothing was found', () => {
    expect(runOf(sampleViews.listed).tool.driver.rules.map(({ id }) => id)).toEqual(sampleViews.listed.rules.map(({ id }) => id));
    expect(runOf(sampleViews.invalid).tool.driver.rules[0]?.shortDescription.text).toMatch(/pattern.*\.$/);
    expect(runOf(sampleViews.valid)).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
  });

  test('has both places of a change, and what was agreed on as suppressed though it is not shown elsewhere', () => {
    const { results } = runOf(sampleViews.compared);
    expect(results.map(({ level, suppressions }) => [level, suppressions?.[0]?.justification])).toEqual([
      ['error', undefined],
      ['warning', undefined],
      ['error', 'learners moved in October'],
    ]);
    const [{ locations, relatedLocations } = { locations: [] }] = results;
    expect(locations[0]?.physicalLocation.region).toEqual({ startLine: 5, startColumn: 14, endLine: 5, endColumn: 19 });
    expect(relatedLocations?.[0]).toMatchObject({
      physicalLocation: { region: { startLine: 7 } },
      message: { text: 'was here in main (3f2a9c1)' },
    });
    expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints['msgctl/v1'])).size).toBe(results.length);
  });

  test('says that a failure is one, and a bad verdict is none', () => {
    expect(runOf(sampleViews.failed)).toMatchObject({
      results: [],
      invocations: [
        { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', descriptor: { id: 'unknown-revision' } }] },
      ],
    });
    expect(runOf(sampleViews.compared).invocations[0]?.executionSuccessful).toBe(true);
    expect(runOf(sampleViews.provisioned).invocations[0]?.executionSuccessful).toBe(false);
  });

  test('escapes what is special in paths and in messages', () => {
    const [first] = sampleViews.invalid.diagnostics;
    const at = { ...first.at, file: 'my contracts/a#1%:ü.yaml' };
    const [result] = runOf({
      ...sampleViews.invalid,
      diagnostics: [{ ...first, at, message: 'See [here](http://x), {0} and {}.' }],
    }).results;
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('my%20contracts/a%231%25%3A%C3%BC.yaml');
    expect(result?.message.text).toContain('See \\[here](http://x), {{0}} and {{}}.');
  });
});
