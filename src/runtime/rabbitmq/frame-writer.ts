/**
 * Writes frames to a connection beside amqplib, all of one turn at once: of all that a message costs, the call of the kernel that sends it is the dearest.
 * What amqplib writes itself goes out a little later, in the next phase of the event loop, so that it never overtakes.
 */

import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import { bodyFrame, FRAME_OVERHEAD, type Publication, propertiesFrame, routeFrame } from './frames.ts';

/** What amqplib has and does not declare. */
type Innards = { readonly stream: Duplex; readonly frameMax: number };

/** Frames are gathered in pieces of this size; a larger body is not copied (bytes). */
const PIECE = 64 * 1024;
const LARGE = 16 * 1024;
/** Where so many different routes were written, they are forgotten: one for each address of answers. */
const MOST_ROUTES = 1000;

/** Writes to one connection. */
export class FrameWriter {
  readonly #innards: Innards;
  readonly #routes = new Map<string, string>();
  readonly #last = new Set<() => void>();
  #piece = Buffer.allocUnsafeSlow(PIECE);
  #begin = 0;
  #end = 0;
  #isScheduled = false;

  constructor(model: ChannelModel) {
    this.#innards = model.connection as unknown as Innards;
  }

  /** Writes a message. Throws where AMQP cannot say it, before anything of it is written. */
  publish(channel: number, publication: Publication): void {
    const { message } = publication;
    const body = message.body ?? NOTHING;
    const { frameMax } = this.#innards;
    const route = this.#routeOf(channel, publication);
    const head = `${route}${propertiesFrame(channel, message, body.byteLength, frameMax)}`;
    const most = frameMax - FRAME_OVERHEAD;
    // Whole frames only are given to the connection: amqplib may write its own as soon as that takes more, before this turn is over.
    const isSmall = body.byteLength <= LARGE;
    const whole = head.length + body.byteLength + Math.ceil(body.byteLength / most) * FRAME_OVERHEAD;
    if (isSmall && whole > this.#left) this.#room(whole);
    this.text(head);
    for (let at = 0; at < body.byteLength; at += most) {
      const part = body.byteLength > most ? body.subarray(at, at + most) : body;
      const [before, after] = bodyFrame(channel, part.byteLength);
      this.text(before);
      this.#bytes(part, isSmall);
      this.text(after);
    }
    if (!isSmall) this.#send();
  }

  /** Writes a frame. */
  text(frame: string): void {
    const { length } = frame;
    if (length > this.#left) this.#room(length);
    this.#piece.write(frame, this.#end, length, 'latin1');
    this.#end += length;
    this.#schedule();
  }

  /** Has something written once before what is gathered in this turn goes out. */
  beforeEnd(write: () => void): void {
    this.#last.add(write);
    this.#schedule();
  }

  /** What is gathered goes out now. */
  flush(): void {
    this.#isScheduled = false;
    for (const write of this.#last) write();
    this.#last.clear();
    this.#send();
  }

  get #left(): number {
    return this.#piece.byteLength - this.#end;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => this.flush());
  }

  #bytes(part: Uint8Array, isSmall: boolean): void {
    if (isSmall) {
      this.#piece.set(part, this.#end);
      this.#end += part.byteLength;
    } else {
      this.#send();
      this.#write(part);
    }
  }

  /** A new piece where the rest of the last one does not do. */
  #room(bytes: number): void {
    this.#send();
    this.#piece = Buffer.allocUnsafeSlow(Math.max(PIECE, bytes));
    this.#begin = 0;
    this.#end = 0;
  }

  #send(): void {
    if (this.#end === this.#begin) return;
    this.#write(this.#piece.subarray(this.#begin, this.#end));
    this.#begin = this.#end;
  }

  /** What is written to a connection that is gone is lost, as all is that was not confirmed. */
  #write(bytes: Uint8Array): void {
    const { stream } = this.#innards;
    if (stream.writable) stream.write(bytes);
  }

  #routeOf(channel: number, publication: Publication): string {
    const { exchange, key, mandatory } = publication;
    const name = `${channel} ${mandatory} ${exchange} ${key}`;
    const known = this.#routes.get(name);
    if (known !== undefined) return known;
    if (this.#routes.size >= MOST_ROUTES) this.#routes.clear();
    const route = routeFrame(channel, publication);
    this.#routes.set(name, route);
    return route;
  }
}

const NOTHING = new Uint8Array();
