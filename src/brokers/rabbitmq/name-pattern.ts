/** Nesting that RabbitMQ's regular expressions surely bear. */
const maxNesting = 40;

type Trie = { readonly children: Map<string, Trie>; ends: boolean };

/**
 * A regular expression that matches exactly the given names and nothing else: anchored, escaped, and with common beginnings written once so
 * that it stays small. The same names give the same text, in whatever order they come.
 */
export function namePattern(names: readonly string[]): string {
  const root: Trie = { children: new Map(), ends: false };
  for (const name of [...new Set(names)].sort()) insert(root, name);
  return `^${writeTrie(root, 0)}$`;
}

function insert(root: Trie, name: string): void {
  let node = root;
  for (const character of name) {
    const next = node.children.get(character) ?? { children: new Map(), ends: false };
    node.children.set(character, next);
    node = next;
  }
  node.ends = true;
}

function writeTrie(node: Trie, nesting: number): string {
  if (node.children.size === 0) return '';
  if (nesting >= maxNesting) return `(?:${suffixesOf(node).join('|')})`;
  const isBranching = node.children.size > 1 || node.ends;
  const alternatives = [...node.children].map(
    ([character, child]) => escapeCharacter(character) + writeTrie(child, nesting + (isBranching ? 1 : 0)),
  );
  if (!isBranching) return alternatives.join('');
  return `(?:${alternatives.join('|')})${node.ends ? '?' : ''}`;
}

function suffixesOf(node: Trie): readonly string[] {
  const own = node.ends ? [''] : [];
  return [
    ...own,
    ...[...node.children].flatMap(([character, child]) => suffixesOf(child).map((suffix) => escapeCharacter(character) + suffix)),
  ];
}

function escapeCharacter(character: string): string {
  return /[\\^$.*+?()[\]{}|]/.test(character) ? `\\${character}` : character;
}
