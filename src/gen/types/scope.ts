import type { JsonValue } from '../../source/json.ts';

/** What a schema's surroundings tell about it. */
export type Scope = {
  /** The identifier of the type that a `$ref` names. */
  readonly nameOf: (reference: string) => string;
  /** The type of texts that an open list does not name yet. */
  readonly unlisted: () => string;
  /** The property that tells the branches of a `oneOf` apart, if there is one. */
  readonly discriminatorOf: (branches: readonly JsonValue[]) => string | undefined;
  /** What schemas around this one say of the same object: a branch may do no more than require one of its properties. */
  readonly around: Around;
};

/** What the schemas around a branch say of the same value: its types, and properties declared and required. */
export type Around = {
  readonly types?: readonly string[];
  readonly declared: ReadonlyMap<string, JsonValue>;
  readonly required: ReadonlySet<string>;
};

/** The surroundings of a schema that is no branch of another. */
export const NOTHING_AROUND: Around = { declared: new Map(), required: new Set() };
