import { Composer, type Document, Parser } from 'yaml';
import type { JsonValue } from './json.ts';
import { rangeBetween, type SourceFile } from './source-file.ts';
import { buildNode } from './yaml-nodes.ts';
import type { Places } from './yaml-places.ts';
import { describeProblems, type YamlProblem } from './yaml-problems.ts';
import { inspectTokens, MAX_DEPTH } from './yaml-tokens.ts';

/** What was read of a text: no value where it could not be understood, which its problems tell. A text with nothing in it is `null`. */
export type ReadYaml = {
  readonly value: JsonValue | undefined;
  readonly places: Places | undefined;
  readonly problems: readonly YamlProblem[];
};

/** Reads a text by the library, which knows all of YAML and what can be wrong with it, and takes many times as long as the quick reader. */
export function readThoroughly(source: SourceFile): ReadYaml {
  const { text } = source;
  const tokens = [...new Parser().parse(text)];
  const { deep, ...findings } = inspectTokens(tokens);
  if (deep !== undefined) {
    const message = `The text is nested deeper than ${MAX_DEPTH} levels.`;
    const at = rangeBetween(source, deep, deep + 1);
    return { value: undefined, places: undefined, problems: [{ code: 'yaml-too-deep', message, at, fatal: true }] };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[];
  const built = buildNode(source, documents[0]?.contents ?? null);
  const problems = describeProblems(source, { documents, found: built.problems, tokens: findings });
  const broken = problems.some((problem) => problem.fatal);
  return { value: broken ? undefined : built.value, places: broken ? undefined : built.places, problems };
}
