/**
 * Where an interaction's messages go: the names that `names.ts` derives, put together for one sender or one receiver. Used by the broker
 * specs (to make what stands there) and by the generator (to tell the runtime).
 */
import type { Contract, Interaction } from '../contract/model.ts';
import type { System } from '../contract/system.ts';

/** Where whoever sends an interaction's first message puts it. */
export type SendAddress =
  | { readonly kind: 'rabbitmq'; readonly exchange: string; readonly routingKey: string }
  | { readonly kind: 'kafka'; readonly topic: string }
  | { readonly kind: 'redis'; readonly stream: string; readonly shards?: number }
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'grpc'; readonly service: string; readonly method: string }
  | { readonly kind: 'memory'; readonly name: string };

/** Where a receiver takes it from, and where it goes when handling it fails. */
export type ReceiveAddress =
  | { readonly kind: 'rabbitmq'; readonly queue: string; readonly again: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | { readonly kind: 'kafka'; readonly topic: string; readonly group: string; readonly dead: string; readonly ladder: readonly Rung[] }
  | { readonly kind: 'redis'; readonly stream: string; readonly shards?: number; readonly group: string; readonly due: string; readonly retry: string; readonly dead: string }
  | { readonly kind: 'http' | 'grpc' | 'memory' };

/** One rung of a retry ladder: a message put there (an exchange, a topic) comes back after `delay` milliseconds. */
export type Rung = { readonly delay: number; readonly name: string };

/** Where answers to `caller` are sent: an exchange, a topic or a stream. `shared` names what any instance may read (`reply: durable`). */
export type ReplyAddress = { readonly replies: string; readonly shared?: string };

/** Where a message of this interaction is sent. */
export declare function sendAddress(system: System, interaction: Interaction): SendAddress;
/** Where `receiver` takes the messages of this interaction from. */
export declare function receiveAddress(system: System, interaction: Interaction, receiver: Contract): ReceiveAddress;
/** Where answers come back to: the caller of a request, the provider of a gathered event. Undefined where nothing is awaited or the protocol answers itself. */
export declare function replyAddress(system: System, interaction: Interaction, asker: Contract): ReplyAddress | undefined;
