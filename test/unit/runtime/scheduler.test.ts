import { expect, test } from 'vitest';
import { manualClock } from '../../../src/runtime/memory.ts';
import { createScheduler, DONE, type Done } from '../../../src/runtime/receiving/scheduler.ts';

type Job = { readonly name: string; readonly key: string | undefined };

/** A scheduler whose jobs end when a test says so. */
function open(concurrent: number) {
  const clock = manualClock();
  const begun: string[] = [];
  const dropped: string[] = [];
  const ends = new Map<string, (done: Done) => void>();
  const scheduler = createScheduler<Job>(clock, concurrent, {
    run: ({ name }) => {
      begun.push(name);
      return new Promise((end) => ends.set(name, end));
    },
    drop: ({ name }) => void dropped.push(name),
  });
  const submit = (...names: readonly string[]) => {
    // `chair 1` has the key `chair`; `1` has none.
    for (const name of names) scheduler.submit({ name, key: name.includes(' ') ? name.split(' ')[0] : undefined });
  };
  const end = async (name: string, how: Done = DONE) => {
    ends.get(name)?.(how);
    await clock.advance(0);
  };
  return { clock, begun, dropped, scheduler, submit, end };
}

test('as many are done at once as may be, what has the same key one after the other', async () => {
  const { begun, scheduler, submit, end } = open(2);
  submit('chair 1', 'chair 2', 'table 1', '1', 'chair 3');
  expect(begun).toEqual(['chair 1', 'table 1']);
  await end('table 1');
  expect(begun).toEqual(['chair 1', 'table 1', '1']);
  await end('1');
  expect(begun, 'a place is free, and nothing but what has to wait').toEqual(['chair 1', 'table 1', '1']);
  await end('chair 1');
  await end('chair 2');
  expect(begun.slice(3)).toEqual(['chair 2', 'chair 3']);
  await end('chair 3');
  expect(scheduler.active).toBe(0);
});

test('what is done again later holds its key, and gives its place to others', async () => {
  const { clock, begun, submit, end } = open(1);
  submit('chair 1', 'chair 2', 'table 1');
  await end('chair 1', { again: 100 });
  expect(begun).toEqual(['chair 1', 'table 1']);
  await end('table 1');
  await clock.advance(99);
  expect(begun).toEqual(['chair 1', 'table 1']);
  await clock.advance(1);
  await end('chair 1');
  expect(begun).toEqual(['chair 1', 'table 1', 'chair 1', 'chair 2']);
});

test('once it stops it begins nothing, drops what waits in its order, and ends with what has begun', async () => {
  const { clock, begun, dropped, scheduler, submit, end } = open(1);
  submit('chair 1', 'chair 2', 'chair 3', '1');
  await end('chair 1', { again: 1000 });
  expect(begun).toEqual(['chair 1', '1']);
  let stopped = false;
  const stopping = scheduler.stop().then(() => {
    stopped = true;
  });
  submit('late');
  await clock.advance(5000);
  expect({ begun, dropped, stopped }).toEqual({
    begun: ['chair 1', '1'],
    dropped: ['chair 1', 'chair 2', 'chair 3', 'late'],
    stopped: false,
  });
  await end('1', { again: 10 });
  await stopping;
  await clock.advance(5000);
  expect(dropped.at(-1), 'what was to be done again is not').toBe('1');
  expect(begun.length).toBe(2);
});

test('with no place nothing is begun, and all goes on where there are some again', async () => {
  const { begun, scheduler, submit, end } = open(3);
  scheduler.allow(0);
  submit('1', '2', '3');
  expect(begun).toEqual([]);
  scheduler.allow(1);
  expect(begun).toEqual(['1']);
  await end('1');
  expect(begun).toEqual(['1', '2']);
  scheduler.allow(3);
  expect(begun).toEqual(['1', '2', '3']);
});
