import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';

type Named = { readonly id: string; readonly service: string };

/** Findings about who takes part: what nobody sends, receives or answers, and who waits for whom. */
export const PARTICIPATION_ROWS = {
  'unused-event': row<Named>({
    severity: 'info',
    describes: 'An event is published that no service of the project uses.',
    message: ({ id }) => `Nobody uses ${id}.`,
    why: ({ service }) => `${service} publishes it for receivers that are not in this project, or for nobody.`,
    advice: ({ id }) => `Add ${quoteText(id)} to "uses" of whoever receives it, or remove it.`,
  }),
  'unsent-notification': row<Named>({
    severity: 'info',
    describes: 'A notification is received that no service of the project sends.',
    message: ({ id }) => `Nobody sends ${id}.`,
    why: ({ service }) => `A queue is made that ${service} reads and nobody in this project writes to.`,
    advice: ({ id }) => `Add ${quoteText(id)} to "uses" of whoever sends it, or remove it.`,
  }),
  'unused-channel': row<{ readonly channel: string }>({
    severity: 'warning',
    describes: 'A channel carries no event.',
    message: ({ channel }) => `No event goes through the channel ${quoteText(channel)}.`,
    why: () => 'It makes nothing: what it says of keys, partitions and retention holds for no message.',
    advice: ({ channel }) => `Write "channel: ${channel}" at the events that share it, or remove it.`,
  }),
  'nobody-answers': row<Named & { readonly declining: readonly string[] }>({
    severity: 'warning',
    describes: 'Answers are gathered from nobody.',
    message: ({ id }) => `Nobody answers ${id}.`,
    why: ({ service, declining }) =>
      declining.length > 0
        ? `All its users say "respond: false", and ${service} gathers answers that cannot come.`
        : `No service uses it, and ${service} gathers answers that cannot come.`,
    advice: ({ id }) => `Let a service use ${id} and answer, or make it publish-subscribe.`,
  }),
  'call-cycle': row<{ readonly way: readonly string[] }>({
    severity: 'warning',
    describes: 'Services wait for each other in a circle.',
    message: ({ way }) =>
      way.length > 2 ? `These services call each other in a circle: ${way.join(' → ')}.` : `${way[0]} calls itself: ${way.join(' → ')}.`,
    why: () =>
      'Each waits while the next one works. When one of them is slow all of them run out of what their limits allow, and none can finish first.',
    advice: () => 'Turn one of the calls into an event or an async-request-response, or move what both need into one service.',
  }),
  'endpoint-taken': row<{ readonly endpoint: string; readonly id: string; readonly other: string }>({
    severity: 'error',
    describes: 'Two interactions are called in the same way over HTTP or gRPC.',
    message: ({ endpoint, id, other }) => `${quoteText(endpoint)} would be ${id} and ${other}.`,
    why: () => 'A server cannot tell the calls of one from those of the other.',
    advice: () => 'Give one of them another method, path or name.',
  }),
  'external-generated': row<{ readonly service: string }>({
    severity: 'warning',
    describes: 'Code is asked for of a service that is not ours.',
    message: ({ service }) => `${service} is external, and nothing is generated for it.`,
    why: () => 'Its contract says what it promises to us; its code is written elsewhere.',
    advice: ({ service }) => `Remove ${service} here, or "external: true" there.`,
  }),
} as const;
