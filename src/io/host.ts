import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { Failure } from '../diagnostics/failure.ts';
import { maskSecrets } from '../source/mask-secrets.ts';
import { describeCause } from './read-file.ts';

/** A stream that text is written to. */
export type Output = {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  write(text: string): void;
};

/** What a run of msgctl sees of the process it runs in. */
export type Host = {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** stdout: the result. */
  readonly result: Output;
  /** stderr: the journey. */
  readonly journey: Output;
  /** Whether somebody can answer a question. */
  readonly canAsk: boolean;
  /** Today, `2026-11-23`, in UTC. */
  today(): string;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Who runs this where, in words for others. */
  who(): string;
  /** Asks on stderr and gives the answer: empty when there is none, undefined when interrupted instead. */
  ask(question: string): Promise<string | undefined>;
  /** Calls `listener` on the first interrupt (Ctrl-C, SIGTERM) instead of ending; a second one ends at once. Gives the way to stop listening. */
  onInterrupt(listener: () => void): () => void;
};

/** The real process. */
export function processHost(): Host {
  return {
    get cwd() {
      return workingFolder();
    },
    environment: process.env,
    result: outputOf(process.stdout),
    journey: quietly(outputOf(process.stderr)),
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    today: () => new Date().toISOString().slice(0, 10),
    now: () => performance.now(),
    who,
    ask,
    onInterrupt,
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new Failure('no-working-folder', {
      message: 'The folder that msgctl was started in is not there any more.',
      advice: 'Go to a folder that exists: cd.',
      cause,
    });
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // Whoever reads may have seen enough (`| head`); that is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && stream === process.stdout) throw error;
  });
  return createOutput((text) => void stream.write(text), stream);
}

/** What cannot be told cannot be told to anybody; the exit code still says how the run ended. */
function quietly(output: Output): Output {
  return {
    ...output,
    write(text) {
      try {
        output.write(text);
      } catch {}
    },
  };
}

/** The failure for an error of writing to stdout, whoever wrote; undefined for any other error. */
export function lostResult(cause: unknown): Failure | undefined {
  if (!(cause instanceof Error) || !('syscall' in cause) || cause.syscall !== 'write' || 'path' in cause) return undefined;
  return new Failure('output-not-writable', {
    message: `The result cannot be written to stdout: ${describeCause(cause)}.`,
    why: 'Whoever reads it would take what is there for all there is.',
    advice: 'Check that there is room where stdout goes to. What was done before this stays done.',
    cause,
  });
}

/** An output in which no password of a URL and no other secret that can be told as one ever appears: the one place where they are masked. */
export function createOutput(write: (text: string) => void, stream: { readonly isTTY?: boolean; readonly columns?: number }): Output {
  return { isTerminal: stream.isTTY === true, columns: stream.columns, write: (text) => write(maskSecrets(text)) };
}

function who(): string {
  const since = new Date().toISOString().slice(0, 19);
  return `${userName()} on ${hostname()}, process ${process.pid}, since ${since}Z`;
}

/** Of a user that the system has no name for, the number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

function ask(question: string): Promise<string | undefined> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    let open = true;
    const end = (answer: string | undefined, typed: boolean) => {
      if (!open) return;
      open = false;
      // What is written next must not stand behind the question.
      if (!typed) process.stderr.write('\n');
      resolve(answer);
      prompt.close();
    };
    prompt.once('SIGINT', () => end(undefined, false));
    prompt.once('close', () => end('', false));
    prompt.question(question, (answer) => end(answer, true));
  });
}

function onInterrupt(listener: () => void): () => void {
  const stop = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, first);
  };
  const first = () => {
    stop();
    listener();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, first);
  return stop;
}
