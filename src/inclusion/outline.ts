import { type Assertion, ATOMS, type Atom, atomOf, type Schema, type Tagged } from './schema.ts';
import type { Outline, Tag, World } from './world.ts';

const EVERY_ATOM: ReadonlySet<Atom> = new Set(ATOMS);
const BLANK: Outline = { atoms: EVERY_ATOM, required: new Set(), tags: new Map() };

/** The outline of a schema. */
export function outlineOf(world: World, schema: Schema): Outline {
  const known = world.outlines.get(schema.id);
  if (known) return known;
  // Stands for it while it is being made: what refers to itself in place adds nothing.
  world.outlines.set(schema.id, BLANK);
  const outline = schema.assertions.map((assertion) => outlineAssertion(world, assertion)).reduce(both, BLANK);
  world.outlines.set(schema.id, outline);
  return outline;
}

function outlineAssertion(world: World, assertion: Assertion): Outline {
  switch (assertion.kind) {
    case 'types':
      return { ...BLANK, atoms: assertion.atoms };
    case 'values':
      return { ...BLANK, atoms: new Set([...assertion.values.values()].map(atomOf)) };
    case 'required':
      return { ...BLANK, required: new Set(assertion.names) };
    case 'properties':
      return { ...BLANK, tags: tagsOf(assertion.named) };
    case 'all':
      return assertion.schemas.map((schema) => outlineOf(world, schema)).reduce(both, BLANK);
    case 'any':
    case 'one':
      return { ...BLANK, atoms: new Set(assertion.schemas.flatMap((schema) => [...outlineOf(world, schema).atoms])) };
    default:
      return BLANK;
  }
}

function tagsOf(named: ReadonlyMap<string, Schema>): ReadonlyMap<string, Tag> {
  const tags = new Map<string, Tag>();
  for (const [name, { assertions }] of named) {
    const tag = assertions.map(tagOf).find((found) => found !== undefined);
    if (tag) tags.set(name, tag);
  }
  return tags;
}

function tagOf(assertion: Assertion): Tag | undefined {
  if (assertion.kind === 'values') return { values: new Set(assertion.values.keys()), listed: true };
  const refused = assertion.kind === 'not' && assertion.schema.assertions.length === 1 ? assertion.schema.assertions[0] : undefined;
  return refused?.kind === 'values' ? { values: new Set(refused.values.keys()), listed: false } : undefined;
}

function both(a: Outline, b: Outline): Outline {
  if (b === BLANK) return a;
  if (a === BLANK) return b;
  return {
    atoms: new Set([...a.atoms].filter((atom) => b.atoms.has(atom))),
    required: new Set([...a.required, ...b.required]),
    tags: new Map([...a.tags, ...b.tags]),
  };
}

/** Whether no value keeps to both schemas, as far as their outlines tell. */
export function excludeEachOther(world: World, a: Schema, b: Schema): boolean {
  const [low, high] = a.id < b.id ? [a.id, b.id] : [b.id, a.id];
  const pairs = world.pairs.get(low) ?? new Map<number, boolean>();
  world.pairs.set(low, pairs);
  const known = pairs.get(high) ?? areOutlinesApart(outlineOf(world, a), outlineOf(world, b));
  pairs.set(high, known);
  return known;
}

function areOutlinesApart(a: Outline, b: Outline): boolean {
  let objects = false;
  for (const atom of a.atoms) {
    if (!b.atoms.has(atom)) continue;
    if (atom !== 'object') return false;
    objects = true;
  }
  if (!objects) return true;
  for (const [name, tag] of a.tags) {
    const other = b.tags.get(name);
    if (other && (a.required.has(name) || b.required.has(name)) && areTagsApart(tag, other)) return true;
  }
  return false;
}

function areTagsApart(a: Tag, b: Tag): boolean {
  if (a.listed && b.listed) return ![...a.values].some((value) => b.values.has(value));
  if (a.listed) return [...a.values].every((value) => b.values.has(value));
  return b.listed && [...b.values].every((value) => a.values.has(value));
}

// Beyond this, comparing each with each takes too long.
const MOST_COMPARED = 60;

/** Whether no value keeps to two of several schemas, as far as their outlines tell. */
export function areApart(world: World, schemas: readonly Schema[]): boolean {
  const key = schemas.map(({ id }) => id).join();
  const known = world.apart.get(key);
  if (known !== undefined) return known;
  const outlines = schemas.map((schema) => outlineOf(world, schema));
  const apart =
    tagOfAll(outlines) !== undefined ||
    (schemas.length <= MOST_COMPARED &&
      outlines.every((one, index) => outlines.slice(index + 1).every((other) => areOutlinesApart(one, other))));
  world.apart.set(key, apart);
  return apart;
}

/** What tells schemas of objects apart, if a property that all of them require does. */
export function tagSchemas(world: World, schemas: readonly Schema[]): Tagged | undefined {
  const outlines = schemas.map((schema) => outlineOf(world, schema));
  const property = tagOfAll(outlines);
  if (property === undefined) return undefined;
  const byTag = new Map<string, Schema>();
  let other: Schema | undefined;
  for (const [index, schema] of schemas.entries()) {
    const tag = outlines[index]?.tags.get(property);
    if (tag?.listed) for (const value of tag.values) byTag.set(value, schema);
    else other = schema;
  }
  return { property, byTag, ...(other && { other }) };
}

/** The property that tells all of them apart. */
function tagOfAll(outlines: readonly Outline[]): string | undefined {
  return [...(outlines[0]?.tags.keys() ?? [])].find((name) => {
    if (!outlines.every(({ atoms, required, tags }) => atoms.size === 1 && atoms.has('object') && required.has(name) && tags.has(name)))
      return false;
    const tags = outlines.map((outline) => outline.tags.get(name)).filter((tag) => tag !== undefined);
    const listed = tags.filter((tag) => tag.listed);
    const values = new Set(listed.flatMap((tag) => [...tag.values]));
    const others = tags.filter((tag) => !tag.listed);
    if (values.size < listed.reduce((sum, tag) => sum + tag.values.size, 0) || others.length > 1) return false;
    return others.every((other) => [...values].every((value) => other.values.has(value)));
  });
}
