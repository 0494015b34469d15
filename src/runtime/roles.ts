import type { Interaction } from './descriptor.ts';

/** Which payload starts an interaction. */
export function roleOf({ pattern }: Interaction): 'request' | 'message' {
  return pattern === 'request-response' || pattern === 'async-request-response' ? 'request' : 'message';
}
