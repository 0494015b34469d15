/** Ids of messages: UUIDs of version 7 (RFC 9562), which sort by the time they were made. */
import { randomFillSync } from 'node:crypto';

/** Random bytes for so many ids are asked for at once, since asking costs more than taking. */
const POOL = new Uint8Array(8 * 512);
const MOST_IN_A_MILLISECOND = 0xfff;
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** The id as it is written: what changes is put between the dashes. */
const letters = Buffer.from('00000000-0000-7000-8000-000000000000', 'latin1');
let taken = POOL.length;
let time = 0;
let counter = 0;

/** A new id. Those of one process sort in the order they were made, also within a millisecond. `now` is the time in milliseconds. */
export function makeMessageId(now: number): string {
  const before = time;
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
  if (time !== before) writeTime();
  letters[15] = digit(counter >> 8);
  writeByte(16, counter);
  // The two bits of the variant, and six by chance.
  writeByte(19, 0x80 | (random() & 0x3f));
  writeByte(21, random());
  for (let at = 24; at < 36; at += 2) writeByte(at, random());
  return letters.toString('latin1');
}

function writeTime(): void {
  const high = Math.floor(time / 0x1_0000_0000);
  writeByte(0, high >> 8);
  writeByte(2, high);
  writeByte(4, time >>> 24);
  writeByte(6, time >>> 16);
  writeByte(9, time >>> 8);
  writeByte(11, time);
}

function writeByte(at: number, byte: number): void {
  letters[at] = digit(byte >> 4);
  letters[at + 1] = digit(byte);
}

function digit(number: number): number {
  return DIGITS[number & 0xf] as number;
}

function random(): number {
  const byte = POOL[taken] as number;
  taken += 1;
  return byte;
}
