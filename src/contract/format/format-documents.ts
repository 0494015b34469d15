import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Documents } from '../../payload/documents.ts';
import type { FileKind } from '../check-shape.ts';
import { problemsOf, TYPES_ENDING } from '../load.ts';
import type { ProjectReader } from '../project-reader.ts';
import { readDocuments } from '../read-documents.ts';
import { readProject } from '../read-project.ts';
import { missingNumbers } from './assign-numbers.ts';
import { formatFile } from './format-file.ts';

/** A file of a project as it should be written. */
type FormattedFile = {
  readonly path: string;
  /** Absent for what is no YAML; its findings say why. */
  readonly text?: string;
  /** How many Protobuf numbers it is given. */
  readonly numbers: number;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * The canonical form of the project file, the contracts and the YAML files that they refer to, sorted by path. The contracts need not be
 * valid; but without those that are no YAML nobody knows all that travels as Protobuf.
 */
export async function formatDocuments(
  reader: ProjectReader,
  projectFile: string,
): Promise<{ readonly documents: Documents; readonly files: readonly FormattedFile[] }> {
  const { project, tree } = await readProject(reader, { projectFile });
  const contracts = (await reader.listFiles(project.contracts)).filter((path) => path !== projectFile);
  const documents = new Map([[projectFile, tree], ...(await readDocuments(reader, contracts))]);
  const numberings = missingNumbers(documents);
  const isContract = new Set(contracts.filter((path) => !path.endsWith(TYPES_ENDING)));
  const files = [...documents].filter(([path]) => path === projectFile || contracts.includes(path) || /\.ya?ml$/.test(path));
  const formatted = files.map(([path, document]): FormattedFile => {
    if (document.problems.length > 0) return { path, numbers: 0, diagnostics: problemsOf(document) };
    const kind: FileKind = path === projectFile ? 'project' : isContract.has(path) ? 'contract' : 'types';
    return { path, ...formatFile(document, kind, numberings.get(path)), diagnostics: [] };
  });
  return { documents, files: formatted.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
