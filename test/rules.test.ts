/**
 * Every rule has a page, and what the page shows is so: its example has the finding, and what it shows instead has it no more. The table of
 * all rules is written by `npx vitest run test/rules.test.ts -u`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAll } from '../src/cli/workspace.ts';
import { compareSystems } from '../src/compat/compare.ts';
import type { Finding } from '../src/compat/finding.ts';
import { loadProject } from '../src/contract/load.ts';
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts';
import { RULE_TABLE, type RuleSummary } from '../src/report/rule-table.ts';
import { loadProtobuf } from '../src/runtime/protobuf.ts';
import { loadSystem } from './support/load-system.ts';
import { memoryProject } from './support/memory-project.ts';
import { parseRulePage, projectOf, type RulePage } from './support/rule-pages.ts';

const folder = join(import.meta.dirname, '../docs/rules');
const today = '2026-11-23';
const pathOf = ({ id }: RuleSummary) => join(folder, `${id}.md`);
const pages = RULE_TABLE.filter((rule) => existsSync(pathOf(rule))).map((rule) => ({
  id: rule.id,
  rule,
  read: () => parseRulePage(readFileSync(pathOf(rule), 'utf8')),
}));
/** What is no text cannot be shown in a page; test/cases/validate has files that show it. */
const OF_BYTES: ReadonlySet<string> = new Set(['file-too-large', 'file-not-utf8']);
const ofFindings = pages.filter(({ id, rule }) => rule.severity !== 'change' && !OF_BYTES.has(id));
const ofChanges = pages.filter(({ rule }) => rule.severity === 'change');

describe('the rules', () => {
  test('have an id each, findings and changes together', () => {
    expect(new Set(RULE_TABLE.map(({ id }) => id)).size).toBe(RULE_TABLE.length);
  });

  test.each(RULE_TABLE)('$id says what it is about in one sentence', ({ describes }) => {
    expect(describes).toMatch(/^[A-Z"].*\.$/);
    expect(describes).not.toMatch(/\n|\. /);
  });

  test('stand in docs/rules.md', async () => {
    await expect(table()).toMatchFileSnapshot(join(import.meta.dirname, '../docs/rules.md'));
  });
});

describe('the fixtures', () => {
  // That each one fires is what test/unit/contract/validate-cases.test.ts and test/unit/compat/cases.test.ts try.
  test.each(RULE_TABLE)('of $id are there', ({ id, severity }) => {
    const cases = join(import.meta.dirname, 'cases', severity === 'change' ? 'compat' : 'validate', id);
    expect(existsSync(cases) && readdirSync(cases).length > 0, `${cases} is not there`).toBe(true);
  });
});

describe('the pages', () => {
  test.each(RULE_TABLE)('$id has one', (rule) => {
    expect(existsSync(pathOf(rule)), `docs/rules/${rule.id}.md is not there`).toBe(true);
  });

  test('are those of rules', () => {
    const strange = existsSync(folder) ? readdirSync(folder).filter((file) => !RULE_TABLE.some(({ id }) => file === `${id}.md`)) : [];
    expect(strange).toEqual([]);
  });

  test.each(pages)('$id has the form of a page', ({ rule, read }) => {
    const page = read();
    expect(page).toMatchObject({ title: rule.id, kind: `${rule.severity} · ${rule.family}` });
    expect(page.describes.replaceAll('`', '')).toBe(rule.describes.replaceAll('`', ''));
    const examples = rule.severity === 'change' ? ['Before', 'After'] : OF_BYTES.has(rule.id) ? [] : ['Example'];
    const headings = ['Why', 'What to do', ...examples, 'Instead'];
    expect(headings.filter((heading) => heading !== 'Instead' || page.sections.has(heading))).toEqual([...page.sections.keys()]);
    for (const prose of ['Why', 'What to do']) expect(page.sections.get(prose)).toMatch(/\S/);
  });
});

describe('the example of a finding', () => {
  test.each(ofFindings)('$id has it', async ({ id, read }) => {
    expect((await findingsOf(read(), 'Example')).map((finding) => finding.id)).toContain(id);
  });

  test.each(ofFindings)('$id has it no more as the page shows it instead', async ({ id, read }) => {
    const findings = await findingsOf(read(), 'Instead');
    expect(findings.filter((finding) => finding.id === id || finding.severity === 'error').map(tell)).toEqual([]);
  });
});

describe('the example of a change', () => {
  test.each(ofChanges)('$id has it', async ({ id, read }) => {
    expect((await changesOf(read(), 'After')).map((finding) => finding.id)).toContain(id);
  });

  test.each(ofChanges)('$id breaks nobody as a page shows it instead, where it does', async ({ read }) => {
    const page = read();
    const fails = ({ verdict }: Finding) => verdict === 'breaking' || verdict === 'undecided';
    const findings = page.sections.has('Instead') ? await changesOf(page, 'Instead') : [];
    expect(findings.filter(fails).map(({ id: found, message }) => `${found}: ${message}`)).toEqual([]);
  });
});

function sectionOf(page: RulePage, heading: string): string {
  const section = page.sections.get(heading);
  if (section === undefined) throw new Error(`The page has no heading "${heading}".`);
  return section;
}

async function findingsOf(page: RulePage, heading: string): Promise<readonly Diagnostic[]> {
  const loaded = await loadProject(memoryProject(projectOf(sectionOf(page, heading))), { projectFile: 'msgctl.yaml', today });
  return checkAll(loaded);
}

async function changesOf(page: RulePage, heading: string): Promise<readonly Finding[]> {
  const before = await loadSystem(projectOf(sectionOf(page, 'Before')));
  const after = await loadSystem(projectOf(sectionOf(page, heading)));
  return (await compareSystems(before, after, { today, released: true, protobuf: loadProtobuf })).findings;
}

function tell({ at, id, message }: Diagnostic): string {
  return `${at.file}:${at.start.line} ${id}: ${message}`;
}

/** docs/rules.md */
function table(): string {
  const row = (rule: RuleSummary) => {
    const name = `[${rule.id}](rules/${rule.id}.md)`;
    return `| ${name} | ${rule.severity} | ${rule.describes.replaceAll('|', '\\|')} |\n`;
  };
  const part = (title: string, rules: readonly RuleSummary[]) => {
    const families = [...new Set(rules.map(({ family }) => family))].map((family) => {
      const rows = rules.filter((rule) => rule.family === family).map(row);
      return `### ${family}\n\n| id | severity | what it is about |\n| --- | --- | --- |\n${rows.join('')}`;
    });
    return `## ${title}\n\n${families.join('\n')}`;
  };
  return [
    '# Rules\n\nEverything that msgctl finds, by family. `msgctl rules` lists the same, `msgctl explain ID` shows a page in the terminal. This page is\nwritten by `npx vitest run test/rules.test.ts -u`.\n',
    part(
      'What `msgctl validate` finds in contracts',
      RULE_TABLE.filter(({ severity }) => severity !== 'change'),
    ),
    part(
      'What `msgctl diff` tells of changes',
      RULE_TABLE.filter(({ severity }) => severity === 'change'),
    ),
  ].join('\n');
}
