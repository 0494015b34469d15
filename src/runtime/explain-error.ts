/**
 * What validators say of a value that they refuse: one error, in words and in parts. Validators themselves only note which keyword failed
 * where; all else is worked out here, once a value is refused.
 */
import { alternatives, type Explained, explainKeyword } from './explain-keyword.ts';
import { type FailedKeyword, type Failure, readFailures } from './failed-keywords.ts';
import { showPlace } from './show-value.ts';

/** Why a value is not what it should be. It holds no text of the value: messages may carry what belongs in no log. */
export type ValidationError = {
  /** Where in the value, as a JSON pointer; of a property that is missing, where it should be. */
  readonly path: string;
  /** The rule of JSON Schema that it breaks; `false` where the schema allows nothing. */
  readonly keyword: string;
  /** What should be there: `at least 1`. */
  readonly expected: string;
  /** What is there: numbers, `true` and `false` as they are, of all else only kind and size: `a text of 12 characters`. */
  readonly got: string;
  /** Both in a sentence: `/price/amount must be at least 1, but is 0`. */
  readonly message: string;
};

/** Explains what a validator noted of a value: the errors of a union's alternatives become one. */
export function explainFailure(failed: readonly FailedKeyword[], value: unknown): ValidationError {
  const { path, keyword, expected, got, problem } = chooseError(readFailures(failed), (failure) => explainKeyword(failure, value));
  const message = `${path === '' ? 'the value' : showPlace(path)} ${problem ?? `must be ${expected}, but is ${got}`}`;
  return { path, keyword, expected, got, message };
}

/** Of a union the alternative that comes closest; where several do, all that they expect. */
function chooseError({ failed, parts }: Failure, explain: (failed: FailedKeyword) => Explained): Explained {
  const errors = parts.map((part) => chooseError(part, explain));
  const [only] = errors;
  if (only === undefined || (failed.keyword === 'oneOf' && Array.isArray(failed.params.passingSchemas))) return explain(failed);
  if (errors.length === 1) return only;
  const path = failed.instancePath;
  const close = closest(errors, path);
  const [best] = close;
  if (best && close.length === 1) return best;
  const expected = close
    .slice(0, SHOWN)
    .map((error) => (error.path === path ? error.expected : `something with ${error.expected} at ${showPlace(error.path)}`));
  return {
    ...explain(failed),
    expected: `${alternatives(expected)}${close.length > SHOWN ? ', and so on' : ''}`,
  };
}

/** How many alternatives are spoken of. */
const SHOWN = 3;

/** What says only that an alternative is not the one that was meant. */
const OTHER: ReadonlySet<string> = new Set(['type', 'const', 'enum']);

/** Alternatives for values of another kind are left out, then those of which a constant in a property says that another is meant. */
function closest(errors: readonly Explained[], path: string): readonly Explained[] {
  const ofKind = without(errors, (error) => error.path === path && OTHER.has(error.keyword));
  return without(ofKind, ({ path: place, keyword }) => {
    return (keyword === 'const' || keyword === 'enum') && place.startsWith(`${path}/`) && !place.slice(path.length + 1).includes('/');
  });
}

function without(errors: readonly Explained[], isOther: (error: Explained) => boolean): readonly Explained[] {
  const left = errors.filter((error) => !isOther(error));
  return left.length === 0 ? errors : left;
}
