import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDocuments } from '../../../src/contract/format/format-documents.ts';
import { createFolderReader } from '../../../src/io/project-folder.ts';

test('the contracts of this repository are formatted', async () => {
  const root = join(import.meta.dirname, '../../..');
  const { documents, files } = await formatDocuments(createFolderReader({ root, label: 'here', environment: {} }), 'msgctl.yaml');
  expect(files.length).toBeGreaterThan(8);
  for (const { path, text } of files) expect([path, text]).toEqual([path, documents.get(path)?.source.text]);
});
