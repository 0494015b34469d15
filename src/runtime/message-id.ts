/** Ids of messages: UUIDs of version 7 (RFC 9562), which sort by the time they were made. */
import { randomFillSync } from 'node:crypto';

/** Random bytes for so many ids are asked for at once, since asking costs more than taking. */
const POOL = new Uint8Array(8 * 512);
const MOST_IN_A_MILLISECOND = 0xfff;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

let taken = POOL.length;
let time = 0;
let counter = 0;

/** A new id. Those of one process sort in the order they were made, also within a millisecond. `now` is the time in milliseconds. */
export function makeMessageId(now: number): string {
  if (now > time) {
    time = now;
    counter = 0;
  } else if (counter < MOST_IN_A_MILLISECOND) {
    counter += 1;
  } else {
    // More than the counter holds: the id is dated a millisecond ahead (RFC 9562, section 6.2).
    time += 1;
    counter = 0;
  }
  if (taken === POOL.length) {
    randomFillSync(POOL);
    taken = 0;
  }
  const high = Math.floor(time / 0x100000000);
  const front = `${hex(high >> 8)}${hex(high)}${hex(time / 0x1000000)}${hex(time / 0x10000)}-${hex(time / 0x100)}${hex(time)}`;
  const version = `${hex(0x70 | (counter >> 8))}${hex(counter)}`;
  const variant = `${hex(0x80 | (random() & 0x3f))}${hex(random())}`;
  return `${front}-${version}-${variant}-${hex(random())}${hex(random())}${hex(random())}${hex(random())}${hex(random())}${hex(random())}`;
}

function hex(byte: number): string {
  return HEX[byte & 0xff] as string;
}

function random(): number {
  const byte = POOL[taken] as number;
  taken += 1;
  return byte;
}
