import type { JSONSchema } from 'json-schema-to-typescript';
import { indent } from '../code.ts';
import { jsDoc, propertyKey } from '../text.ts';
import type { TypeSchema } from './type-schema.ts';

/** A declaration to be made: its name in the output, and what it is. */
export type TypeEntry = { readonly name: string; readonly type: TypeSchema };

/** How many types one run of the library gets: each run costs something, and one of thousands of types takes more than its share. */
const RUN = 250;

/** References are identifiers already, so the library need not search for any, twice over and in every corner. */
const NO_REFERENCES = { resolve: { external: false }, dereference: { excludedPathMatcher: () => true } };

/**
 * Renders every entry as one exported declaration with its JSDoc, in the same order, by json-schema-to-typescript.
 *
 * The library sees structure only: names, property keys and comments are tokens that are replaced afterwards, and a reference is an
 * identifier already. So it can neither clash nor duplicate, no text of a contract reaches it, and what it makes of a type is the same
 * whatever else is in the run.
 */
export async function compileTypes(entries: readonly TypeEntry[]): Promise<readonly (readonly string[])[]> {
  const declarations: (readonly string[])[] = [];
  for (let start = 0; start < entries.length; start += RUN) declarations.push(...(await compileRun(entries.slice(start, start + RUN))));
  return declarations;
}

async function compileRun(entries: readonly TypeEntry[]): Promise<readonly (readonly string[])[]> {
  const { compile } = await import('json-schema-to-typescript');
  const tokens: Tokens = { keys: [], docs: [] };
  const properties = Object.fromEntries(
    entries.map(({ type }, index) => [`t${index}`, { ...toLibrary(type, tokens), title: `T${index}` }]),
  );
  const root: JSONSchema = { title: 'Root', type: 'object', properties, additionalProperties: false };
  const text = await compile(root, 'Root', {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    $refOptions: NO_REFERENCES,
  });
  const declarations = splitDeclarations(text);
  return entries.map(({ name, type }, index) => {
    const declaration = declarations.get(`T${index}`);
    if (!declaration) throw new Error(`json-schema-to-typescript left out type ${name}.`);
    return [...comment(type.doc), ...layOut(dropParentheses(nameDeclaration(declaration, name)), tokens)];
  });
}

/** What stands for contract text while the library works: `k3$` for a key, `d3$` for a comment. */
type Tokens = { readonly keys: string[]; readonly docs: (readonly string[])[] };

/**
 * Marks an item of a tuple that may be missing, since the library would write out every length of the tuple. No literal type holds a control
 * character.
 */
const OPTIONAL = '\u0001';

function toLibrary(type: TypeSchema, tokens: Tokens): JSONSchema {
  switch (type.kind) {
    case 'text':
      return { tsType: type.text };
    case 'array':
      return { type: 'array', items: toLibrary(type.items, tokens) };
    case 'tuple':
      return {
        type: 'array',
        items: type.items.map((item, index) => (index < type.required ? toLibrary(item, tokens) : optional(toLibrary(item, tokens)))),
        additionalItems: type.rest ? toLibrary(type.rest, tokens) : false,
      };
    case 'union':
      return { anyOf: type.members.map((member) => toLibrary(member, tokens)) };
    case 'intersection':
      return { allOf: type.members.map((member) => toLibrary(member, tokens)) };
    case 'object':
      return objectToLibrary(type, tokens);
  }
}

function optional(item: JSONSchema): JSONSchema {
  return { anyOf: [item, { tsType: OPTIONAL }] };
}

function objectToLibrary(type: TypeSchema & { readonly kind: 'object' }, tokens: Tokens): JSONSchema {
  const properties: Record<string, JSONSchema> = {};
  const required: string[] = [];
  for (const property of type.properties) {
    const key = `k${tokens.keys.push(property.name) - 1}$`;
    const description = property.type.doc.length === 0 ? undefined : `d${tokens.docs.push(property.type.doc) - 1}$`;
    properties[key] = { ...toLibrary(property.type, tokens), ...(description && { description }) };
    if (property.required) required.push(key);
  }
  return { type: 'object', properties, required, additionalProperties: type.others ? toLibrary(type.others, tokens) : false };
}

/** Cuts the library's output before each declaration; no other line can begin like one, since strings and comments are tokens. */
function splitDeclarations(text: string): ReadonlyMap<string, readonly string[]> {
  const declarations = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^export (?:interface|type) (T\d+|Root)\b/.exec(line)?.[1];
    if (name) {
      current = [];
      declarations.set(name, current);
    }
    if (line !== '') current.push(line);
  }
  return declarations;
}

function nameDeclaration(lines: readonly string[], name: string): readonly string[] {
  const [head = '', ...rest] = lines;
  return [head.replace(/^(export (?:interface|type)) T\d+/, `$1 ${name}`), ...rest];
}

/** The library puts every union into parentheses, also where it is all there is. */
function dropParentheses(lines: readonly string[]): readonly string[] {
  const single = lines.map((line) => unwrap(line, /^(?:k\d+\$\??: )/));
  return unwrap(single.join('\n'), /^export type \w+ = /).split('\n');
}

/** `text` without the parentheses that hold all that follows `start`. */
function unwrap(text: string, start: RegExp): string {
  const [head] = start.exec(text) ?? [];
  if (head === undefined || text[head.length] !== '(' || closingAt(text, head.length) !== text.length - 1) return text;
  return `${head}${text.slice(head.length + 1, -1)}`;
}

/** Where the parenthesis that opens at `open` closes. What stands in string literals does not count. */
function closingAt(text: string, open: number): number {
  const tokens = /'(?:[^'\\]|\\.)*'|[()]/g;
  tokens.lastIndex = open;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '(') depth++;
    if (token[0] === ')') depth--;
    if (depth === 0) return token.index;
  }
  return -1;
}

/** Indents a declaration, ends its members with semicolons and puts keys and comments in the place of their tokens. */
function layOut(lines: readonly string[], tokens: Tokens): readonly string[] {
  const isAlias = lines[0]?.startsWith('export type') ?? false;
  const laidOut: string[] = [];
  let depth = 0;
  for (const line of lines) {
    const token = /^ \* d(\d+)\$$/.exec(line)?.[1];
    if (line === '/**' || line === ' */') continue;
    if (line.startsWith('}')) depth--;
    const text =
      token === undefined ? [endMember(replaceTokens(line, tokens), depth > 0 || isAlias)] : comment(tokens.docs[Number(token)] ?? []);
    laidOut.push(...indentBy(text, depth));
    if (token === undefined && line.endsWith('{')) depth++;
  }
  return laidOut;
}

/** Tags come last: what follows a tag belongs to it. */
function comment(doc: readonly string[]): readonly string[] {
  const isTag = (part: string): boolean => part.startsWith('@');
  return jsDoc([...doc.filter((part) => !isTag(part)), ...doc.filter(isTag)]);
}

function replaceTokens(line: string, tokens: Tokens): string {
  return line
    .replace(/^k(\d+)\$(?=\??: )/, (_, index: string) => propertyKey(tokens.keys[Number(index)] ?? ''))
    .replaceAll(` | ${OPTIONAL})`, ')?');
}

function endMember(line: string, isMember: boolean): string {
  return isMember && !line.endsWith('{') ? `${line};` : line;
}

function indentBy(lines: readonly string[], depth: number): readonly string[] {
  return depth <= 0 ? lines : indentBy(indent(lines), depth - 1);
}
