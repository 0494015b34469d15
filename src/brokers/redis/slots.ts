/** Which of the 16384 slots of a cluster a key stands in: the specification of Redis Cluster, "Key distribution model". */

const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/** The slot of a key. Where the key has a part in braces, only that part counts: keys with the same part stand together. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return crc16(new TextEncoder().encode(close > open + 1 ? key.slice(open + 1, close) : key)) % SLOTS;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
  }
  return crc & 0xffff;
}
