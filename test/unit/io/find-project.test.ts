import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProject } from '../../../src/io/find-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'msgctl-find-'));
beforeAll(() => {
  mkdirSync(join(folder, 'a/b/msgctl.yaml'), { recursive: true });
  for (const path of ['a/msgctl.yaml', 'a/other.yaml']) writeFileSync(join(folder, path), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['a', undefined, 'a', 'msgctl.yaml'],
  ['a/b', undefined, 'a', 'msgctl.yaml'],
  ['a/b', '../other.yaml', 'a', 'other.yaml'],
  ['.', 'a/msgctl.yaml', 'a', 'msgctl.yaml'],
])('from %s with --config %s it is %s/%s', async (cwd, config, root, file) => {
  expect(await findProject(join(folder, cwd), config)).toEqual({ root: join(folder, root), file });
});

test.each([
  ['nothing above', '.', undefined, 'no-project'],
  ['a file that is not there', '.', 'no.yaml', 'file-missing'],
  ['a folder', '.', 'a', 'file-is-folder'],
])('%s is a failure', async (_, cwd, config, id) => {
  await expect(findProject(join(folder, cwd), config)).rejects.toMatchObject({ id });
});
