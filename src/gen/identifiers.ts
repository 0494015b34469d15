import type { SchemaLocation } from '../payload/documents.ts';

/** Names that a declaration of ours must not take: the language's own words, and types that are everywhere in scope. */
const RESERVED: ReadonlySet<string> = new Set(
  `abstract any arguments as asserts async await bigint boolean break case catch class const constructor continue debugger declare default
  delete do else enum eval export extends false finally for from function get global if implements import in infer Infinity instanceof
  interface is keyof let module namespace NaN never new null number object of package private protected public readonly require return
  set static string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield
  AggregateError Array ArrayBuffer Awaited BigInt Boolean Buffer Capitalize DataView Date Error EvalError Exclude Extract Function
  InstanceType Intl Iterable Iterator JSON Map Math NoInfer NonNullable Number Object Omit Parameters Partial Pick Promise Proxy
  RangeError Readonly ReadonlyArray Record ReferenceError Reflect RegExp Required ReturnType Set String SuppressedError Symbol
  SyntaxError TypeError Uncapitalize URIError URL WeakMap WeakSet`.split(/\s+/),
);

/** `card-declined` and `card_declined` become `CardDeclined`; what is no letter, digit or underscore separates words. */
export function pascalCase(text: string): string {
  const joined = text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z]/.test(joined) ? joined : `N${joined}`;
}

/** `payment-settled` becomes `paymentSettled`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** Whether a declaration of ours must not have this name. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** Gives names that are free, in the order in which they are asked for. */
export type NameAllocator = {
  /** The first of `wanted` that is free and no reserved word, else the first with the least number from 2 that makes it free. */
  allocate(...wanted: readonly [string, ...string[]]): string;
};

/** An allocator of identifiers for one scope. `taken` are names that it must not give. */
export function createAllocator(taken: Iterable<string> = []): NameAllocator {
  return allocator(new Set(taken), RESERVED);
}

/** An allocator of names for the properties of one object, where no word is reserved. */
export function createPropertyAllocator(): NameAllocator {
  return allocator(new Set(), new Set());
}

/** What gets a name in generated code, as a finding speaks of it. */
export type Named = {
  /** What it belongs to: an interaction's id, or where a type stands. A pair of these is told of once, however many of their names clash. */
  readonly of: string;
  /** What it is, in words. */
  readonly what: () => string;
  readonly at: SchemaLocation;
};

/** Two things that would have one name: `named` got another one, since `other` came first. */
export type NameClash = { readonly wanted: string; readonly given: string; readonly named: Named; readonly other: Named };

/** Names of one scope, each with what has it. */
export type NameScope = {
  /** A name for `named`: by itself the first of `wanted` that is no reserved word. */
  allocate(named: Named, ...wanted: readonly [string, ...string[]]): string;
};

/** Gives out names as `names` does, and adds to `clashes` who did not get the name that it has where nothing stands beside it. */
export function createNameScope(names: NameAllocator, clashes: NameClash[]): NameScope {
  const holders = new Map<string, Named>();
  return {
    allocate(named, ...wanted) {
      const given = names.allocate(...wanted);
      const taken = wanted.find((name) => name === given || holders.has(name));
      const other = taken === undefined ? undefined : holders.get(taken);
      if (taken !== undefined && other) clashes.push({ wanted: taken, given, named, other });
      holders.set(given, named);
      return given;
    },
  };
}

function allocator(used: Set<string>, reserved: ReadonlySet<string>): NameAllocator {
  const isFree = (name: string): boolean => !used.has(name) && !reserved.has(name);
  return {
    allocate(...wanted) {
      const name = wanted.find(isFree) ?? numbered(wanted[0], isFree);
      used.add(name);
      return name;
    },
  };
}

function numbered(name: string, isFree: (name: string) => boolean): string {
  let count = 2;
  while (!isFree(`${name}${count}`)) count++;
  return `${name}${count}`;
}
