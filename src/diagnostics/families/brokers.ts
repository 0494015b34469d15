import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { oneOf } from '../suggest.ts';

type Argument = { readonly argument: string; readonly queue: string };

/** Findings about what a broker, or a version of it, does not do. */
export const BROKER_ROWS = {
  'unknown-queue-argument': row<Argument & { readonly meant: string }>({
    severity: 'warning',
    describes: 'A queue has an argument that RabbitMQ does not know.',
    message: ({ argument, queue }) => `RabbitMQ knows no argument ${quoteText(argument)} of the queue ${quoteText(queue)}.`,
    why: () => 'It keeps arguments that it does not know, and does nothing with them.',
    advice: ({ meant }) => `Did you mean ${quoteText(meant)}?`,
  }),
  'malformed-queue-argument': row<Argument & { readonly written: string; readonly wants: string; readonly meant: string | undefined }>({
    severity: 'error',
    describes: 'An argument of a queue has a value that RabbitMQ refuses.',
    message: ({ argument, queue, written }) => `${quoteText(argument)} of the queue ${quoteText(queue)} is ${written}.`,
    why: ({ wants, meant }) =>
      meant === undefined
        ? `RabbitMQ wants ${wants} there, and refuses the queue.`
        : 'RabbitMQ tells a text from a number, and refuses the queue.',
    advice: ({ wants, meant }) => (meant === undefined ? `Write ${wants}.` : `Write ${meant} without quotes.`),
  }),
  'queue-argument-not-of-type': row<Argument & { readonly type: string; readonly types: readonly string[] }>({
    severity: 'error',
    describes: 'A queue has an argument that queues of its type refuse.',
    message: ({ argument, queue, type }) => `The ${type} queue ${quoteText(queue)} cannot have ${quoteText(argument)}.`,
    why: ({ type }) => `RabbitMQ refuses a ${type} queue with it.`,
    advice: ({ types }) => `Remove it, or use a queue of type ${oneOf(types)}.`,
  }),
  'queue-argument-without-effect': row<Argument & { readonly because: string; readonly instead: string }>({
    severity: 'warning',
    describes: 'An argument of a queue changes nothing there.',
    message: ({ argument, queue }) => `${quoteText(argument)} changes nothing in the queue ${quoteText(queue)}.`,
    why: ({ because }) => because,
    advice: ({ instead }) => instead,
  }),
  'queue-type-contradiction': row<{ readonly queue: string; readonly type: string; readonly argument: string }>({
    severity: 'error',
    describes: 'A queue is said to be of two types.',
    message: ({ queue, type, argument }) =>
      `The queue ${quoteText(queue)} is of type ${type}, and its arguments say ${quoteText(argument)}.`,
    why: () => 'A queue has one type for ever, and only one of the two can be it.',
    advice: ({ type }) => `Leave "x-queue-type" out, or write "type: ${type}" as it is.`,
  }),
  'queue-without-dead-letters': row<{ readonly queue: string; readonly limit: string; readonly dead: string }>({
    severity: 'warning',
    describes: 'A quorum queue drops what cannot be handled.',
    message: ({ queue }) => `The quorum queue ${quoteText(queue)} says nothing of dead letters.`,
    why: ({ limit }) => `A message that comes back ${limit} is dropped there, and nobody sees it again.`,
    advice: ({ dead }) => `Add "x-dead-letter-exchange: ${dead}" to its arguments if the queue has it, else give it one.`,
  }),
  'queue-argument-beside-setting': row<Argument & { readonly setting: string }>({
    severity: 'warning',
    describes: 'An argument of a queue and a setting of its contract say the same thing.',
    message: ({ argument, queue, setting }) => `The queue ${quoteText(queue)} has ${quoteText(argument)} and ${quoteText(setting)}.`,
    why: () => 'The setting becomes a policy, and an argument that never changes wins over it, or the lower number of both does.',
    advice: ({ argument }) => `Remove ${quoteText(argument)}, or write it only where the queue has it and leave the setting out.`,
  }),
  'setting-not-of-queue-type': row<{ readonly queue: string; readonly setting: string }>({
    severity: 'error',
    describes: 'A setting is given for a queue whose type does not have it.',
    message: ({ queue, setting }) => `The stream ${quoteText(queue)} cannot have ${quoteText(setting)}.`,
    why: () => 'A stream drops its oldest messages by age or size, and never refuses a new one.',
    advice: () => 'Remove it; "x-max-age" and "x-max-length-bytes" of its arguments bound a stream.',
  }),
  'broker-too-old': row<{
    readonly transport: string;
    readonly kind: string;
    readonly version: string;
    readonly what: string;
    readonly since: string;
  }>({
    severity: 'error',
    describes: 'A contract needs what the version of its broker cannot do yet.',
    message: ({ transport, kind, version, what }) => `This needs ${what}, and ${transport} is ${kind} ${version}.`,
    why: ({ kind, since }) => `${kind} can do it since ${since}.`,
    advice: ({ since, transport }) =>
      `Update the broker to ${since} or later and write its version at ${transport}, or change what is asked for.`,
  }),
  'broker-too-new': row<Argument & { readonly transport: string; readonly version: string; readonly refusedSince: string }>({
    severity: 'error',
    describes: 'A contract asks for what the version of its broker no longer does.',
    message: ({ argument, queue, transport, version }) =>
      `The queue ${quoteText(queue)} has ${quoteText(argument)}, and ${transport} is RabbitMQ ${version}.`,
    why: ({ refusedSince }) => `Since ${refusedSince} RabbitMQ refuses a queue with it.`,
    advice: ({ argument }) => `Remove ${quoteText(argument)}.`,
  }),
} as const;
