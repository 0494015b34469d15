/** The end of a connection, as a signal that any number of handlers may listen to. */
import { setMaxListeners } from 'node:events';

/** Makes what ends it. Node would warn of more than ten listeners, of which every handler that looks at its signal is one. */
export function createLoss(): AbortController {
  const loss = new AbortController();
  setMaxListeners(0, loss.signal);
  return loss;
}
