import type { Transport } from '../contract/model.ts';
import type { BrokerAdmin, BrokerSpec } from '../topology/port.ts';

/** One transport with what it points at, opened. */
export type Target = {
  readonly transport: Transport;
  readonly spec: BrokerSpec;
  readonly admin: BrokerAdmin;
  /** How the target is called for people; a live broker tells only when it has been read. */
  readonly shown?: string;
};
