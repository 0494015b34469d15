/**
 * What validators note of a value that they refuse, and how it is read. They write one list, in which the failures of a union's alternatives
 * stand before that of the union itself.
 */

/** A keyword that a value breaks, as ajv's code notes it. */
export type FailedKeyword = {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: NotedParameters;
  /** There where the name of a property was checked, not its value. */
  readonly propertyName?: string;
};

/** What a keyword notes with it; each notes a few of them. */
export type NotedParameters = {
  readonly additionalProperty?: string;
  readonly allowedValue?: unknown;
  readonly allowedValues?: readonly unknown[];
  /** How many alternatives a union has. */
  readonly branches?: number;
  readonly format?: string;
  /** Of two items that are the same the second, and `j` the first. */
  readonly i?: number;
  readonly j?: number;
  readonly limit?: number;
  readonly maxContains?: number;
  readonly minContains?: number;
  readonly missingProperty?: string;
  readonly multipleOf?: number;
  /** Of a `oneOf` two alternatives that fit, from 0. */
  readonly passingSchemas?: readonly [number, number] | number | null;
  readonly pattern?: string;
  readonly property?: string;
  /** What tells the alternatives of a union apart, and the values it has in them. */
  readonly tag?: string;
  readonly type?: string | readonly string[];
  readonly unevaluatedProperty?: string;
  readonly values?: readonly string[];
};

/** A failure with those of which it is made. */
export type Failure = { readonly failed: FailedKeyword; readonly parts: readonly Failure[] };

/** The failure that the end of a list is, with all that belongs to it. */
export function readFailures(list: readonly FailedKeyword[]): Failure {
  let end = list.length;
  const readLast = (): Failure => {
    const failed = list[--end];
    if (failed === undefined) throw new Error('A validator refused a value and noted nothing.');
    const parts: Failure[] = [];
    for (let missing = partsOf(failed); missing > 0 && end > 0; missing--) parts.unshift(readLast());
    return { failed, parts };
  };
  return readLast();
}

/** How many failures stand before one, of which it is made. A `oneOf` that fits twice counts those before the second fit. */
function partsOf({ keyword, params }: FailedKeyword): number {
  const { branches = 0, passingSchemas } = params;
  if (keyword === 'anyOf') return branches;
  if (keyword === 'oneOf') return Array.isArray(passingSchemas) ? passingSchemas[1] - 1 : branches;
  return keyword === 'if' || keyword === 'propertyNames' ? 1 : 0;
}
