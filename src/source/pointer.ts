import { type JsonValue, ownProperty } from './json.ts';

/** A JSON Pointer (RFC 6901): empty for the whole document, else segments each after a `/`. */
export type Pointer = string;

/** Appends segments to a pointer, escaping `~` and `/`. */
export function appendPointer(base: Pointer, ...segments: readonly (string | number)[]): Pointer {
  let pointer = base;
  for (const segment of segments) pointer += `/${typeof segment === 'number' ? segment : escapeSegment(segment)}`;
  return pointer;
}

/** Hardly any segment has something to escape, and pointers are made by the thousand. */
function escapeSegment(segment: string): string {
  if (!segment.includes('~') && !segment.includes('/')) return segment;
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The unescaped segments of a pointer. */
export function pointerSegments(pointer: Pointer): readonly string[] {
  if (pointer === '') return [];
  const segments = pointer.slice(1).split('/');
  return pointer.includes('~') ? segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~')) : segments;
}

/** The pointer without its last segment; the root stays the root. */
export function parentPointer(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

/** The value that a pointer leads to inside another; undefined where it leads nowhere. */
export function valueAtPointer(value: JsonValue | undefined, pointer: Pointer): JsonValue | undefined {
  let found = value;
  for (const segment of pointerSegments(pointer)) {
    if (Array.isArray(found)) found = /^(0|[1-9][0-9]*)$/.test(segment) ? found[Number(segment)] : undefined;
    else found = ownProperty(found, segment);
  }
  return found;
}
