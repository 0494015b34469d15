import { type Pointer, pointerSegments } from '../../source/pointer.ts';

/** What is read of a value: all of it, or only what stands at some steps below it. */
export type Read = 'all' | ReadPaths;

/** The steps of pointers, put together: what is read below each. Never empty. */
export type ReadPaths = ReadonlyMap<string, Read>;

/** What some pointers into a value read of it. A pointer reads everything below its end, so one that leads further adds nothing. */
export function readPaths(pointers: readonly Pointer[]): Read {
  return joinWays(pointers.map(pointerSegments));
}

/** The steps that are read in the order in which `names` has them, and after them those that it has not. */
export function stepsInOrder(read: ReadPaths, names: readonly string[]): readonly (readonly [string, Read])[] {
  const known = names.flatMap((name): readonly (readonly [string, Read])[] => {
    const below = read.get(name);
    return below === undefined ? [] : [[name, below]];
  });
  return [...new Map([...known, ...read])];
}

function joinWays(ways: readonly (readonly string[])[]): Read {
  const steps = new Map<string, (readonly string[])[]>();
  for (const [step, ...rest] of ways) {
    if (step === undefined) return 'all';
    steps.set(step, [...(steps.get(step) ?? []), rest]);
  }
  return new Map([...steps].map(([step, rests]) => [step, joinWays(rests)]));
}
