/** How values are shown in errors: briefly, and nothing of what a message may hold in confidence. */
import { ucs2length } from './text-length.ts';

/** A value by kind and size. Numbers, `true`, `false` and `null` say themselves. */
export function describeShape(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `a text of ${quantity(ucs2length(value), 'character')}`;
  if (Array.isArray(value)) return `a list of ${quantity(value.length, 'item')}`;
  if (isCountable(value)) return `an object of ${quantity(Object.keys(value).length, 'property', 'properties')}`;
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** Whether something has parts. */
export function isCountable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A value that stands in a contract, as JSON. */
export function showValue(value: unknown): string {
  return shorten(JSON.stringify(value), 40);
}

/** The longest place that a sentence holds; of a longer one its end, which says more. */
const LONGEST_PLACE = 100;

/** A JSON pointer on one line. Its steps may be names that a stranger chose. */
export function showPlace(pointer: string): string {
  const visible = escapeInvisible(pointer);
  return visible.length <= LONGEST_PLACE ? visible : `…${visible.slice(1 - LONGEST_PLACE)}`;
}

/** The beginning of a long text, on one line. */
export function shorten(text: string, length: number): string {
  const visible = escapeInvisible(text);
  return visible.length <= length ? visible : `${visible.slice(0, length - 1)}…`;
}

/** Line breaks and what turns the direction of text would let a message write a line of somebody's log. */
function escapeInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function quantity(size: number, one: string, many = `${one}s`): string {
  return `${size} ${size === 1 ? one : many}`;
}
