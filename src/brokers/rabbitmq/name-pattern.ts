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

/** More names than one pattern of ours ever has. */
const MOST_NAMES = 20_000;

/** The names that a pattern made by {@link namePattern} matches. Undefined for any other, and for one that stands for too many. */
export function expandNamePattern(pattern: string): readonly string[] | undefined {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return undefined;
  const tokens = pattern.slice(1, -1).match(/\(\?:|\)\?|\\.|./gsu) ?? [];
  const end = { at: 0 };
  // Alternatives outside a group would not all be between the anchors.
  const names = readSequence(tokens, end, 0);
  return end.at === tokens.length ? names : undefined;
}

function readAlternatives(tokens: readonly string[], end: { at: number }, depth: number): readonly string[] | undefined {
  const all: string[] = [];
  for (;;) {
    const names = readSequence(tokens, end, depth);
    if (!names || all.length + names.length > MOST_NAMES) return undefined;
    for (const name of names) all.push(name);
    if (tokens[end.at] !== '|') return all;
    end.at += 1;
  }
}

function readSequence(tokens: readonly string[], end: { at: number }, depth: number): readonly string[] | undefined {
  let names: readonly string[] = [''];
  for (; end.at < tokens.length; end.at += 1) {
    const token = tokens[end.at] as string;
    if (token === '|' || token === ')' || token === ')?') return names;
    const parts = token === '(?:' ? readGroup(tokens, end, depth) : readCharacter(token);
    if (!parts || names.length * parts.length > MOST_NAMES) return undefined;
    names = names.flatMap((name) => parts.map((part) => name + part));
  }
  return names;
}

function readGroup(tokens: readonly string[], end: { at: number }, depth: number): readonly string[] | undefined {
  if (depth > maxNesting) return undefined;
  end.at += 1;
  const inside = readAlternatives(tokens, end, depth + 1);
  const close = tokens[end.at];
  if (!inside || (close !== ')' && close !== ')?')) return undefined;
  return close === ')?' ? ['', ...inside] : inside;
}

function readCharacter(token: string): readonly string[] | undefined {
  if (token.length > 1 && token.startsWith('\\')) return /^\\[A-Za-z0-9]/.test(token) ? undefined : [token.slice(1)];
  return /^[\\^$.*+?()[\]{}|]$/.test(token) ? undefined : [token];
}
