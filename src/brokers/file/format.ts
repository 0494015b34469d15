import { Failure } from '../../diagnostics/failure.ts';
import { createSourceFile, positionAt } from '../../source/source-file.ts';
import type { ActualResource } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';

/** What a format must know besides the text. */
export type FileContext = {
  /** For messages, relative to the project's root. */
  readonly path: string;
  /** Whose mark new resources get. */
  readonly project: string;
  /** The name of the transport. */
  readonly transport: string;
  /** The virtual host that the transport speaks of; only RabbitMQ has them. */
  readonly vhost: string;
};

/** How the resources of one broker stand in a file that the broker, or its operator, loads. Pure: text in, text out. */
export type FileFormat = {
  /** What follows the transport's name in the file's name. */
  readonly suffix: string;
  /** Kinds of resources that have no place in such a file. */
  readonly without?: readonly string[];
  /** What to say wherever a resource is made anew; a full sentence. */
  readonly replacing: string;
  /** The resources in a text. Throws `Failure` with file and line when the text is not what it should be. */
  read(text: string, context: FileContext): readonly ActualResource[];
  /** The text after some steps; `text` is undefined where there is no file yet. Everything that is not touched stays as it was. */
  write(text: string | undefined, steps: readonly Step[], context: FileContext): string;
};

/** What to throw for a file that cannot be understood: nothing of it is overwritten then. */
export function malformedFile(text: string, offset: number, message: string, { path }: FileContext): Failure {
  const { line, column } = positionAt(createSourceFile(path, text), offset);
  return new Failure('topology-file-malformed', {
    message: `${path}:${line}:${column}: ${message}`,
    why: 'msgctl takes what this file says as what is there. It writes nothing over a file that it cannot understand.',
    advice: 'Mend the file, or move it away to have it written anew.',
  });
}
