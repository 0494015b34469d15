/** Appends items to a list. Spreading them as arguments would fail where there are some 100,000. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
