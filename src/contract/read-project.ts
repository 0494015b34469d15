import { Failure } from '../diagnostics/failure.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { concealSecrets } from '../source/conceal-secrets.ts';
import { appendPointer } from '../source/pointer.ts';
import { quoteText } from '../source/quote.ts';
import { mayStandIn, parseYaml, type YamlTree } from '../source/yaml-tree.ts';
import { type Interpolated, interpolate, referencedFiles } from './interpolate.ts';
import type { Project } from './model.ts';
import type { ProjectReader } from './project-reader.ts';
import { readTree } from './read-documents.ts';
import { environmentNames, toProject } from './to-project.ts';

/** The project file: its tree as written, its value with references replaced, and what it means. */
export type ReadProject = { readonly tree: YamlTree; readonly interpolated: Interpolated; readonly project: Project };

/** Reads the project file for one environment. Throws `Failure` for an environment that it does not have. */
export async function readProject(
  reader: ProjectReader,
  { projectFile, environment }: { readonly projectFile: string; readonly environment?: string },
): Promise<ReadProject> {
  const tree = concealed(await readTree(reader, projectFile));
  const written = tree.value ?? null;
  const files = new Map(await Promise.all(referencedFiles(written).map(async (path) => [path, await readSecret(reader, path)] as const)));
  const interpolated = interpolate(written, { variable: (name) => reader.variable(name), file: (path) => files.get(path) });
  // With a project file that is no YAML nobody can say which environments there are; its own finding comes first.
  const told = environment !== undefined && tree.value !== undefined && !mayStandIn(tree, appendPointer('/environments', environment));
  if (told) requireEnvironment(projectFile, environmentNames(written), environment);
  return { tree, interpolated, project: toProject(tree, interpolated, environment) };
}

/** Parses the project file, whose secrets are not shown in code frames. */
export function parseProjectFile(path: string, text: string): YamlTree {
  return concealed(parseYaml(path, text));
}

function concealed(tree: YamlTree): YamlTree {
  return { ...tree, source: { ...tree.source, shown: concealSecrets(tree.source.text) } };
}

/** The text of a mounted file, without the line break that editors put at its end. Undefined where it cannot be read. */
async function readSecret(reader: ProjectReader, path: string): Promise<string | undefined> {
  try {
    return (await reader.readText(path)).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function requireEnvironment(projectFile: string, known: readonly string[], environment: string): void {
  if (known.includes(environment)) return;
  const meant = nearest(environment, known);
  throw new Failure('unknown-environment', {
    message: `${projectFile} has no environment ${quoteText(environment)}.`,
    why: 'The environment decides which brokers are meant, so none is guessed.',
    advice:
      known.length > 0
        ? `${meant === undefined ? 'Use' : `Did you mean ${meant}? Else use`} one of ${known.join(', ')}, or leave --env out for the transports as they stand.`
        : `Leave --env out, or add environments: to ${projectFile}.`,
  });
}
