/** What a handler's calls inherit of the message that is being handled, without being handed it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What is passed on. */
export type Ambient = {
  /** For how many milliseconds whoever waits for this handler still does; `undefined` where nobody does, also since it has ended. */
  timeLeft(): number | undefined;
  readonly conversation: string;
  /** The id of the message that is being handled. */
  readonly causation: string;
  /** Those of the message: traces go on in what a handler sends, also where nobody watches. */
  readonly headers: Readonly<Record<string, string>>;
};

const storage = new AsyncLocalStorage<Ambient>();

/** Runs a handler where its calls find this. */
export function runWithin<T>(ambient: Ambient, act: () => T): T {
  return storage.run(ambient, act);
}

/** What is being handled here, if anything is. */
export function currentAmbient(): Ambient | undefined {
  return storage.getStore();
}
