import type { LayoutCollection, LayoutEntry, LayoutNode } from '../source/layout/layout.ts';
import type { FileKind } from './check-shape.ts';
import { type KeyTable, STARTS, TABLES } from './generated/key-order.js';

/**
 * Puts the keys that the language names into the order of the published schemas. What an author names keeps its order: interactions, types,
 * properties, errors, transports. So do keys that nobody knows, behind the others, and everything in examples and default values.
 */
export function orderKeys(root: LayoutCollection, kind: FileKind): LayoutCollection {
  return orderCollection(root, TABLES[STARTS[kind]]);
}

function orderNode(node: LayoutNode, table: KeyTable | undefined): LayoutNode {
  return table && (node.kind === 'map' || node.kind === 'list') ? orderCollection(node, table) : node;
}

function orderCollection(node: LayoutCollection, table: KeyTable | undefined): LayoutCollection {
  if (!table) return node;
  if (node.kind === 'list') {
    const items = tableOf(table.items);
    return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: orderNode(entry.value, items) })) };
  }
  const ranks = new Map(table.keys.map((key, rank) => [key, rank]));
  const rank = ({ key }: LayoutEntry) => ranks.get(key?.text ?? '') ?? ranks.size;
  const entries = node.entries.map((entry) => ({ ...entry, value: orderNode(entry.value, tableBehind(table, entry.key?.text ?? '')) }));
  return { ...node, entries: entries.sort((a, b) => rank(a) - rank(b)) };
}

function tableBehind(table: KeyTable, key: string): KeyTable | undefined {
  if (Object.hasOwn(table.inside, key)) return tableOf(table.inside[key]);
  return table.keys.includes(key) ? undefined : tableOf(table.each);
}

function tableOf(number: number | undefined): KeyTable | undefined {
  return number === undefined ? undefined : TABLES[number];
}
