const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

/**
 * Twelve hex digits that stand for a text, the same in every run: FNV-1a of 64 bits over UTF-16 units, of which the upper 48 are kept. Not a
 * secret and no protection, and few enough findings are named by it that none collide.
 */
export function digestOf(text: string): string {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = ((hash ^ BigInt(unit & 0xff)) * PRIME) & MASK;
    hash = ((hash ^ BigInt(unit >> 8)) * PRIME) & MASK;
  }
  return (hash >> 16n).toString(16).padStart(12, '0');
}
