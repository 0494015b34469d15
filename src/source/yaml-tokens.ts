import type { CST } from 'yaml';

/** Deeper nesting than any contract needs, and far from what the stack of a recursive walk could take. */
export const MAX_DEPTH = 100;

/** Where the first quoted text, `{` or `[` begins that is never closed, by the sign that opens it. */
type Unclosed = ReadonlyMap<string, number>;

/** What the tokens of a text tell before anything is made of them: offsets, undefined where there is no such thing. */
export type TokenFindings = {
  /** Where the text nests deeper than {@link MAX_DEPTH}. */
  readonly deep: number | undefined;
  readonly unclosed: Unclosed;
  /** Where something begins that follows a key after `?` without a ":" in between: the library leaves it out without a word. */
  readonly loose: readonly number[];
};

/** Looks through the tokens once, without recursion. */
export function inspectTokens(tokens: readonly CST.Token[]): TokenFindings {
  const open = [...tokens].reverse();
  const depths = open.map(() => 0);
  const unclosed = new Map<string, number>();
  const loose: number[] = [];
  for (let token = open.pop(); token; token = open.pop()) {
    const depth = depths.pop() ?? 0;
    if (depth > MAX_DEPTH) return { deep: token.offset, unclosed, loose };
    const sign = unclosedSign(token);
    if (sign !== undefined && !unclosed.has(sign)) unclosed.set(sign, token.offset);
    if (token.type === 'block-map') for (const item of token.items) loose.push(...looseParts(item));
    pushParts(token, open);
    while (depths.length < open.length) depths.push(depth + 1);
  }
  return { deep: undefined, unclosed, loose };
}

/** The sign that a token begins with, if the other one that should end it is missing. */
function unclosedSign(token: CST.Token): string | undefined {
  if (token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar') {
    const sign = token.source.charAt(0);
    return token.source.length < 2 || !token.source.endsWith(sign) ? sign : undefined;
  }
  if (token.type !== 'flow-collection') return undefined;
  const sign = token.start.source;
  const end = token.end[0];
  return end && 'source' in end && end.source === (sign === '{' ? '}' : ']') ? undefined : sign;
}

/** Where an entry's value begins that no ":" parts from its key. */
function looseParts({ key, sep = [], value }: CST.BlockMap['items'][number]): readonly number[] {
  if (!key || sep.some(({ type }) => type === 'map-value-ind')) return [];
  const parts = [
    ...sep.filter(({ type }) => !BETWEEN.has(type)),
    ...(value && 'props' in value ? value.props : []),
    ...(value ? [value] : []),
  ];
  return parts.slice(0, 1).map(({ offset }) => offset);
}

/** What may stand behind a key without a value. */
const BETWEEN: ReadonlySet<string> = new Set(['space', 'newline', 'comment']);

/** Puts the parts of a token onto a stack, the last one first, so that they are taken in the order of the text. */
function pushParts(token: CST.Token, stack: CST.Token[]): void {
  if (token.type === 'document' && token.value) stack.push(token.value);
  if (!('items' in token)) return;
  for (let index = token.items.length - 1; index >= 0; index -= 1) {
    const item = token.items[index];
    if (item?.value) stack.push(item.value);
    if (item?.key) stack.push(item.key);
  }
}
