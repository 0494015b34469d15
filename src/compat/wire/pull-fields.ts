import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { conjunctionOf, textList } from '../conjunction.ts';
import { childNode, type KeywordNode, namedNodes, type SchemaNode } from '../schema-node.ts';
import { ANYTHING, type Pulled, type Pulling, together, tried, UNKNOWN } from './pulled.ts';
import { type FieldsView, fieldsView, type Reading, type View } from './view.ts';

type Work = { readonly pulling: Pulling; readonly node: KeywordNode; readonly self: View; readonly view: FieldsView };

/** What a schema says of the properties of a message, in the sender's terms. */
export function pullFieldKeywords(pulling: Pulling, node: KeywordNode, self: View & { readonly kind: 'message' }): Pulled {
  const view = fieldsView(pulling.ends, self.pair);
  // Messages of different kinds are misread, which the guard refuses.
  if (!view) return ANYTHING;
  const work: Work = { pulling, node, self, view };
  return together(Object.keys(node.schema).map((keyword) => PULLS.get(keyword)?.(work) ?? ANYTHING));
}

const PULLS: ReadonlyMap<string, (work: Work) => Pulled> = new Map<string, (work: Work) => Pulled>([
  ['properties', (work) => together([...namedNodes(work.node, 'properties')].map(([name, schema]) => pullProperty(work, name, schema)))],
  ['required', (work) => together(textList(work.node.schema.required).map((name) => demand(work, name)))],
  ['additionalProperties', pullAdditional],
  ['propertyNames', pullNames],
  ['minProperties', pullLeast],
  ['maxProperties', pullMost],
  ['dependentRequired', pullDependents],
  ['dependentSchemas', pullDependentSchemas],
  ['unevaluatedProperties', pullUnevaluated],
  ['patternProperties', () => UNKNOWN],
]);

const NULL: JsonObject = { type: 'null' };

/** What is read under a name must fit a schema. */
function pullProperty({ pulling, view }: Work, name: string, node: SchemaNode): Pulled {
  const reading = view.readingOf(name);
  if (reading.kind === 'never') return ANYTHING;
  if (reading.kind === 'constant') return tried(pulling.evaluate(node, 'receiver', reading.text));
  const { filling, sent } = reading;
  const filled = filling ? tried(pulling.evaluate(node, 'receiver', filling.value)) : ANYTHING;
  if (!sent) return filled;
  const { schema, exact } = pulling.pull(node, sent.view);
  const mayBeAbsent = filled.schema === true;
  const value = sent.losesNull ? (mayBeAbsent ? orNull(schema) : { allOf: [schema, { not: NULL }] }) : schema;
  const properties = value === true ? {} : { properties: { [sent.property]: value } };
  return { schema: { ...properties, ...(mayBeAbsent ? {} : { required: [sent.property] }) }, exact: exact && filled.exact };
}

function orNull(schema: JsonValue): JsonValue {
  return schema === true ? true : { anyOf: [schema, NULL] };
}

/** What must be there when a message is read must have been sent, unless it is filled in. */
function demand({ view }: Work, name: string): Pulled {
  const reading = view.readingOf(name);
  if (isAlwaysThere(reading)) return ANYTHING;
  // Nobody can send it; said like this, the answer is where it is looked for.
  if (reading.kind !== 'field' || !reading.sent)
    return { schema: { required: [name], properties: { [name]: false } }, exact: true, never: true };
  return { schema: presence(reading.sent), exact: true };
}

function isAlwaysThere(reading: Reading): boolean {
  return reading.kind === 'constant' || (reading.kind === 'field' && reading.filling !== undefined);
}

/** Whatever is not declared is passed over when a message is read, so that only names of the message itself count. */
function pullAdditional(work: Work): Pulled {
  const schema = childNode(work.node, 'additionalProperties');
  if (!schema || schema.schema === true) return ANYTHING;
  const declared = namedNodes(work.node, 'properties');
  return together(work.view.names.filter((name) => !declared.has(name)).map((name) => pullProperty(work, name, schema)));
}

function pullNames(work: Work): Pulled {
  const names = childNode(work.node, 'propertyNames');
  if (!names) return UNKNOWN;
  const refused = work.view.names.filter((name) => work.pulling.evaluate(names, 'receiver', name) !== true);
  const never: SchemaNode = { ...names, schema: false };
  const { exact, schema } = together(refused.map((name) => pullProperty(work, name, never)));
  return { schema, exact: exact && refused.every((name) => work.pulling.evaluate(names, 'receiver', name) === false) };
}

function pullLeast(work: Work): Pulled {
  const { always, sendable } = countable(work);
  const needed = Number(work.node.schema.minProperties) - always;
  if (needed <= 0) return ANYTHING;
  if (needed > sendable.length) return { schema: false, exact: true };
  // Among so many that only one less may be missing, one is there.
  const groups = subsets(sendable, sendable.length - needed + 1);
  if (groups) return together(groups.map((group) => ({ schema: { anyOf: group.map(presence) }, exact: true })));
  const { lost, sentNames } = work.view;
  return { schema: { minProperties: needed + lost, propertyNames: sentNames.length > 0 ? { enum: sentNames } : false }, exact: false };
}

function pullMost(work: Work): Pulled {
  const { always, sendable } = countable(work);
  const allowed = Number(work.node.schema.maxProperties) - always;
  if (allowed < 0) return { schema: false, exact: true };
  if (allowed >= sendable.length) return ANYTHING;
  const groups = subsets(sendable, allowed + 1);
  if (groups) return together(groups.map((group) => ({ schema: { not: { allOf: group.map(presence) } }, exact: true })));
  return { schema: { maxProperties: allowed }, exact: false };
}

type Sendable = { readonly property: string; readonly losesNull: boolean };

/** How many properties are there whatever was sent, and those that are there where they were sent. What is not declared does not arrive. */
function countable({ view }: Work): { readonly always: number; readonly sendable: readonly Sendable[] } {
  const readings = view.names.map((name) => view.readingOf(name));
  const sendable = readings.flatMap((reading) =>
    !isAlwaysThere(reading) && reading.kind === 'field' && reading.sent ? [reading.sent] : [],
  );
  return { always: readings.filter(isAlwaysThere).length, sendable };
}

/** That something was sent and arrives. */
function presence({ property, losesNull }: Sendable): JsonObject {
  return { required: [property], ...(losesNull && { properties: { [property]: { not: NULL } } }) };
}

// As many conditions as are still read quickly; messages with more fields than that have no bounds on their number.
const MOST_SUBSETS = 60;

/** Every choice of so many; `undefined` where there are too many of them. */
function subsets<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] | undefined {
  let found: readonly (readonly [chosen: readonly Item[], next: number])[] = [[[], 0]];
  for (let count = 0; count < size; count += 1) {
    found = found.flatMap(([chosen, next]) =>
      items.slice(next, items.length - size + count + 1).map((item, offset) => [[...chosen, item], next + offset + 1] as const),
    );
    if (found.length > MOST_SUBSETS) return undefined;
  }
  return found.map(([chosen]) => chosen);
}

function pullDependents(work: Work): Pulled {
  const { dependentRequired } = work.node.schema;
  if (!isObject(dependentRequired)) return UNKNOWN;
  return together(Object.entries(dependentRequired).map(([trigger, names]) => pullDependent(work, trigger, textList(names))));
}

function pullDependent(work: Work, trigger: string, names: readonly string[]): Pulled {
  const reading = work.view.readingOf(trigger);
  const demands = together(names.map((name) => demand(work, name)));
  if (isAlwaysThere(reading)) return demands;
  if (reading.kind !== 'field' || !reading.sent) return ANYTHING;
  return whenThere(reading.sent, demands);
}

function pullDependentSchemas(work: Work): Pulled {
  return together(
    [...namedNodes(work.node, 'dependentSchemas')].map(([trigger, node]) => {
      const reading = work.view.readingOf(trigger);
      const pulled = work.pulling.pull(node, work.self);
      if (isAlwaysThere(reading)) return pulled;
      return reading.kind === 'field' && reading.sent ? whenThere(reading.sent, pulled) : ANYTHING;
    }),
  );
}

/** What holds where something arrives; a null that is lost triggers nothing. */
function whenThere(sent: Sendable, { schema, exact }: Pulled): Pulled {
  if (schema === true) return { schema, exact };
  if (!sent.losesNull) return { schema: { dependentSchemas: { [sent.property]: schema } }, exact };
  return { schema: { anyOf: [{ not: presence(sent) }, schema] }, exact };
}

/** All that is read is declared by the message's schemas; where they all stand in or below this one, nothing is left to refuse. */
function pullUnevaluated({ node, view }: Work): Pulled {
  if (node.schema.unevaluatedProperties === true) return ANYTHING;
  const declared = new Set(conjunctionOf([node]).members.flatMap((member) => [...namedNodes(member, 'properties').keys()]));
  return view.names.every((name) => declared.has(name)) ? ANYTHING : UNKNOWN;
}
