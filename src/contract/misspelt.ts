import { nearest } from '../diagnostics/suggest.ts';
import type { JsonObject } from '../source/json.ts';
import { STARTS, TABLES } from './generated/key-order.js';

/** The keys of an interaction. */
const KNOWN: readonly string[] = keysBehind('provides');

/**
 * Whether a key is there, be it with a typing error: a `mesage` is told as one, and that there is no `message` would only say it again.
 */
export function isMeant(interaction: JsonObject, key: string): boolean {
  if (Object.hasOwn(interaction, key)) return true;
  return Object.keys(interaction).some(
    (written) => !KNOWN.includes(written) && !written.startsWith('x-') && nearest(written, KNOWN) === key,
  );
}

function keysBehind(section: string): readonly string[] {
  const named = TABLES[TABLES[STARTS.contract]?.inside[section] ?? -1];
  return TABLES[named?.each ?? -1]?.keys ?? [];
}
