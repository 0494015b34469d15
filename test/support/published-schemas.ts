import { parse } from 'yaml';
import contract from '../../schema/contract.json' with { type: 'json' };
import project from '../../schema/project.json' with { type: 'json' };

/** The schemas that are published for editors, by file. */
export const PUBLISHED: Readonly<Record<string, object>> = { 'contract.json': contract, 'project.json': project };

/** A schema inside a published one, as far as the tests look at it. */
export type Node = Readonly<{
  $ref?: string;
  description?: string;
  properties?: Readonly<Record<string, Node | boolean>>;
  enum?: readonly unknown[];
  enumDescriptions?: readonly string[];
  examples?: readonly unknown[];
  default?: unknown;
  patternErrorMessage?: string;
  defaultSnippets?: readonly Snippet[];
}>;

/** A snippet, as editors expand it: its texts are YAML with places to fill in. */
type Snippet = Readonly<{ label: string; description: string; body: unknown }>;

const BY_NAME = ['properties', 'patternProperties', '$defs'];
const VALUES = ['examples', 'default', 'enum', 'enumDescriptions', 'defaultSnippets', 'const', 'required', 'type'];

/** Every schema of a published one with its pointer. */
export function schemasIn(schema: unknown, pointer = ''): readonly (readonly [string, Node])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([keyword, value]) => {
    const place = `${pointer}/${keyword}`;
    if (VALUES.includes(keyword)) return [];
    if (!BY_NAME.includes(keyword)) return schemasIn(value, place);
    return Object.entries(value as object).flatMap(([name, found]) => schemasIn(found, `${place}/${name.replaceAll('/', '~1')}`));
  });
  return [[pointer, schema as Node], ...inner];
}

/** A text of a snippet with its places filled in as they are proposed. */
export function fillIn(text: string): string {
  const filled = text.replace(/(?<!\\)\$\{\d+:((?:\\.|[^\\}])*)\}/g, '$1').replace(/(?<!\\)\$\d+/g, '');
  return filled.replace(/\\([$}\\])/g, '$1');
}

/** What a snippet becomes when everything in it is accepted as proposed. */
export function expandSnippet(body: unknown): unknown {
  // A text that begins with ^ is taken as it stands behind it.
  if (typeof body === 'string') return parse(fillIn(body.replace(/^\^/, '')));
  if (Array.isArray(body)) return body.map(expandSnippet);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [String(parse(fillIn(key))), expandSnippet(value)]));
}
