import { isObject, type JsonValue, ownProperty } from '../source/json.ts';
import type { Pointer } from '../source/pointer.ts';
import { valueAt, type YamlTree } from '../source/yaml-tree.ts';

/** Where a schema stands: a file of the project and a JSON pointer into it. */
export type SchemaLocation = { readonly file: string; readonly pointer: Pointer };

/** The parsed files of a project by path (relative to its root), for references and positions. */
export type Documents = ReadonlyMap<string, YamlTree>;

/** What a reference leads to, or why it leads nowhere. */
export type Resolved =
  | { readonly ok: true; readonly location: SchemaLocation; readonly schema: JsonValue }
  | {
      readonly ok: false;
      readonly problem: 'unknown-file' | 'unknown-pointer' | 'outside-project' | 'remote' | 'malformed';
      readonly file?: string;
      readonly pointer?: Pointer;
    };

/** The target of a reference, before anybody looks whether it is there. */
export type Target =
  | { readonly ok: true; readonly location: SchemaLocation }
  | { readonly ok: false; readonly problem: 'outside-project' | 'remote' | 'malformed' };

/** Where a `$ref` written in `file` points: a path relative to that file, `#` and a JSON pointer, either of them optional. */
export function referenceTarget(file: string, ref: string): Target {
  // Most references are of this form, and each is read by many checks.
  if (ref.startsWith('#/') && ref.lastIndexOf('#') === 0 && !ref.includes('%'))
    return { ok: true, location: { file, pointer: ref.slice(1) } };
  const hash = ref.indexOf('#');
  if (ref === '' || hash !== ref.lastIndexOf('#')) return { ok: false, problem: 'malformed' };
  const [path, fragment] = hash === -1 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)];
  if ((path.includes(':') && /^[a-z][a-z0-9+.-]*:/i.test(path)) || path.startsWith('//')) return { ok: false, problem: 'remote' };
  const pointer = decodeFragment(fragment);
  if (pointer === undefined) return { ok: false, problem: 'malformed' };
  if (path.startsWith('/') || path.includes('\\')) return { ok: false, problem: 'outside-project' };
  const target = path === '' ? file : joinPath(file, path);
  return target === undefined ? { ok: false, problem: 'outside-project' } : { ok: true, location: { file: target, pointer } };
}

/** A `$ref` that leads from `file` to a location of the project: the other way round of {@link referenceTarget}. */
export function referenceTo(file: string, { file: target, pointer }: SchemaLocation): string {
  const fragment = pointer.replaceAll('%', '%25').replaceAll('#', '%23');
  if (target === file) return `#${fragment}`;
  const [from, to] = [file.split('/').slice(0, -1), target.split('/')];
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  const up = from.length - shared;
  return `${[...(up === 0 ? ['.'] : Array<string>(up).fill('..')), ...to.slice(shared)].join('/')}#${fragment}`;
}

/** What a `$ref` written in `from.file` leads to. Follows one step: the schema found may be a reference again. */
export function resolve(documents: Documents, from: { readonly file: string }, ref: string): Resolved {
  const target = referenceTarget(from.file, ref);
  if (!target.ok) return target;
  const { file, pointer } = target.location;
  const tree = documents.get(file);
  if (!tree) return { ok: false, problem: 'unknown-file', file };
  const schema = schemaAt(documents, target.location);
  return schema === undefined ? { ok: false, problem: 'unknown-pointer', file, pointer } : { ok: true, location: target.location, schema };
}

/** The schema at a location, undefined where nothing is written. */
export function schemaAt(documents: Documents, { file, pointer }: SchemaLocation): JsonValue | undefined {
  const tree = documents.get(file);
  return tree && valueAt(tree, pointer);
}

/** A location as it is written in a `$ref` from anywhere: `contracts/common.types.yaml#/types/Money`. */
export function formatLocation({ file, pointer }: SchemaLocation): string {
  return `${file}#${pointer}`;
}

/**
 * Follows a location through references that stand alone (nothing but `$ref` and annotations is beside them) to the schema that says
 * something. Undefined where the way leads nowhere or in a circle; the reference check has reported that.
 */
export function followReferences(
  documents: Documents,
  location: SchemaLocation,
): { location: SchemaLocation; schema: JsonValue } | undefined {
  const seen = new Set<string>();
  let at = location;
  for (;;) {
    const schema = schemaAt(documents, at);
    if (schema === undefined || seen.has(formatLocation(at))) return undefined;
    seen.add(formatLocation(at));
    const ref = ownProperty(schema, '$ref');
    if (typeof ref !== 'string' || !isObject(schema) || Object.keys(schema).length > 1) return { location: at, schema };
    const next = resolve(documents, at, ref);
    if (!next.ok) return undefined;
    at = next.location;
  }
}

/** The pointer that a fragment of a reference is; undefined for one that is no pointer, or not decodable. */
export function decodeFragment(fragment: string): Pointer | undefined {
  if (fragment !== '' && !fragment.startsWith('/')) return undefined;
  if (!fragment.includes('%')) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

/** Joins a relative path to the folder of `file`; undefined where it leaves the root. */
function joinPath(file: string, path: string): string | undefined {
  const name = path.startsWith('./') ? path.slice(2) : path;
  // Most are files of the same folder.
  if (!name.includes('/') && name !== '' && name !== '.' && name !== '..') return file.slice(0, file.lastIndexOf('/') + 1) + name;
  const parts = file.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
