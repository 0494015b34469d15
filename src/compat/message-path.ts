import { type Pointer, pointerSegments } from '../source/pointer.ts';

/** Whether a path with `*` for any item or unnamed property leads to the same place as another; see {@link isAbove}. */
export function samePath(a: Pointer, b: Pointer): boolean {
  return pointerSegments(a).length === pointerSegments(b).length && isAbove(a, b);
}

const ITEM = /^\d+$/;

/** Whether a path leads to a place that holds the other, or to the same one: `*` in the outer may be anything, in the inner no named property. */
export function isAbove(outer: Pointer, inner: Pointer): boolean {
  const [above, below] = [pointerSegments(outer), pointerSegments(inner)];
  return (
    above.length <= below.length &&
    above.every((segment, index) => segment === below[index] || segment === '*' || (below[index] === '*' && ITEM.test(segment)))
  );
}

/** Whether a longer path ends like a shorter one, by its last two steps. */
export function endsAlike(shorter: Pointer, longer: Pointer): boolean {
  const [short, long] = [pointerSegments(shorter).slice(-2), pointerSegments(longer)];
  if (short.length === 0 || pointerSegments(shorter).length >= long.length) return false;
  const end = long.slice(-short.length);
  return short.every((segment, index) => segment === end[index] || segment === '*');
}
