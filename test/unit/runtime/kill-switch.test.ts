import { expect, test } from 'vitest';
import { manualClock } from '../../../src/runtime/memory.ts';
import { createKillSwitch } from '../../../src/runtime/receiving/kill-switch.ts';

const POLICY = { messages: 10, within: 1000, failing: 0.5, rest: 300 };

function open() {
  const clock = manualClock();
  const said: string[] = [];
  const kill = createKillSwitch(clock, POLICY, {
    rest: (failed, of) => said.push(`rest ${failed}/${of}`),
    probe: () => said.push('probe'),
    resume: () => said.push('resume'),
  });
  const note = (outcome: 'handled' | 'failed', times = 1) => {
    for (let time = 0; time < times; time += 1) kill.note(outcome);
  };
  return { clock, said, kill, note };
}

test('rests where more than so many of so many fail, and not before', async () => {
  const { clock, said, note } = open();
  note('failed', 5);
  note('handled', 5);
  expect(said, 'half of them is not more than half').toEqual([]);
  await clock.advance(1001);
  note('failed', 9);
  expect(said, 'what is long ago does not count').toEqual([]);
  note('failed');
  expect(said).toEqual(['rest 10/10']);
});

test('tries one after the rest: what fails makes it rest again, what does not ends it', async () => {
  const { clock, said, note } = open();
  note('failed', 10);
  note('failed', 10);
  await clock.advance(300);
  expect(said).toEqual(['rest 10/10', 'probe']);
  note('failed');
  expect(said.slice(2)).toEqual(['rest 1/1']);
  await clock.advance(300);
  note('handled');
  expect(said.slice(3)).toEqual(['probe', 'resume']);
  note('failed', 9);
  expect(said.length, 'it counts from the beginning').toBe(5);
});

test('does nothing more once it is stopped', async () => {
  const { clock, said, kill, note } = open();
  note('failed', 10);
  kill.stop();
  await clock.advance(5000);
  note('failed', 20);
  note('handled');
  expect(said).toEqual(['rest 10/10']);
});
