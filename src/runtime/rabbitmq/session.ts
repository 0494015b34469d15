/** One connection to RabbitMQ, from its opening to its end. */
import type { Duplex } from 'node:stream';
import { type ChannelModel, connect } from 'amqplib';
import { whenAborted } from '../aborted.ts';
import { createLoss } from '../loss.ts';
import { FrameWriter } from './frame-writer.ts';

/** A connection while it lives. */
export type Session = {
  readonly model: ChannelModel;
  /** Writes what is published and settled. */
  readonly writer: FrameWriter;
  /** Aborted when it is lost, with the reason. */
  readonly lost: AbortSignal;
};

/** How to connect. */
export type SessionOptions = { readonly socket: object; readonly name: string; readonly heartbeat: number };

/** How long opening a connection may take (milliseconds). */
const CONNECT_PATIENCE = 10_000;

/** The longest time that a timer of Node takes (milliseconds). */
const LONGEST_TIMER = 0x7fff_ffff;

/** Opens it, or says why it could not. Given up where `closing` is aborted meanwhile, so that an address where nobody answers keeps no process alive. */
export async function openSession(
  { socket, name, heartbeat }: SessionOptions,
  url: string,
  closing: AbortSignal,
): Promise<Session | Error> {
  const giving = new AbortController();
  const heedless = closing.aborted ? undefined : whenAborted(closing, () => giving.abort());
  // Sockets take it, though amqplib does not say so.
  const given = { signal: giving.signal };
  try {
    const model = await connect(withHeartbeat(url, heartbeat), {
      ...socket,
      ...given,
      // Without it a call takes forty milliseconds, as the kernel waits for more to send.
      noDelay: true,
      timeout: CONNECT_PATIENCE,
      clientProperties: { connection_name: name },
    });
    const losing = createLoss();
    let problem: Error | undefined;
    // In this very turn: an error that nobody listens to would end the process.
    model.on('error', (error: Error) => {
      problem = error;
    });
    model.on('close', (error?: Error) => losing.abort(problem ?? error ?? new Error('It was closed.')));
    // What the broker said in the same breath as that it is open was heard before anybody listened: such as that it closes.
    if (!streamOf(model).writable) return new Error('It was closed as soon as it was open.');
    return { model, writer: new FrameWriter(model), lost: losing.signal };
  } catch (error) {
    return error as Error;
  } finally {
    heedless?.();
  }
}

/** Nothing that amqplib declares cuts a connection, or tells whether it still is one. */
function streamOf(model: ChannelModel): Duplex {
  return (model.connection as unknown as { readonly stream: Duplex }).stream;
}

/** Closes it properly, or cuts it where that takes longer (milliseconds). Never fails. */
export async function endSession({ model, writer, lost }: Session, patience: number): Promise<void> {
  // What was written in this turn comes before the end, which amqplib does not keep back.
  writer.flush();
  const properly = model.close().catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((done) => {
    timer = setTimeout(done, Math.min(patience, LONGEST_TIMER));
    if (!lost.aborted) whenAborted(lost, done);
  });
  await Promise.race([properly, enough]);
  clearTimeout(timer);
  streamOf(model).destroy();
}

/** What went wrong, without what a URL may hold. */
export function describeProblem(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  const text = error.message === '' ? String(code ?? error.name) : error.message;
  // All that amqplib tells of what the broker says then.
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(text)) return 'its virtual host is not there, or this user may not enter it.';
  if (/ACCESS.REFUSED/.test(text)) return 'it does not let this user in: the user is not known there, or the password is another.';
  return text.replaceAll(/\b(amqps?:\/\/)[^@\s/]*@/g, '$1***@');
}

function withHeartbeat(url: string, seconds: number): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(seconds));
  return parsed.href;
}
