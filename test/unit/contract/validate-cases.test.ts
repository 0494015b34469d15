import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAll } from '../../../src/cli/workspace.ts';
import { loadProject } from '../../../src/contract/load.ts';
import { DIAGNOSTIC_IDS } from '../../../src/diagnostics/catalogue.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { createFolderReader } from '../../../src/io/project-folder.ts';
import type { Range } from '../../../src/source/source-file.ts';
import { listFolders } from '../../support/case-folder.ts';

/**
 * Each folder under test/cases/validate is a small project; its expected.txt holds every finding about it, word for word. A folder named
 * like an id shows that id. `case.json` may name the environment, the variables, the day and the largest size of a file.
 */
const CASES = join(import.meta.dirname, '../../cases/validate');

type Settings = {
  readonly environment?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly today?: string;
  readonly largest?: number;
};

async function findingsOf(name: string): Promise<readonly Diagnostic[]> {
  const root = join(CASES, name);
  const settings = join(root, 'case.json');
  const { environment, variables = {}, today, largest }: Settings = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {};
  const reader = createFolderReader({ root, label: name, environment: variables, ...(largest !== undefined && { largest }) });
  const loaded = await loadProject(reader, {
    projectFile: 'msgctl.yaml',
    ...(environment !== undefined && { environment }),
    ...(today !== undefined && { today }),
  });
  return checkAll(loaded);
}

function place({ file, start, end }: Range): string {
  return `${file}:${start.line}:${start.column}-${end.line === start.line ? '' : `${end.line}:`}${end.column}`;
}

function render({ id, severity, at, message, why, advice, related }: Diagnostic): string {
  const also = related.map((other) => `  also ${place(other.at)} ${other.label}\n`).join('');
  return `${place(at)} ${severity} ${id}\n  ${message}\n  ${why}\n  ${advice}\n${also}`;
}

describe.each(listFolders(CASES))('%s', (name) => {
  test('has the findings that its expected.txt tells', async () => {
    const findings = await findingsOf(name);
    await expect(`${findings.map(render).join('\n')}`).toMatchFileSnapshot(join(CASES, name, 'expected.txt'));
  });
});

describe('every diagnostic', () => {
  test.each(DIAGNOSTIC_IDS)('%s has a case that shows it', async (id) => {
    expect(listFolders(CASES)).toContain(id);
    expect((await findingsOf(id)).map((finding) => finding.id)).toContain(id);
  });
});
