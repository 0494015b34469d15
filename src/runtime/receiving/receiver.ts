/** What all that receives in one process works with. */
import type { Clock } from '../clock.ts';
import type { DeduplicationStore } from '../deduplication.ts';
import type { SafeTelemetry } from '../telemetry.ts';
import type { Link } from '../transport.ts';
import type { KillSwitchPolicy } from './kill-switch.ts';

/** One service receiving over one transport. */
export type Receiver = {
  readonly service: string;
  readonly instance: string;
  /** Of its contract. */
  readonly version: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly telemetry: SafeTelemetry;
  readonly deduplication: DeduplicationStore;
  readonly killSwitch: KillSwitchPolicy;
  /** Milliseconds after which a handler of a message that nobody waits for is given up. */
  readonly handlerTimeout: number;
  /** Aborted when handlers are to end, since the service stops and has waited long enough. */
  readonly stopping: AbortSignal;
};
