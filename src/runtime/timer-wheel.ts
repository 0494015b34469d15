/**
 * Timers for as many deadlines as there are calls: one timer of the system looks after all of them every few milliseconds, since one for each costs more
 * than a call's own book-keeping. They act up to a tick late, and never early.
 */

/** How often is looked (milliseconds). */
const TICK = 25;

/** Something that is due. */
class Due {
  readonly act: () => void;
  readonly isForeground: boolean;
  readonly tick: number;

  constructor(act: () => void, isForeground: boolean, tick: number) {
    this.act = act;
    this.isForeground = isForeground;
    this.tick = tick;
  }

  /** It is not due any more. */
  cancel(): void {
    const together = due.get(this.tick);
    if (!together?.delete(this)) return;
    if (together.size === 0) due.delete(this.tick);
    if (this.isForeground) foreground -= 1;
  }
}

const due = new Map<number, Set<Due>>();
let foreground = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let isHolding = false;
let swept = 0;

/** Calls back once, after that many milliseconds, unless cancelled before. In the background it does not keep the process alive. */
export function wheel(milliseconds: number, act: () => void, background: boolean): { cancel(): void } {
  const now = performance.now();
  if (due.size === 0) swept = Math.floor(now / TICK);
  // Rounded up, and never into a tick that was swept.
  const one = new Due(act, !background, Math.max(Math.ceil((now + milliseconds) / TICK), swept + 1));
  const together = due.get(one.tick);
  if (together) together.add(one);
  else due.set(one.tick, new Set([one]));
  if (one.isForeground) foreground += 1;
  keepTurning();
  return one;
}

/** Holds the process as long as something in the foreground is due; where nothing is any more, that is noticed at the next tick. */
function keepTurning(): void {
  if (timer && (isHolding || foreground === 0)) return;
  timer ??= setTimeout(turn, TICK);
  isHolding = foreground > 0;
  if (isHolding) timer.ref();
  else timer.unref();
}

function turn(): void {
  timer = undefined;
  const now = Math.floor(performance.now() / TICK);
  // After a long pause of the process there are more ticks than there is anything due.
  const ticks = now - swept > due.size ? [...due.keys()].filter((tick) => tick <= now).sort((a, b) => a - b) : ticksBetween(swept, now);
  swept = now;
  for (const tick of ticks) {
    const together = due.get(tick);
    for (const one of together ? [...together] : []) {
      // One that acted before it may have cancelled it.
      if (!together?.has(one)) continue;
      one.cancel();
      one.act();
    }
  }
  if (due.size > 0) keepTurning();
}

function ticksBetween(after: number, until: number): readonly number[] {
  return Array.from({ length: Math.max(0, until - after) }, (_, index) => after + 1 + index);
}
