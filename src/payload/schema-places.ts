import { type Pointer, pointerSegments } from '../source/pointer.ts';
import { KEYWORDS } from './keywords.ts';

/** The keys of an interaction that are a schema, and those that hold one for each name. */
const INTERACTION_SCHEMAS: ReadonlySet<string> = new Set(['request', 'response', 'message', 'headers']);
const INTERACTION_MAPPINGS: ReadonlySet<string> = new Set(['responses', 'errors']);

/** Whether a schema can stand at a pointer into a contract file or a file of types: a type, a payload, or a part of one of them. */
export function isSchemaPlace(pointer: Pointer): boolean {
  const segments = pointerSegments(pointer);
  const [section, , key = ''] = segments;
  if (section === 'types') return segments.length >= 2 && isInside(segments.slice(2));
  if (section !== 'provides') return false;
  if (INTERACTION_SCHEMAS.has(key)) return isInside(segments.slice(3));
  return INTERACTION_MAPPINGS.has(key) && segments.length >= 4 && isInside(segments.slice(4));
}

/** Whether the segments lead from one schema to another inside it. */
function isInside(segments: readonly string[]): boolean {
  let index = 0;
  while (index < segments.length) {
    const holds = KEYWORDS.get(segments[index] ?? '');
    if (holds === undefined || holds === 'nothing') return false;
    index += holds === 'schema' ? 1 : 2;
  }
  return index === segments.length;
}
