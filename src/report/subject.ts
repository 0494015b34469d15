import type { Change } from '../compat/change.ts';
import { pointerSegments } from '../source/pointer.ts';

/** What a change is about, in words one can search for: `message.price`, `request.items[].sku`, `response(learners)`; empty for the whole. */
export function subjectOf(change: Change): string {
  const { payload, path } = change;
  const start = payload === undefined ? '' : payload.name === undefined ? payload.role : `${payload.role}(${payload.name})`;
  const way = pointerSegments(path).reduce(
    (text, segment) => (segment === '*' ? `${text}[]` : text === '' ? segment : `${text}.${segment}`),
    start,
  );
  return way;
}
