import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSession, shownPath } from '../../../src/cli/session.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { NO_FLAGS, testHost } from './fixtures.ts';

describe('work that takes long', () => {
  afterEach(() => vi.useRealTimers());

  test.each([
    ['is told of after a second on a terminal', true, 1_500, 'Reading the targets …\n'],
    ['is not told of when it is quick', true, 500, ''],
    ['is not told of where nobody looks', false, 60_000, ''],
    ['is told of everywhere where others are waited for', false, 1_500, 'Reading the targets …\n', 'everywhere'],
  ] as const)('%s', async (...[, isTerminal, takes, told, where]) => {
    vi.useFakeTimers();
    const host = testHost('.');
    const session = openSession({ ...host, journey: { ...host.journey, isTerminal } }, NO_FLAGS, '0');
    const work = session.during('Reading the targets', new Promise((resolve) => setTimeout(resolve, takes, 'done')), where);
    await vi.advanceTimersByTimeAsync(takes);
    expect(await work).toBe('done');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(host.stderr()).toBe(told);
  });
});

test('--quiet says nothing on the way', () => {
  const host = testHost('.');
  openSession(host, { ...NO_FLAGS, quiet: true }, '0').tell('a word');
  openSession(host, NO_FLAGS, '0').tell('another');
  expect(host.stderr()).toBe('another\n');
});

test.each(['json', '=out.json', 'json=', 'json=-', 'html=out', '__proto__=x'])(
  '--report %s is refused before anything is done',
  (report) => {
    expect(() => openSession(testHost('.'), { ...NO_FLAGS, report: [report] }, '0')).toThrow(Failure);
  },
);

test('--report names each file once', () => {
  expect(() => openSession(testHost('.'), { ...NO_FLAGS, report: ['json=x', 'sarif=x'] }, '0')).toThrow('names x twice');
});

test.each([
  ['/p', 'contracts/a.yaml', 'contracts/a.yaml'],
  ['/p/contracts', 'contracts/a.yaml', 'a.yaml'],
  ['/p/other', 'contracts/a.yaml', '../contracts/a.yaml'],
  ['/', 'a.yaml', 'p/a.yaml'],
])('from %s the file %s is shown as %s', (cwd, file, shown) => {
  expect(shownPath(cwd, '/p', file)).toBe(shown);
});
