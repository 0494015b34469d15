/**
 * What is certain about variables at a place in code: a constant (`true`, `false`, `null`, `0`), or a mark (`#3`), which two variables share that
 * have the same value, whichever.
 */
export type Knowledge = {
  /** What the value of an expression is; undefined where that is not certain. */
  resultOf(expression: string): string | undefined;
  /** Whether a condition holds; undefined where that is not certain. */
  truthOf(condition: string): boolean | undefined;
  /** A variable is set; undefined: to whatever. */
  set(name: string, value: string | undefined): void;
  /** Whatever a piece of code sets may have any value from now on. */
  forget(code: string): void;
  /** Goes both ways from here. Afterwards holds what holds after each of those that come to their end. */
  branch<T extends { readonly ends: boolean }>(one: () => T, other: () => T): readonly [T, T];
};

const NO_CHANGES: ReadonlyMap<string, string | undefined> = new Map();
const CONSTANTS: ReadonlySet<string> = new Set(['true', 'false', 'null', '0']);
const NAME = /^(?:errors|vErrors|_errs\d+|_?valid\d+)$/;
const SET = /(?<![.\w])(errors|vErrors|_errs\d+|_?valid\d+) ?(?:=(?![=>])|\+\+|--|[-+*|&]=)/g;
const DECLARED = /^(?:let|var) (\w+);$/;

/** A quick look that spares most lines a closer one: those that note an error set none of the variables. */
const MAY_SET = /^(?!validate\d+\.errors = ).*(?: [-+*|&]?= |\+\+|--)|^(?:let|var) \w+;$/;

/** Nothing is certain yet. */
export function createKnowledge(): Knowledge {
  const values = new Map<string, string>();
  /** What was overwritten, to go back to where ways part. */
  const trail: (readonly [name: string, before: string | undefined])[] = [];
  let marks = 0;
  const set = (name: string, value: string = `#${marks++}`): void => {
    trail.push([name, values.get(name)]);
    values.set(name, value);
  };
  const operand = (text: string): string | undefined => (CONSTANTS.has(text) ? text : values.get(text));
  const truthOf = (condition: string): boolean | undefined => {
    const [, left = '', operator, right = ''] = /^(\w+) ([!=]==) (\w+)$/.exec(condition) ?? [];
    if (operator !== undefined) {
      const same = areSame(operand(left), operand(right));
      return same === undefined ? undefined : same === (operator === '===');
    }
    const [, inner] = /^!\(?(\w+)\)?$/.exec(condition) ?? [];
    const value = operand(inner ?? condition);
    if (value === undefined || value.startsWith('#')) return undefined;
    return (value === 'true') === (inner === undefined);
  };
  const resultOf = (expression: string): string | undefined => {
    if (NAME.test(expression) || CONSTANTS.has(expression)) return operand(expression);
    const truth = / [!=]== /.test(expression) ? truthOf(expression) : undefined;
    return truth === undefined ? undefined : String(truth);
  };
  const undo = (start: number): void => {
    for (let index = trail.length - 1; index >= start; index--) {
      const [name = '', before] = trail[index] ?? [];
      if (before === undefined) values.delete(name);
      else values.set(name, before);
    }
    trail.length = start;
  };
  /** Goes a way, notes what it has set, and comes back. */
  const explore = <T>(way: () => T): readonly [T, ReadonlyMap<string, string | undefined>] => {
    const start = trail.length;
    const result = way();
    if (trail.length === start) return [result, NO_CHANGES];
    const changed = new Map<string, string | undefined>();
    for (let index = start; index < trail.length; index++) {
      const [name = ''] = trail[index] ?? [];
      // A constant of a block is not there after it.
      if (!name.startsWith('_errs')) changed.set(name, values.get(name));
    }
    undo(start);
    return [result, changed];
  };
  return {
    resultOf,
    truthOf,
    set,
    forget: (code) => {
      if (!MAY_SET.test(code)) return;
      for (const [, name = ''] of code.matchAll(SET)) set(name);
      const [, declared] = DECLARED.exec(code) ?? [];
      if (declared !== undefined) set(declared);
    },
    branch: (one, other) => {
      const [left, afterLeft] = explore(one);
      const [right, afterRight] = explore(other);
      const after = (changed: ReadonlyMap<string, string | undefined>, name: string) =>
        changed.has(name) ? changed.get(name) : values.get(name);
      for (const name of new Set([...afterLeft.keys(), ...afterRight.keys()])) {
        const [a, b] = [after(afterLeft, name), after(afterRight, name)];
        if (left.ends) set(name, b);
        else set(name, right.ends || a === b ? a : undefined);
      }
      return [left, right];
    },
  };
}

/** Two constants differ as they are written; two marks may stand for the same value. */
function areSame(left: string | undefined, right: string | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return true;
  return left.startsWith('#') || right.startsWith('#') ? undefined : false;
}
