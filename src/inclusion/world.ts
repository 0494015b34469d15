import { type Assertion, type Atom, canonicalText, type Schema } from './schema.ts';

/** What evaluates properties or items of a value for the schema it stands in: always, or where its guard holds. */
export type Cover = {
  readonly guard?: Schema;
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
  /** Whether it evaluates every property that is left. */
  readonly rest: boolean;
  /** How many items from the first on. */
  readonly items: number;
};

/** These values, or all but these, by their canonical texts. */
export type Tag = { readonly values: ReadonlySet<string>; readonly listed: boolean };

/** What a glance at a schema tells: the types its values may have, and what its tags may be. Values may be fewer than it says, never more. */
export type Outline = {
  readonly atoms: ReadonlySet<Atom>;
  readonly required: ReadonlySet<string>;
  /** Properties that, where they are there, have one of few values or none of few. */
  readonly tags: ReadonlyMap<string, Tag>;
};

/** All schemas of one question. Those that it makes up itself are made once for each meaning. */
export type World = {
  readonly schemas: Schema[];
  readonly madeUp: Map<string, Schema>;
  /** What was found out about schemas, so that it need not be found out again. */
  readonly outlines: Map<number, Outline>;
  readonly apart: Map<string, boolean>;
  /** Of two schemas, that of the lower number first, whether they exclude each other. */
  readonly pairs: Map<number, Map<number, boolean>>;
  readonly covers: Map<string, readonly Cover[]>;
};

/** A world without schemas. */
export function createWorld(): World {
  return { schemas: [], madeUp: new Map(), outlines: new Map(), apart: new Map(), pairs: new Map(), covers: new Map() };
}

/** A schema whose assertions are given now or later. */
export function addSchema(world: World, assertions: readonly Assertion[] = []): Schema {
  const schema: Schema = { id: world.schemas.length, assertions };
  world.schemas.push(schema);
  return schema;
}

/** The schema of one assertion, the same for assertions of the same meaning. */
export function madeUpSchema(world: World, assertion: Assertion): Schema {
  const key = assertionKey(assertion, (schema) => schema.id);
  const known = world.madeUp.get(key) ?? addSchema(world, [assertion]);
  world.madeUp.set(key, known);
  return known;
}

/** The schema that says nothing. */
export function anything(world: World): Schema {
  const known = world.madeUp.get('') ?? addSchema(world);
  world.madeUp.set('', known);
  return known;
}

/** What an assertion says, as a text in which the schemas inside are given by `of`. */
export function assertionKey(assertion: Assertion, of: (schema: Schema) => number): string {
  const list = (schemas: readonly Schema[]): string => schemas.map(of).join(',');
  const one = (schema: Schema | undefined): string => (schema ? String(of(schema)) : '');
  switch (assertion.kind) {
    case 'types':
      return `types ${[...assertion.atoms].sort().join()}`;
    case 'values':
      return `values ${[...assertion.values.keys()].sort().join()}`;
    case 'items':
      return `items ${list(assertion.prefix)};${one(assertion.rest)}`;
    case 'properties': {
      const named = [...assertion.named].map(([name, schema]) => `${JSON.stringify(name)}:${of(schema)}`).sort();
      const patterns = assertion.patterns.map(({ source, schema }) => `${JSON.stringify(source)}:${of(schema)}`).sort();
      return `properties ${named.join()};${patterns.join()};${one(assertion.rest)}`;
    }
    case 'contains':
      return `contains ${of(assertion.schema)} ${assertion.least} ${assertion.most}`;
    case 'names':
    case 'not':
      return `${assertion.kind} ${of(assertion.schema)}`;
    case 'dependent':
      return `dependent ${JSON.stringify(assertion.trigger)} ${of(assertion.schema)}`;
    case 'unevaluated':
      return `unevaluated ${assertion.of} ${of(assertion.schema)}`;
    case 'all':
    case 'any':
    case 'one':
      // In which order they are written means nothing.
      return `${assertion.kind} ${assertion.schemas
        .map(of)
        .sort((a, b) => a - b)
        .join()}`;
    case 'if':
      return `if ${list([assertion.condition, assertion.then, assertion.otherwise])}`;
    case 'unknown':
      return `unknown ${JSON.stringify(assertion.reason)} ${one(assertion.of)}`;
    case 'required':
      return `required ${canonicalText([...assertion.names].sort())}`;
    default:
      return canonicalText(Object.entries(assertion).map(([name, value]) => `${name}=${String(value)}`));
  }
}

/** The schemas inside an assertion, in place or for parts. */
export function schemasInside(assertion: Assertion): readonly Schema[] {
  switch (assertion.kind) {
    case 'items':
      return [...assertion.prefix, ...(assertion.rest ? [assertion.rest] : [])];
    case 'properties':
      return [...assertion.named.values(), ...assertion.patterns.map(({ schema }) => schema), ...(assertion.rest ? [assertion.rest] : [])];
    case 'contains':
    case 'names':
    case 'not':
    case 'dependent':
    case 'unevaluated':
      return [assertion.schema];
    case 'all':
    case 'any':
    case 'one':
      return assertion.schemas;
    case 'if':
      return [assertion.condition, assertion.then, assertion.otherwise];
    case 'unknown':
      return assertion.of ? [assertion.of] : [];
    default:
      return [];
  }
}

/** The same assertion with each schema inside replaced. */
export function mapSchemas(assertion: Assertion, change: (schema: Schema) => Schema): Assertion {
  switch (assertion.kind) {
    case 'items':
      return { ...assertion, prefix: assertion.prefix.map(change), ...(assertion.rest && { rest: change(assertion.rest) }) };
    case 'properties':
      return {
        ...assertion,
        named: new Map([...assertion.named].map(([name, schema]) => [name, change(schema)])),
        patterns: assertion.patterns.map(({ source, schema }) => ({ source, schema: change(schema) })),
        ...(assertion.rest && { rest: change(assertion.rest) }),
      };
    case 'contains':
    case 'names':
    case 'not':
    case 'dependent':
    case 'unevaluated':
      return { ...assertion, schema: change(assertion.schema) };
    case 'all':
    case 'any':
    case 'one':
      return { ...assertion, schemas: assertion.schemas.map(change) };
    case 'if':
      return {
        ...assertion,
        condition: change(assertion.condition),
        // biome-ignore lint/suspicious/noThenProperty: the consequence of a condition is called so in JSON Schema.
        then: change(assertion.then),
        otherwise: change(assertion.otherwise),
      };
    case 'unknown':
      return assertion.of ? { ...assertion, of: change(assertion.of) } : assertion;
    default:
      return assertion;
  }
}
