import { LONGEST_LOOKED_AROUND } from '../inclusion/primitives.ts';
import { createPatternTest } from '../payload/pattern-test.ts';
import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import { appendPointer } from '../source/pointer.ts';
import { isKnownKeyword } from './keywords.ts';
import {
  childNode,
  followReference,
  hasKeywords,
  type KeywordNode,
  listNodes,
  namedNodes,
  nodeKey,
  type SchemaNode,
} from './schema-node.ts';

/**
 * Schemas that all hold for one value, with what `$ref` and `allOf` add. Leaving something out makes the set of values larger, so
 * whatever is proven of a conjunction stays true of the schema it came from.
 */
export type Conjunction = {
  /** The schemas it was made from. */
  readonly nodes: readonly SchemaNode[];
  /** Every object schema that holds, references and `allOf` followed. */
  readonly members: readonly KeywordNode[];
  /** Whether `false` is among them: no value at all. */
  readonly never: boolean;
  /** Whether something could not be followed. */
  readonly incomplete: boolean;
};

/** The parts that JSON's types fall into; `number` is `integer` and `fraction`. */
export type TypeAtom = 'null' | 'boolean' | 'integer' | 'fraction' | 'string' | 'array' | 'object';

const ALL_TYPES: readonly TypeAtom[] = ['null', 'boolean', 'integer', 'fraction', 'string', 'array', 'object'];

/** Follows references and `allOf` of schemas that hold together. */
export function conjunctionOf(nodes: readonly SchemaNode[]): Conjunction {
  const members = new Map<string, KeywordNode>();
  let never = false;
  let incomplete = false;
  const pending = [...nodes];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.schema === false) never = true;
    if (!hasKeywords(node)) {
      incomplete ||= typeof node.schema !== 'boolean';
      continue;
    }
    const key = nodeKey(node);
    if (members.has(key)) continue;
    members.set(key, node);
    pending.push(...listNodes(node, 'allOf'));
    if (!Object.hasOwn(node.schema, '$ref')) continue;
    const target = followReference(node);
    if (target) pending.push(target);
    else incomplete = true;
  }
  return { nodes, members: [...members.values()], never, incomplete };
}

/** The types a value may have. */
export function typesOf(conjunction: Conjunction): ReadonlySet<TypeAtom> {
  let types = new Set(ALL_TYPES);
  for (const { schema } of conjunction.members) {
    const declared = ownProperty(schema, 'type');
    if (declared !== undefined) types = intersect(types, typeAtoms(declared));
    const step = ownProperty(schema, 'multipleOf');
    if (typeof step === 'number' && Number.isInteger(step)) types.delete('fraction');
    const listed = finiteValues(schema);
    if (listed) types = intersect(types, new Set(listed.map(typeOfValue)));
  }
  return types;
}

/** The atoms that a `type` keyword allows. */
function typeAtoms(declared: JsonValue): Set<TypeAtom> {
  const names = Array.isArray(declared) ? declared : [declared];
  return new Set(names.flatMap((name) => (name === 'number' ? ['integer', 'fraction'] : [name])) as TypeAtom[]);
}

/** The atom a value belongs to. */
function typeOfValue(value: JsonValue): TypeAtom {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  return typeof value as 'boolean' | 'string' | 'object';
}

/** Every value the conjunction may have, where `enum`, `const` or the types leave finitely many; not all of them need be valid. */
export function listedValues(conjunction: Conjunction): readonly JsonValue[] | undefined {
  const lists = conjunction.members.map((member) => finiteValues(member.schema)).filter((list) => list !== undefined);
  const shortest = lists.sort((a, b) => a.length - b.length)[0];
  if (shortest) return shortest;
  const types = typesOf(conjunction);
  const finite = [...types].every((type) => type === 'null' || type === 'boolean');
  return finite ? [...(types.has('null') ? [null] : []), ...(types.has('boolean') ? [false, true] : [])] : undefined;
}

/** Which names the properties of a sent object may have. */
export type Emission = {
  /** Names that a schema of the conjunction, or of an alternative in it, declares. */
  readonly names: ReadonlySet<string>;
  /** Whether other names may come too. */
  readonly open: boolean;
};

/** Of more alternatives than that only some names are tried. */
const MOST_LOOKED_AT = 60;

/**
 * Which properties a sender emits: those its schema declares, others only where it says so (`additionalProperties`, patterns), or where
 * it declares none at all and so leaves the object free. `strict`: others wherever the schema does not forbid them.
 */
export function emissionOf(conjunction: Conjunction, strict: boolean): Emission {
  const names = new Set<string>();
  const seen = new Set<string>();
  let declares = false;
  let open = strict || conjunction.incomplete;
  const pending: SchemaNode[] = [...conjunction.members];
  for (let node = pending.pop(); node && seen.size < MOST_LOOKED_AT; node = pending.pop()) {
    if (!hasKeywords(node) || seen.has(nodeKey(node))) continue;
    seen.add(nodeKey(node));
    const own = namedNodes(node, 'properties');
    declares ||= Object.hasOwn(node.schema, 'properties');
    for (const name of [...own.keys(), ...textList(ownProperty(node.schema, 'required'))]) names.add(name);
    open ||= opens(node);
    pending.push(...alternativesOf(node));
  }
  const closed = conjunction.members.some(
    (member) => ownProperty(member.schema, 'additionalProperties') === false && namedNodes(member, 'patternProperties').size === 0,
  );
  return { names, open: !closed && (open || !declares) };
}

function opens(node: KeywordNode): boolean {
  const { schema } = node;
  if (Object.keys(schema).some((keyword) => !isKnownKeyword(keyword))) return true;
  if (Object.hasOwn(schema, '$ref') && followReference(node) === undefined) return true;
  if (namedNodes(node, 'patternProperties').size > 0) return true;
  return ['additionalProperties', 'unevaluatedProperties'].some((keyword) => Object.hasOwn(schema, keyword) && schema[keyword] !== false);
}

/** The schemas that may apply to the same value besides: alternatives, conditions, what comes with a property. */
function alternativesOf(node: KeywordNode): readonly SchemaNode[] {
  const single = ['if', 'then', 'else'].map((keyword) => childNode(node, keyword));
  const target = followReference(node);
  return [
    ...listNodes(node, 'allOf'),
    ...listNodes(node, 'anyOf'),
    ...listNodes(node, 'oneOf'),
    ...single.filter((child) => child !== undefined),
    ...namedNodes(node, 'dependentSchemas').values(),
    ...(target ? [target] : []),
  ];
}

/** The schemas that hold for the property `name`. */
export function propertySchemas(conjunction: Conjunction, name: string): readonly SchemaNode[] {
  return conjunction.members.flatMap((member) => {
    const declared = namedNodes(member, 'properties').get(name);
    const patterns = [...namedNodes(member, 'patternProperties')];
    const matching = patterns.filter(([pattern]) => matches(pattern, name) === true).map(([, node]) => node);
    const applied = declared ? [declared, ...matching] : matching;
    if (applied.length > 0 || patterns.some(([pattern]) => matches(pattern, name) === undefined)) return applied;
    const other = childNode(member, 'additionalProperties');
    return other ? [other] : [];
  });
}

/** What may hold for a property that no schema names: one conjunction for each way a name can fall. */
export function otherPropertySchemas(conjunction: Conjunction): readonly (readonly SchemaNode[])[] {
  const additional = conjunction.members.map((member) => childNode(member, 'additionalProperties')).filter((node) => node !== undefined);
  const patterns = conjunction.members.flatMap((member) => [...namedNodes(member, 'patternProperties').values()]);
  return [additional, ...patterns.map((node) => [node])];
}

/** Whether a pattern matches a text; `undefined` for a pattern that is none, and where trying it might take for ever. */
export function matches(pattern: string, text: string): boolean | undefined {
  try {
    return createPatternTest(pattern, LONGEST_LOOKED_AROUND).test(text);
  } catch {
    return undefined;
  }
}

/** A schema of one keyword that stands nowhere: what a case distinction adds. */
export function madeUpNode(like: SchemaNode, keyword: string, value: JsonValue): SchemaNode {
  const pointer = appendPointer('', 'case', keyword, JSON.stringify(value));
  return { documents: like.documents, location: { file: '', pointer }, schema: { [keyword]: value } };
}

/** The texts of a list. */
export function textList(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function finiteValues(schema: JsonValue): readonly JsonValue[] | undefined {
  if (!isObject(schema)) return undefined;
  if (Object.hasOwn(schema, 'const')) return [schema.const ?? null];
  const listed = ownProperty(schema, 'enum');
  return Array.isArray(listed) ? listed : undefined;
}

function intersect(a: ReadonlySet<TypeAtom>, b: ReadonlySet<TypeAtom>): Set<TypeAtom> {
  return new Set([...a].filter((type) => b.has(type)));
}
