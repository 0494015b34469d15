import type { Change } from './change.ts';

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

/**
 * Twelve hex digits that name a change in every run: from the rule, the subject, the path and the values, never from text or line.
 * FNV-1a of 64 bits over UTF-16 units, of which the upper 48 are kept: not a secret, and few enough findings that none collide.
 */
export function fingerprint(rule: string, change: Change): string {
  const { service, interaction, payload, path, name, before, after, required } = change;
  const types = before.types || after.types ? [before.types, after.types] : [];
  const named = [rule, service, interaction, payload?.role, payload?.name, path, name, before.value, after.value, required];
  const text = JSON.stringify([...named, ...types]);
  let hash = OFFSET_BASIS;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = ((hash ^ BigInt(unit & 0xff)) * PRIME) & MASK;
    hash = ((hash ^ BigInt(unit >> 8)) * PRIME) & MASK;
  }
  return (hash >> 16n).toString(16).padStart(12, '0');
}
