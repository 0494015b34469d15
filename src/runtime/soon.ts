/** What is there at once unless something has to be waited for: a promise costs more than most of what is done between two of them. */

/** A value, now or later. */
export type Soon<T> = T | Promise<T>;

/** Goes on with it: at once where it is there. */
export function whenThere<T, R>(soon: Soon<T>, goOn: (value: T) => Soon<R>): Soon<R> {
  return soon instanceof Promise ? soon.then(goOn) : goOn(soon);
}
