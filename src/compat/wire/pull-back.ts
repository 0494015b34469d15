/**
 * A receiver's schema in the sender's terms: it accepts a message where the receiver's schema accepts what is read of that message. Names and
 * listed texts are those of the sender, fields that do not arrive are nobody's matter, and what is filled in counts as there.
 */
import { KEYWORDS } from '../../payload/keywords.ts';
import { mapSubschemas } from '../../payload/subschemas.ts';
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { pointerSegments } from '../../source/pointer.ts';
import { areDisjoint } from '../disjoint.ts';
import { isIgnoredByValidators } from '../keywords.ts';
import { childNode, followReference, hasKeywords, type KeywordNode, listNodes, nodeKey, type SchemaNode } from '../schema-node.ts';
import { textOfUnknown } from './expect.ts';
import { alternativePair, caseOf } from './guard.ts';
import { messagesOf, pairAlternatives } from './pair-messages.ts';
import { pullFieldKeywords } from './pull-fields.ts';
import { pullListKeywords, pullMapKeywords } from './pull-parts.ts';
import { ANYTHING, type Pulled, type Pulling, together, tried, UNKNOWN } from './pulled.ts';
import { type View, viewKey, viewOfMessage } from './view.ts';

/** Pulls back the receiver's schema of a whole message. */
export function pullBack(node: SchemaNode, view: View, { ends, evaluate, store }: Pick<Pulling, 'ends' | 'evaluate' | 'store'>): JsonValue {
  const exact = new Map<string, boolean>();
  const run: Run = { ends, evaluate, store, exact, pull: (inner, innerView) => pullAny(run, inner, innerView) };
  return pullAny(run, node, view).schema;
}

/** `exact`: schemas that are pulled back, and whether exactly; those under way are not in it, and count as inexact. */
type Run = Pulling & { readonly exact: Map<string, boolean> };

function pullAny(pulling: Run, node: SchemaNode, view: View): Pulled {
  if (view.kind === 'text') return pullTexts(pulling, node, view.texts);
  if (!hasKeywords(node)) return { schema: node.schema !== false, exact: true };
  if (view.kind === 'same' || view.kind === 'int32') return { schema: copySchema(pulling, node, view), exact: true };
  if (view.kind === 'message' && messagesOf(pulling.ends, view.pair)?.kind === 'choice') return pullChoice(pulling, node, view);
  return together([ownKeywords(pulling, node, view), ...applicators(pulling, node, view), reference(pulling, node, view)]);
}

function ownKeywords(pulling: Run, node: KeywordNode, view: View): Pulled {
  const said = Object.keys(node.schema).filter((keyword) => !isIgnoredByValidators(keyword) && !APPLIED.has(keyword));
  // A keyword that nobody knows may mean anything, and lists of whole messages are not taken apart.
  if (said.some((keyword) => !KEYWORDS.has(keyword) || keyword === 'enum' || keyword === 'const')) return UNKNOWN;
  const types: Pulled = { schema: node.schema.type === undefined ? true : { type: node.schema.type }, exact: true };
  if (view.kind === 'list') return together([types, pullListKeywords(pulling, node, view.part)]);
  if (view.kind === 'map') return together([types, pullMapKeywords(pulling, node, view.part)]);
  return view.kind === 'message' ? together([types, pullFieldKeywords(pulling, node, view)]) : UNKNOWN;
}

/** Keywords that stand for other schemas of the same value. */
const APPLIED: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', '$ref']);

function reference(pulling: Run, node: KeywordNode, view: View): Pulled {
  if (!Object.hasOwn(node.schema, '$ref')) return ANYTHING;
  const target = followReference(node);
  if (!target) return UNKNOWN;
  const key = `${nodeKey(target)}\n${viewKey(view)}`;
  const schema = pulling.store.define(key, () => {
    const pulled = pullAny(pulling, target, view);
    pulling.exact.set(key, pulled.exact);
    return pulled.schema;
  });
  return { schema, exact: pulling.exact.get(key) ?? false };
}

function applicators(pulling: Run, node: KeywordNode, view: View): readonly Pulled[] {
  const pull = (inner: SchemaNode) => pullAny(pulling, inner, view);
  const all = listNodes(node, 'allOf').map(pull);
  const any = Object.hasOwn(node.schema, 'anyOf') ? [oneOrMore(listNodes(node, 'anyOf').map(pull))] : [];
  const one = Object.hasOwn(node.schema, 'oneOf') ? [onlyOne(listNodes(node, 'oneOf'), pull)] : [];
  const refused = childNode(node, 'not');
  const not = refused ? [negate(pull(refused))] : [];
  return [...all, ...any, ...one, ...not, ...condition(node, pull)];
}

function oneOrMore(branches: readonly Pulled[]): Pulled {
  const open = branches.filter(({ schema, never }) => schema !== false && !never).map(({ schema }) => schema);
  const exact = branches.every((branch) => branch.exact);
  if (open.length <= 1 || open.includes(true)) return { schema: open.includes(true) || (open[0] ?? false), exact };
  return { schema: { anyOf: open }, exact };
}

/** That only one holds is known where it is known of each whether it does, or where two never do. */
function onlyOne(nodes: readonly SchemaNode[], pull: (node: SchemaNode) => Pulled): Pulled {
  const branches = nodes.map(pull);
  const open = branches.filter(({ schema }) => schema !== false);
  const exact = branches.every((branch) => branch.exact);
  if (exact && open.length > 1) return { schema: { oneOf: open.map(({ schema }) => schema) }, exact };
  const apart = nodes.every((node, index) => nodes.slice(index + 1).every((other) => areDisjoint(node, other)));
  return exact || apart ? oneOrMore(branches) : UNKNOWN;
}

function negate({ schema, exact, never }: Pulled): Pulled {
  if (never) return ANYTHING;
  if (!exact) return UNKNOWN;
  return { schema: typeof schema === 'boolean' ? !schema : { not: schema }, exact };
}

function condition(node: KeywordNode, pull: (inner: SchemaNode) => Pulled): readonly Pulled[] {
  const condition = childNode(node, 'if');
  if (!condition) return [];
  const when = pull(condition);
  const [met, unmet] = ['then', 'else'].map((keyword) => {
    const branch = childNode(node, keyword);
    return branch ? pull(branch) : ANYTHING;
  });
  const branches = [met ?? ANYTHING, unmet ?? ANYTHING];
  if (!when.exact) return branches.map(({ schema }) => ({ schema, exact: false }));
  const exact = branches.every((branch) => branch.exact);
  const keywords = ['if', 'then', 'else'].map((keyword, index) => [keyword, [when, ...branches][index]?.schema ?? true] as const);
  return [{ schema: Object.fromEntries(keywords), exact }];
}

/** A list of texts is tried text by text, whatever the receiver's schema says of it. */
function pullTexts(pulling: Run, node: SchemaNode, texts: ReadonlyMap<string, string>): Pulled {
  const values: readonly (readonly [JsonValue, JsonValue])[] = [...texts, [null, null]];
  const verdicts = values.map(([sent, read]) => ({ sent, accepted: pulling.evaluate(node, 'receiver', read) }));
  const accepted = verdicts.filter((verdict) => verdict.accepted === true).map(({ sent }) => sent);
  const exact = verdicts.every((verdict) => verdict.accepted !== undefined);
  return { schema: accepted.length === 0 ? false : { enum: accepted }, exact };
}

/** One of several messages, told apart by the alternative that was sent. */
function pullChoice(pulling: Run, node: KeywordNode, view: View & { readonly kind: 'message' }): Pulled {
  const messages = messagesOf(pulling.ends, view.pair);
  if (messages?.kind !== 'choice') return UNKNOWN;
  const { sent, read } = messages;
  const listed = new Set(read.alternatives.map(({ value }) => value));
  const cases = pairAlternatives(pulling.ends, messages).map((fate) => {
    if (fate.fate === 'misread') return { text: fate.sent.value, pulled: ANYTHING };
    if (fate.fate === 'arrives') {
      const pair = alternativePair(sent.tag, read.tag, fate);
      return { text: fate.sent.value, pulled: pullAny(pulling, node, viewOfMessage(pair)) };
    }
    const accepted = pulling.evaluate(node, 'receiver', { [read.tag]: textOfUnknown(fate.sent.number, listed) });
    return { text: fate.sent.value, pulled: tried(accepted) };
  });
  const exact = cases.every(({ pulled }) => pulled.exact);
  if (cases.every(({ pulled }) => pulled.schema === true)) return { schema: true, exact };
  const open = cases.filter(({ pulled }) => pulled.schema !== false);
  const schemas = open.map(({ text, pulled }) => caseOf(sent.tag, text, pulled.schema === true ? undefined : pulled.schema));
  return { schema: schemas.length === 0 ? false : { anyOf: schemas }, exact };
}

/** What is read as it was sent is accepted as it is, with references into the store. What the wire sees to need not be shown again. */
function copySchema(pulling: Run, node: KeywordNode, view: View): JsonValue {
  const own: JsonObject = node.schema;
  const { $defs: _defs, ...said } = own;
  const { format, ...rest } = said;
  const schema = view.kind === 'int32' && format === 'int32' ? rest : said;
  const copied = mapSubschemas(schema, (_, pointer) => {
    const inner = childNode(node, ...pointerSegments(pointer));
    return inner ? pullAny(pulling, inner, view).schema : true;
  });
  if (!Object.hasOwn(schema, '$ref')) return copied;
  const { schema: target } = reference(pulling, node, view);
  return isObject(target) ? { ...copied, ...target } : target;
}
