import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkShape, type FileKind } from '../../../src/contract/check-shape.ts';
import { checkTransports } from '../../../src/contract/checks/transports.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { readFolder } from '../../support/case-folder.ts';
import { type Editor, startEditor } from '../../support/language-server.ts';

/**
 * An editor underlines what `msgctl validate` refuses because of its shape, and nothing else: every file of the cases of validate, and the
 * example's, is shown to the server.
 */
const root = join(import.meta.dirname, '../../..');

/** Where the two cannot agree, and why. */
const APART: Readonly<Record<string, string>> = {
  'empty-file/contracts/payments.yaml': 'the server looks at no file that says nothing',
  'empty-project-file/msgctl.yaml': 'the server looks at no file that says nothing',
  'environment-overlay/msgctl.yaml': 'the kind of a transport that an environment changes stands elsewhere in the file',
  'transport-without-kind/msgctl.yaml': 'the kind of a transport that an environment changes stands elsewhere in the file',
  'files-reached-by-reference/shared/currency.yaml':
    'types without the ending of such a file, which validate reads only where it is referred to',
  'unknown-name-role/msgctl.yaml': 'validate tells a role of another kind with the topology, as unknown-name-role',
};

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

function kindOf(path: string): FileKind {
  if (path.endsWith('msgctl.yaml')) return 'project';
  return path.endsWith('.types.yaml') ? 'types' : 'contract';
}

/** What validate says of a file's shape; undefined where the text is no YAML, which is another question. */
function findingsOf(path: string, text: string): readonly string[] | undefined {
  const kind = kindOf(path);
  const tree = parseYaml(path, text);
  if (tree.value === undefined || tree.problems.length > 0) return undefined;
  return [...checkShape(tree, kind), ...(kind === 'project' ? checkTransports(tree) : [])].map(({ id }) => id);
}

const files = Object.entries({
  ...readFolder(join(root, 'test/cases/validate')),
  ...Object.fromEntries(Object.entries(readFolder(join(root, 'contracts'))).map(([path, text]) => [`contracts/${path}`, text])),
}).flatMap(([path, text]) => {
  const findings = path.endsWith('.yaml') ? findingsOf(path, text) : undefined;
  return findings ? [{ path, text, findings }] : [];
});

test('an editor complains of the files whose shape validate refuses, and of no other', async () => {
  const shown = files.map(async ({ path, text, findings }) => {
    const schema = join(root, 'schema', kindOf(path) === 'project' ? 'project.json' : 'contract.json');
    const complaints = await editor.complaintsOf(
      join(root, 'test/cases/validate', path),
      `# yaml-language-server: $schema=${schema}\n${text}`,
    );
    return { path, findings, complaints: complaints.map(({ message }) => message) };
  });
  const verdicts = await Promise.all(shown);
  expect(verdicts.filter(({ findings }) => findings.length > 0).length).toBeGreaterThan(20);
  expect(verdicts.filter(({ findings }) => findings.length === 0).length).toBeGreaterThan(100);
  const apart = verdicts.filter(({ findings, complaints }) => (findings.length === 0) !== (complaints.length === 0));
  expect(apart.filter(({ path }) => !Object.hasOwn(APART, path))).toEqual([]);
  expect(apart.map(({ path }) => path).sort()).toEqual(Object.keys(APART).sort());
});
