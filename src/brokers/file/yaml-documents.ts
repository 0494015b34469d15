/** Files of several YAML documents, as `kubectl apply` takes them, of which some are ours: what is not stays to the letter. */
import { type Document, isAlias, isMap, parseDocument } from 'yaml';
import type { JsonValue } from '../../source/json.ts';
import { parseYaml } from '../../source/yaml-tree.ts';
import { type FileContext, malformedFile } from './format.ts';

/** The label that tells whose a document is. */
export const OWNER_LABEL = 'msgctl/project';

/** One YAML document of a file, with the text that it stands in, from its `---` to the next. */
export type TextDocument = { readonly text: string; readonly offset: number; readonly value: JsonValue | undefined };

/** The documents of a text. Throws `Failure` for a text that is no YAML. */
export function splitDocuments(text: string, context: FileContext): readonly TextDocument[] {
  const documents: TextDocument[] = [];
  let offset = 0;
  for (const chunk of text.split(/^(?=---(?:\s|$))/m)) {
    const tree = parseYaml(context.path, chunk);
    const problem = tree.problems.find(({ fatal }) => fatal);
    if (problem) throw malformedFile(text, offset + problem.at.start.offset, problem.message, context);
    if (chunk !== '') documents.push({ text: chunk, offset, value: tree.value });
    offset += chunk.length;
  }
  return documents;
}

/** Each document begins with `---` on a line of its own, but for the first where it had none. */
export function joinDocuments(texts: readonly string[]): string {
  return texts
    .map((text, index) => {
      const begun = index === 0 || text.startsWith('---') ? text : `---\n${text}`;
      return begun === '' || begun.endsWith('\n') ? begun : `${begun}\n`;
    })
    .join('');
}

/** A document that is about to be changed. Whole numbers stay exact, however large: what nobody changes must not be rounded. */
export function openDocument(text: string): Document {
  return parseDocument(text, { intAsBigInt: true });
}

/** Where a member stands in a document. */
export type MemberPath = readonly [string, ...string[]];

/** Sets or takes away a member; what it stands in becomes a map where it is empty or an alias. */
export function setMember(document: Document, path: MemberPath, to: JsonValue | undefined): void {
  for (let length = 1; length < path.length; length += 1) {
    const outer = path.slice(0, length);
    const node = document.getIn(outer, true);
    if (!isMap(node)) document.setIn(outer, document.createNode(isAlias(node) ? (node.resolve(document)?.toJS(document) ?? {}) : {}));
  }
  if (to === undefined) document.deleteIn(path);
  else document.setIn(path, to);
}

/** A changed document as text, with the `---` that it began with. */
export function printDocument(document: Document, before: string): string {
  const printed = document.toString({ lineWidth: 0 });
  return before.startsWith('---') && !printed.startsWith('---') ? `---\n${printed}` : printed;
}

/** What Kubernetes takes as the name of an object (RFC 1123), less room for a checksum. */
const LONGEST_NAME = 253 - 9;

/**
 * A name that Kubernetes takes for an object: the given one where it is one, else one made of it, with a checksum that keeps it unique. What is told
 * apart by more than its name says that as `identity`.
 */
export function kubernetesName(name: string, identity = name): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/[^a-z0-9]*\.[^a-z0-9]*/g, '.')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return plain === name && identity === name ? name : `${plain || 'topic'}-${checksum(identity)}`;
}

/** The first of a name and those that continue it that no object of its kind has: two of one kind and name would be one, the later undoing the earlier. */
export function freeObjectName(kind: string, wish: string, taken: Set<string>): string {
  let name = wish;
  for (let number = 2; taken.has(`${kind} ${name}`); number += 1) name = `${wish}-${number}`;
  taken.add(`${kind} ${name}`);
  return name;
}

/** FNV-1a, 32 bits, over UTF-16 code units: enough to tell names apart that differ only in what Kubernetes does not take. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
