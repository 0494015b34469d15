/**
 * Stops a receiver whose messages keep failing, for then it is what they depend on that is down: going on would empty the queue into the dead letters.
 * After a rest a single message is tried, then all again.
 */
import type { Clock, Timer } from '../clock.ts';

/** When it stops, and for how long. Times in milliseconds. */
export type KillSwitchPolicy = {
  /** Of so many messages at least. */
  readonly messages: number;
  readonly within: number;
  /** What part of them failed, from 0 to 1. */
  readonly failing: number;
  readonly rest: number;
};

/** Where nothing else is said: a tenth of at least a hundred messages within a minute, and a minute's rest. */
export const DEFAULT_KILL_SWITCH: KillSwitchPolicy = { messages: 100, within: 60_000, failing: 0.1, rest: 60_000 };

/** What a switch acts on. */
export type Switched = {
  /** Nothing more is begun. */
  rest(failed: number, of: number): void;
  /** One message is tried. */
  probe(): void;
  /** As before. */
  resume(): void;
};

/** Watches outcomes. */
export interface KillSwitch {
  note(outcome: 'handled' | 'failed'): void;
  stop(): void;
}

/** Makes a switch. */
export function createKillSwitch(clock: Clock, policy: KillSwitchPolicy, switched: Switched): KillSwitch {
  let state: 'on' | 'resting' | 'probing' = 'on';
  let since = clock.now();
  let handled = 0;
  let failed = 0;
  let timer: Timer | undefined;

  const restart = () => {
    since = clock.now();
    handled = 0;
    failed = 0;
  };
  const rest = () => {
    state = 'resting';
    switched.rest(failed, handled + failed);
    timer = clock.after(
      policy.rest,
      () => {
        state = 'probing';
        switched.probe();
      },
      'background',
    );
    restart();
  };
  return {
    note(outcome) {
      if (state === 'resting') return;
      if (state === 'probing') {
        if (outcome === 'failed') {
          failed = 1;
          rest();
          return;
        }
        state = 'on';
        restart();
        switched.resume();
        return;
      }
      if (clock.now() - since > policy.within) restart();
      if (outcome === 'failed') failed += 1;
      else handled += 1;
      if (handled + failed >= policy.messages && failed > policy.failing * (handled + failed)) rest();
    },
    stop() {
      // Nothing that ends from now on switches anything.
      state = 'resting';
      timer?.cancel();
    },
  };
}
