/** Where something is wrong: the steps to it, and how many bytes were read before it. */
type ProtobufErrorPlace = { readonly path: readonly (string | number)[]; readonly offset?: number; readonly cause?: unknown };

/** Why a message cannot be written as Protobuf, or bytes cannot be read. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
  /** Where in the message, as a JSON pointer. */
  readonly path: string;
  /** Where in the bytes, when they were read. */
  readonly offset: number | undefined;

  constructor(problem: string, { path, offset, cause }: ProtobufErrorPlace) {
    const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const at = offset === undefined ? '' : `, byte ${offset}`;
    super(`${pointer === '' ? 'The message' : pointer}${at}: ${problem}`, cause === undefined ? undefined : { cause });
    this.path = pointer;
    this.offset = offset;
  }
}

/** How deep messages may stand in each other, the limit of every implementation of Protobuf. */
export const DEEPEST = 100;
