/** What carries messages inside one process: queues by who receives, and boxes for answers. */
import type { Clock } from '../clock.ts';
import type { ReceiveAddress } from '../descriptor.ts';
import { transportError } from '../failure.ts';
import type { WireMessage } from '../message.ts';
import type { Source } from '../transport.ts';
import { MemoryQueue } from './memory-queue.ts';

/** A broker. */
export interface MemoryBroker {
  readonly clock: Clock;
  /** The queue of a receiver, which is there from then on, as a provisioned one is. */
  queueFor(service: string, source: Pick<Source, 'from' | 'types' | 'ordered' | 'parks' | 'answers'>): MemoryQueue;
  /** Puts a message into the queues of all who receive its kind. Throws `unroutable` where it is mandatory and there are none. */
  publish(message: WireMessage, mandatory: boolean): void;
  /** Hands an answer to a box or a shared queue; `false` where there is neither. */
  answer(replyTo: string, message: WireMessage): boolean;
  /** Opens a box for answers, and gives its address. */
  openBox(instance: string, receive: (message: WireMessage) => void): { readonly address: string; close(): void };
  /** The messages of one kind, as they were sent. */
  sent(type: string): readonly WireMessage[];
  /** The queues that get messages of one kind. */
  queues(type: string): readonly MemoryQueue[];
}

/** Makes a broker without queues. */
export function createMemoryBroker(clock: Clock, history: number): MemoryBroker {
  const queues = new Map<string, MemoryQueue>();
  const bindings = new Map<string, Set<MemoryQueue>>();
  const boxes = new Map<string, (message: WireMessage) => void>();
  const sent = new Map<string, WireMessage[]>();
  let opened = 0;

  const remember = (message: WireMessage) => {
    const list = sent.get(message.type);
    if (!list) {
      sent.set(message.type, [message]);
      return;
    }
    list.push(message);
    if (list.length > history * 2) list.splice(0, list.length - history);
  };
  return {
    clock,
    queueFor(service, source) {
      const name = queueName(service, source);
      const queue = queues.get(name) ?? new MemoryQueue(name, { clock, ordered: source.ordered, parks: source.parks, history });
      queues.set(name, queue);
      for (const type of source.answers ? [] : source.types) {
        const bound = bindings.get(type) ?? new Set();
        bindings.set(type, bound.add(queue));
      }
      return queue;
    },
    publish(message, mandatory) {
      const bound = bindings.get(message.type);
      if (!bound && mandatory) throw transportError('unroutable', `Nobody receives ${message.type}: it was not sent.`);
      remember(message);
      for (const queue of bound ?? []) queue.put(message);
    },
    answer(replyTo, message) {
      const box = boxes.get(replyTo);
      if (box) queueMicrotask(() => box(message));
      const queue = box ? undefined : queues.get(replyTo);
      queue?.put(message);
      return box !== undefined || queue !== undefined;
    },
    openBox(instance, receive) {
      opened += 1;
      const address = `box ${instance} ${opened}`;
      boxes.set(address, receive);
      return { address, close: () => boxes.delete(address) };
    },
    sent: (type) => sent.get(type) ?? [],
    queues: (type) => [...(bindings.get(type) ?? [])],
  };
}

/** What the receiver's queue is called: what it would be on a broker, so that those who share it there share it here. */
export function queueName(service: string, { from, types, answers }: Pick<Source, 'from' | 'types' | 'answers'>): string {
  return placeName(from) ?? `${service}${answers ? ' answers' : ''} ${[...types].sort().join(' ')}`;
}

function placeName(from: ReceiveAddress): string | undefined {
  switch (from.kind) {
    case 'rabbitmq':
      return from.queue;
    case 'kafka':
      return `${from.topic} ${from.group}`;
    case 'redis':
      return `${from.stream} ${from.group}`;
    default:
      return undefined;
  }
}
