/**
 * Timers for as many deadlines as there are calls: one timer of the system looks after all of them every few milliseconds, since one for each costs more
 * than a call's own book-keeping. They act up to a tick late, and never early.
 */

/** How often is looked (milliseconds). */
const TICK = 25;

/** Something that is due. */
type Due = { readonly act: () => void; readonly foreground: boolean; readonly tick: number };

const due = new Map<number, Set<Due>>();
let foreground = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let swept = 0;

/** Calls back once, after that many milliseconds, unless the returned function is called before. In the background it does not keep the process alive. */
export function wheel(milliseconds: number, act: () => void, background: boolean): () => void {
  const now = performance.now();
  if (due.size === 0) swept = Math.floor(now / TICK);
  // Rounded up, and never into a tick that was swept.
  const one: Due = { act, foreground: !background, tick: Math.max(Math.ceil((now + milliseconds) / TICK), swept + 1) };
  const together = due.get(one.tick);
  if (together) together.add(one);
  else due.set(one.tick, new Set([one]));
  if (one.foreground) foreground += 1;
  keepTurning();
  return () => remove(one);
}

function remove(one: Due): void {
  const together = due.get(one.tick);
  if (!together?.delete(one)) return;
  if (together.size === 0) due.delete(one.tick);
  if (one.foreground) foreground -= 1;
  if (foreground === 0) timer?.unref();
}

function keepTurning(): void {
  timer ??= setTimeout(turn, TICK);
  if (foreground > 0) timer.ref();
  else timer.unref();
}

function turn(): void {
  timer = undefined;
  const now = Math.floor(performance.now() / TICK);
  // After a long pause of the process there are more ticks than there is anything due.
  const ticks = now - swept > due.size ? [...due.keys()].filter((tick) => tick <= now).sort((a, b) => a - b) : ticksBetween(swept, now);
  swept = now;
  for (const tick of ticks) {
    for (const one of [...(due.get(tick) ?? [])]) {
      remove(one);
      one.act();
    }
  }
  if (due.size > 0) keepTurning();
}

function ticksBetween(after: number, until: number): readonly number[] {
  return Array.from({ length: Math.max(0, until - after) }, (_, index) => after + 1 + index);
}
