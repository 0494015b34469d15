/** A JSON Pointer (RFC 6901): empty for the whole document, else segments each after a `/`. */
export type Pointer = string;

/** Appends segments to a pointer, escaping `~` and `/`. */
export function appendPointer(base: Pointer, ...segments: readonly (string | number)[]): Pointer {
  return segments.reduce<string>((pointer, segment) => `${pointer}/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`, base);
}

/** The unescaped segments of a pointer. */
export function pointerSegments(pointer: Pointer): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer without its last segment; the root stays the root. */
export function parentPointer(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}
