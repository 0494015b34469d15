import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkAll } from '../../../src/cli/workspace.ts';
import { loadProject } from '../../../src/contract/load.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { ownProperty } from '../../../src/source/json.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { listFolders, readFolder } from '../../support/case-folder.ts';
import { memoryProject } from '../../support/memory-project.ts';

/**
 * An error in one place hides none in another: every fixture of a finding keeps all its findings when something else goes wrong beside them.
 * Texts may change, as they list what is known; ids and places may not.
 */
const CASES = join(import.meta.dirname, '../../cases/validate');

/** The cases whose files are texts. */
const FOLDERS = listFolders(CASES).filter((name) => name !== 'file-not-utf8');

type Files = Readonly<Record<string, string>>;

async function findingsOf(all: Files): Promise<readonly string[]> {
  const { 'expected.txt': _, 'case.json': settings = '{}', ...files } = all;
  const { environment, variables, today } = JSON.parse(settings);
  const loaded = await loadProject(memoryProject(files, variables), { projectFile: 'msgctl.yaml', environment, today });
  return [...new Set(checkAll(loaded).map(({ id, at }: Diagnostic) => `${id} ${at.file}:${at.start.line}:${at.start.column}`))].sort();
}

/** A key that nothing knows at the end of each file, where the file can take one. */
function withUnknownKeys(files: Files): Files {
  const changed = Object.entries(files).map(([path, text]) => {
    const longer = `${text}\nmistake-of-the-test: 1\n`;
    const isYaml = path.endsWith('.yaml') && ownProperty(parseYaml(path, text).value, 'mistake-of-the-test') === undefined;
    const takesIt = isYaml && ownProperty(parseYaml(path, longer).value, 'mistake-of-the-test') === 1;
    return [path, takesIt ? longer : text] as const;
  });
  return Object.fromEntries(changed);
}

/** Another contract beside those there are. */
function withNeighbour(files: Files, text: string): Files {
  const beside = Object.keys(files).find((path) => path.endsWith('.yaml') && path.includes('/'));
  const folder = beside === undefined ? 'contracts' : beside.slice(0, beside.lastIndexOf('/'));
  return { ...files, [`${folder}/zz-neighbour.yaml`]: text };
}

const FLAWED = `msgctl: 1
service: zz-neighbour
version: one
provides:
  Wrong Name: { pattern: notification, via: nowhere, message: { typ: object } }
  waits: { pattern: async-request-response, request: { $ref: '#/types/Missing' }, response: { pattern: '(' } }
  shown: { pattern: no-such-pattern, message: { type: object }, examples: [{ message: 1 }] }
uses:
  zz-nobody.speaks: { reads: [a] }
types:
  Endless: { $ref: '#/types/Endless' }
`;

const NO_YAML = 'msgctl: 1\nservice: zz-neighbour\nversion: 1.0.0\nprovides: { "a: }\n';

/** A contract ends that there is none; and who is in a file that is no YAML may use, send and answer too, so that a quorum of one more can be met. */
const NONE = new Set(['no-contracts']);
const NONE_OR_UNKNOWN = new Set(['no-contracts', 'quorum-too-large', 'unused-event', 'unsent-notification', 'nobody-answers']);

const DISTURBANCES: readonly (readonly [string, (files: Files) => Files, ReadonlySet<string>])[] = [
  ['a key that is not known', withUnknownKeys, new Set(['empty-file'])],
  ['a contract full of mistakes', (files) => withNeighbour(files, FLAWED), NONE],
  ['a contract that is no YAML', (files) => withNeighbour(files, NO_YAML), NONE_OR_UNKNOWN],
];

describe.each(DISTURBANCES)('beside %s', (_, disturb, excepted) => {
  test.each(FOLDERS)('%s keeps its findings', async (name) => {
    const files = readFolder(join(CASES, name));
    const before = (await findingsOf(files)).filter((finding) => !excepted.has(finding.split(' ')[0] ?? ''));
    const after = new Set(await findingsOf(disturb(files)));
    expect(before.filter((finding) => !after.has(finding))).toEqual([]);
  });
});
