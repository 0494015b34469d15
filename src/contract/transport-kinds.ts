import { addresses, kinds, options } from './generated/transport-kinds.js';
import type { TransportKind } from './model.ts';

/** Every kind of transport. */
export const TRANSPORT_KINDS: readonly TransportKind[] = kinds;

/** An option that only some kinds of transports have: where it stands in a transport, and who has it. */
export type TransportOption = {
  readonly path: readonly string[];
  readonly kinds: readonly TransportKind[];
  readonly lackedBy: readonly TransportKind[];
};

/** The options that not every kind has, as src/brokers/<kind>/options.json and its like describe them. */
export const TRANSPORT_OPTIONS: readonly TransportOption[] = options;

/** The keys of `address:` on each side, with the kinds of transports that have them. */
export const TRANSPORT_ADDRESSES: Readonly<Record<'provider' | 'receiver', Readonly<Record<string, readonly TransportKind[]>>>> = addresses;
