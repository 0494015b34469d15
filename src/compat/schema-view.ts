import { ownProperty } from '../source/json.ts';
import { textList } from './conjunction.ts';
import { sameKeyword } from './same-schema.ts';
import { followReference, hasKeywords, type KeywordNode, listNodes, namedNodes, nodeKey, type SchemaNode } from './schema-node.ts';

/** A schema as one reads it, references and `allOf` folded in: where each keyword stands, each property, what is required. */
export type SchemaView = {
  /** Where it is written: behind references that stand alone. */
  readonly at: SchemaNode;
  /** The places that were folded, for telling a pair of views that was met before. */
  readonly key: string;
  /** Each keyword with the schema that holds it; none for boolean schemas. */
  readonly holders: ReadonlyMap<string, KeywordNode>;
  readonly properties: ReadonlyMap<string, SchemaNode>;
  /** Required names with the schema that requires them. */
  readonly required: ReadonlyMap<string, KeywordNode>;
  /** Set where the schema is `true` or `false`. */
  readonly constant?: boolean;
};

/** Keywords that the folding itself takes care of. */
const FOLDED: ReadonlySet<string> = new Set(['$ref', 'allOf', 'properties', 'required']);

/**
 * Folds a schema with what it refers to. `undefined` where two of the folded schemas say different things with one keyword, or something
 * cannot be followed: then only the whole can be compared.
 */
export function viewSchema(node: SchemaNode): SchemaView | undefined {
  const members = foldedMembers(node);
  if (!members) return undefined;
  const view = { at: members[0] ?? node, key: members.map(nodeKey).join(' '), ...EMPTY };
  const only = members[0];
  if (members.length === 1 && typeof only?.schema === 'boolean') return { ...view, constant: only.schema };
  const spoken = members.filter(hasKeywords);
  const holders = foldKeywords(spoken);
  const properties = foldProperties(spoken);
  if (!holders || !properties || spoken.length < members.length) return undefined;
  const required = spoken.flatMap((member) => textList(ownProperty(member.schema, 'required')).map((name) => [name, member] as const));
  return { ...view, holders, properties, required: new Map(required) };
}

const EMPTY: Pick<SchemaView, 'holders' | 'properties' | 'required'> = { holders: new Map(), properties: new Map(), required: new Map() };

function foldKeywords(members: readonly KeywordNode[]): ReadonlyMap<string, KeywordNode> | undefined {
  const holders = new Map<string, KeywordNode>();
  for (const member of members) {
    for (const keyword of Object.keys(member.schema).filter((name) => !FOLDED.has(name))) {
      const other = holders.get(keyword);
      if (other && !TEXTS.has(keyword) && !sameKeyword(other, member, keyword)) return undefined;
      if (!other) holders.set(keyword, member);
    }
  }
  return holders;
}

function foldProperties(members: readonly KeywordNode[]): ReadonlyMap<string, SchemaNode> | undefined {
  const properties = new Map<string, SchemaNode>();
  for (const [name, property] of members.flatMap((member) => [...namedNodes(member, 'properties')])) {
    if (properties.has(name)) return undefined;
    properties.set(name, property);
  }
  return properties;
}

/** Keywords that may stand several times without contradicting each other; the outermost counts. */
const TEXTS: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', 'deprecated', '$comment', '$defs']);

/** The schema, what it refers to and the members of its `allOf`; a schema that says nothing but where it leads is left out. */
function foldedMembers(node: SchemaNode): readonly SchemaNode[] | undefined {
  const found = new Map<string, SchemaNode>();
  const pending = [node];
  for (let next = pending.shift(); next; next = pending.shift()) {
    if (found.has(nodeKey(next))) return undefined;
    found.set(nodeKey(next), next);
    if (!hasKeywords(next)) continue;
    pending.push(...listNodes(next, 'allOf'));
    if (!Object.hasOwn(next.schema, '$ref')) continue;
    const target = followReference(next);
    if (!target) return undefined;
    pending.push(target);
  }
  const members = [...found.values()];
  const telling = members.filter(
    (member) => !hasKeywords(member) || Object.keys(member.schema).some((keyword) => keyword !== '$ref' && keyword !== 'allOf'),
  );
  return telling.length > 0 ? telling : members.slice(-1);
}
