import { type CST, Parser } from 'yaml';
import { append } from './append.ts';

/** All comments of a text, in its order, whatever they belong to. */
export function listComments(text: string): readonly string[] {
  const comments: { readonly offset: number; readonly text: string }[] = [];
  const open: CST.Token[] = [...new Parser().parse(text)];
  for (let token = open.pop(); token; token = open.pop()) {
    if (token.type === 'comment') comments.push({ offset: token.offset, text: token.source.trimEnd() });
    append(open, partsOf(token));
  }
  return comments.sort((a, b) => a.offset - b.offset).map((comment) => comment.text);
}

function partsOf(token: CST.Token): readonly CST.Token[] {
  const parts: CST.Token[] = [];
  if ('items' in token)
    for (const { start, key, sep, value } of token.items) append(parts, [start, key ?? [], sep ?? [], value ?? []].flat());
  if ('props' in token) append(parts, token.props);
  if (token.type === 'document') append(parts, [...token.start, ...(token.value ? [token.value] : [])]);
  if ('end' in token && token.end) append(parts, token.end);
  return parts;
}
