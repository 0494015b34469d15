import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { FORMATS, REPORTERS } from '../../../src/report/reporters.ts';
import { createSourceFile } from '../../../src/source/source-file.ts';
import { contextOf, sampleSources, sampleViews } from './fixtures.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/report.json'), 'utf8'));
const views = Object.entries(sampleViews).map(([name, view]) => ({ name, view }));
const context = contextOf(sampleSources);

describe.each(FORMATS)('as %s', (format) => {
  test.each(views)('$name reads as shown', async ({ name, view }) => {
    const text = REPORTERS[format].render(view, context);
    await expect(text).toMatchFileSnapshot(`expected/${name}.${format}.txt`);
  });

  test.each(views)('$name ends with a line end, or says nothing', ({ view }) => {
    expect(REPORTERS[format].render(view, context)).toMatch(/^$|[^\n]\n$/);
  });
});

describe('json', () => {
  const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);

  test.each(views)('$name is what schema/report.json says', ({ view }) => {
    const document: unknown = JSON.parse(REPORTERS.json.render(view, context));
    expect(validate(document), JSON.stringify(validate.errors, null, 2)).toBe(true);
  });

  test('a document of another shape is refused by the schema', () => {
    expect(validate({ formatVersion: '1.0', tool: { name: 'msgctl', version: '1' }, command: 'gen', outcome: 'ok' })).toBe(false);
  });
});

describe('text', () => {
  test('names what could not be said in colour as well', () => {
    const coloured = REPORTERS.text.render(sampleViews.invalid, contextOf(sampleSources, { color: true }));
    expect(coloured).toContain('\u001b[31merror\u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: takes the colours out again
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(REPORTERS.text.render(sampleViews.invalid, context));
  });

  test.each(views)('$name is pure ASCII with --ascii', ({ view }) => {
    expect(REPORTERS.text.render(view, contextOf(sampleSources, { unicode: false }))).toMatch(/^[\n -~]*$/);
  });

  test('prose wraps at the width of the terminal, code does not', () => {
    const text = REPORTERS.text.render(sampleViews.invalid, contextOf(sampleSources, { width: 50 }));
    expect(text).toContain('  The pattern decides which queues and which\n  client code are made.\n');
  });

  test('what a rule is about stands beside its id, or under it where the terminal is narrow', () => {
    const at = (width: number) => REPORTERS.text.render(sampleViews.listed, contextOf([], { width }));
    expect(at(100)).toContain('  property-removed       change   A property was removed.\n');
    expect(at(60)).toContain('  property-removed       change\n      A property was removed.\n');
    expect(
      at(60)
        .split('\n')
        .every((line) => line.length <= 60),
    ).toBe(true);
  });

  test('raw broker texts are shown with --verbose only', () => {
    expect(REPORTERS.text.render(sampleViews.provisioned, context)).not.toContain('PRECONDITION_FAILED');
    expect(REPORTERS.text.render(sampleViews.provisioned, contextOf([], { verbose: true }))).toContain('PRECONDITION_FAILED');
  });

  describe('more findings than anybody reads', () => {
    const [first] = sampleViews.invalid.diagnostics;
    const many = (amount: number, severity: 'error' | 'warning' | 'info') =>
      Array.from({ length: amount }, (_, index) => ({ ...first, severity, message: `${severity} number ${index}.` }));
    const text = (diagnostics: readonly Diagnostic[]) => REPORTERS.text.render({ ...sampleViews.invalid, diagnostics }, context);
    const shown = (rendered: string) => rendered.match(/(?<=^ {2})\w+ number \d+\.$/gm) ?? [];

    test('are all shown up to 500', () => {
      expect(shown(text(many(500, 'error')))).toHaveLength(500);
      expect(text(many(500, 'error'))).not.toContain('…');
    });

    test('are counted beyond that, and the counts are those of all', () => {
      const rendered = text(many(20_000, 'error'));
      expect(shown(rendered)).toEqual(many(500, 'error').map(({ message }) => message));
      expect(rendered).toMatch(
        /\n\n… and 19500 more findings: use --format json or --report json=PATH to see all\.\n\n20000 errors in \d+ contracts?\.\n/,
      );
      expect(text(many(501, 'error'))).toContain('… and 1 more finding: ');
    });

    test('are the gravest ones, in the order of all', () => {
      const rendered = text([...many(300, 'info'), ...many(450, 'warning'), ...many(100, 'error')]);
      expect(shown(rendered)).toEqual([...many(400, 'warning'), ...many(100, 'error')].map(({ message }) => message));
      expect(rendered).toContain('… and 350 more findings: ');
      expect(rendered).toContain('\n100 errors, 450 warnings, 300 notes in ');
    });

    test('are all there for machines', () => {
      const view = { ...sampleViews.invalid, diagnostics: many(1_000, 'error') };
      expect(JSON.parse(REPORTERS.json.render(view, context)).findings).toHaveLength(1_000);
      expect(REPORTERS.compact.render(view, context).match(/ number \d/g)).toHaveLength(1_000);
    });
  });

  test.each(['text', 'compact', 'github'] as const)('foreign text cannot forge a line or steer the terminal as %s', (format) => {
    const [first] = sampleViews.invalid.diagnostics;
    const evil = 'a\n::error::forged\u001b[2J\u202e\r\n\u2028::warning::too';
    const at = { ...first.at, file: `contracts/${evil}.yaml` };
    const diagnostic = { ...first, message: evil, why: evil, advice: evil, at, related: [{ at, label: evil }] };
    const source = createSourceFile(at.file, `${evil}\n`.repeat(9));
    const text = REPORTERS[format].render({ ...sampleViews.invalid, diagnostics: [diagnostic], notDone: evil }, contextOf([source]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(text.replace(/^\s+\d* [│|].*$/gm, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u2028]/);
    expect(text.match(/^\s*::/gm)?.length ?? 0).toBe(format === 'github' ? 2 : 0);
  });
});
