/**
 * What the runtime tells of itself. `msgctl/runtime/opentelemetry` makes spans and metrics of it, by the semantic conventions for messaging;
 * anything else may be made of it as well.
 */

/** Receives what happens. Every function is optional; what one throws is passed over, for watching must not break what is watched. */
export interface Telemetry {
  /** Something is about to be sent or called. What it returns is told how that ended, and what headers carry the trace. */
  sending?(what: Exchange): Watch | undefined;
  /** A message is about to be handled. `headers` are those of the message. */
  handling?(what: Exchange, headers: Readonly<Record<string, string>>): Watch | undefined;
  /** Something happened that is worth counting. */
  count?(metric: Metric, attributes: Attributes): void;
  /**
   * Something for people who run the service to read. Never holds a payload, nor a password, other than what a handler's error says. `error` is what a
   * handler threw. Where this is left out, warnings and errors go to stderr.
   */
  log?(level: LogLevel, text: string, attributes: Attributes, error?: unknown): void;
}

/** How much something matters to those who run the service. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What is known of an exchange of messages. */
export type Exchange = {
  /** `service.interaction`. */
  readonly interaction: string;
  readonly pattern: string;
  readonly transport: string;
  readonly messageId: string;
  readonly conversation?: string | undefined;
  readonly attempt?: number;
};

/** Watches one exchange to its end. */
export interface Watch {
  /** What goes into the headers of the message, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Runs the handler where what it does belongs to this exchange. */
  run?<T>(act: () => T): T;
  /** How it ended: `ok`, or the code of an error. */
  end(outcome: string, error?: unknown): void;
}

/** What is counted. */
export type Metric =
  | 'late-reply'
  | 'undeliverable-reply'
  | 'dropped-late-request'
  | 'duplicate'
  | 'retried'
  | 'dead-lettered'
  | 'released'
  | 'unknown-type'
  | 'overloaded'
  | 'switched-off'
  | 'switched-on'
  | 'connected'
  | 'disconnected'
  | 'lost-settlement';

/** What is said with it. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** The same, with functions that never throw. Those that count and log are always there; where nobody watches, what they would be told need not be made. */
export type SafeTelemetry = Required<Pick<Telemetry, 'count' | 'log'>> & Pick<Telemetry, 'sending' | 'handling'>;

/** Makes one whose functions never throw. */
export function makeSafe(telemetry: Telemetry = {}): SafeTelemetry {
  const { sending, handling, count, log } = telemetry;
  return {
    ...(sending && { sending: (what) => watchSafely(quietly(() => sending.call(telemetry, what))) }),
    ...(handling && { handling: (what, headers) => watchSafely(quietly(() => handling.call(telemetry, what, headers))) }),
    count: count ? (metric, attributes) => quietly(() => count.call(telemetry, metric, attributes)) : nothing,
    log: log ? (level, text, attributes, error) => quietly(() => log.call(telemetry, level, text, attributes, error)) : tellStderr,
  };
}

const nothing = () => undefined;

/** What goes wrong is told somewhere, also where nobody has said where: a wrong password or a mistake in a handler must not be silent (decision 50). */
function tellStderr(level: LogLevel, text: string, { attempt = 1 }: Attributes, error?: unknown): void {
  if (level !== 'warn' && level !== 'error') return;
  // What is tried for ever is told at the first attempt, the second, the fourth, …
  if (Math.log2(Number(attempt)) % 1 !== 0) return;
  const stack = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  console.error(`msgctl: ${text}${stack}`);
}

function watchSafely(watch: Watch | undefined): Watch | undefined {
  if (!watch) return undefined;
  const { run } = watch;
  const headers = quietly(() => watch.headers);
  return {
    ...(headers && { headers }),
    ...(run && { run: (act) => runOnce((once) => run.call(watch, once), act) }),
    end: (outcome, error) => quietly(() => watch.end(outcome, error)),
  };
}

/** Runs it once, where the one that was to run it does not or throws as well. */
function runOnce<T>(run: (act: () => unknown) => unknown, act: () => T): T {
  let ran: { readonly value: T } | { readonly error: unknown } | undefined;
  const once = () => {
    try {
      ran ??= { value: act() };
    } catch (error) {
      ran = { error };
    }
    return ran && 'value' in ran ? ran.value : undefined;
  };
  quietly(() => run(once));
  if (!ran) once();
  const done = ran as unknown as { readonly value: T } | { readonly error: unknown };
  if ('error' in done) throw done.error;
  return done.value;
}

/** What fails later fails as quietly: nobody waits for it. */
function quietly<T>(act: () => T): T | undefined {
  try {
    const done = act();
    if (done instanceof Promise) done.catch(() => undefined);
    return done;
  } catch {
    return undefined;
  }
}
