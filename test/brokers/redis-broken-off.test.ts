import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brokerOrSkip } from './broker-process.ts';
import { runMsgctl } from './command-line.ts';
import { openWay } from './cuttable-way.ts';
import { startRedis } from './redis.ts';

const started = brokerOrSkip(await startRedis({}), 'test/brokers/redis-broken-off', 'Run as root on Debian.');

/** More streams than one transaction makes, so that there is a middle. */
const EVENTS = 250;
/** What the way to the server adds to each answer, in milliseconds. */
const SLOWNESS = 500;

describe.skipIf(!started)('an apply that is broken off', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgctl-broken-off-'));

  beforeAll(() => {
    mkdirSync(join(folder, 'contracts'));
    const url = ['$', '{REDIS_URL}'].join('');
    writeFileSync(
      join(folder, 'msgctl.yaml'),
      JSON.stringify({ msgctl: 1, project: 'broken', transports: { quick: { kind: 'redis', url } } }),
    );
    const event = { pattern: 'publish-subscribe', via: 'quick', message: { type: 'object' }, delivery: { retain: '1h' } };
    const provides = Object.fromEntries(Array.from({ length: EVENTS }, (_, index) => [`ticked-${index}`, event]));
    writeFileSync(join(folder, 'contracts/clock.yaml'), JSON.stringify({ msgctl: 1, service: 'clock', version: '1.0.0', provides }));
    const uses = { 'clock.ticked-0': {} };
    writeFileSync(join(folder, 'contracts/ear.yaml'), JSON.stringify({ msgctl: 1, service: 'ear', version: '1.0.0', uses }));
  });

  beforeEach(async () => void (await started?.broker.run('FLUSHALL')));

  afterAll(async () => {
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('by Ctrl-C finishes what is in flight, ends with 130, and is finished by a second run', async () => {
    const { events, code } = await provision((child) => void child.kill('SIGINT'));
    expect(code).toBe(130);
    expect(events.at(-1)).toMatchObject({ event: 'done', outcome: 'interrupted', failed: 0 });
    const made = Number(events.at(-1)?.applied);
    expect(made).toBeGreaterThanOrEqual(200);
    expect(Number(events.at(-1)?.skipped)).toBeGreaterThan(0);
    await finishes(made);
  }, 120_000);

  it('by a connection that is cut names each step that failed, ends with 3, and is finished by a second run', async () => {
    const { events, code } = await provision((_, way) => way.cut());
    expect(code).toBe(3);
    expect(events.at(-1)).toMatchObject({ event: 'done', outcome: 'incomplete', applied: 200 });
    const failed = events.filter(({ event }) => event === 'step-failed');
    // The streams that were on their way, and the group of one that was made before.
    expect(failed.map(({ resource }) => (resource as { readonly kind: string }).kind).sort()).toEqual([
      'group',
      ...Array.from({ length: EVENTS + 2 - 200 }, () => 'stream'),
    ]);
    for (const { resource, message } of failed) {
      expect(resource).toEqual({ kind: expect.any(String), name: expect.stringMatching(/^(?:clock|ear)\./) });
      expect(message).toMatch(/^The connection to Redis was lost before it answered/);
    }
    // Its lock ends by itself, here somewhat sooner than after 30 seconds.
    expect(await runMsgctl(folder, ['provision', '--yes'], { REDIS_URL: started?.broker.url })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error locked\n {2}Transport "quick": another run is provisioning project "broken" there: .*, process \d+, since /m,
      ),
    });
    await started?.broker.run('PEXPIRE', 'msgctl:lock:broken:quick', '1');
    await finishes(200);
  }, 120_000);

  /** Provisions over a slow way; `act` once the first step is done. */
  async function provision(act: (child: ReturnType<typeof spawn>, way: Awaited<ReturnType<typeof openWay>>) => void) {
    const way = await openWay(started?.broker.url ?? '', SLOWNESS);
    const words = [join(import.meta.dirname, '../../bin/run.js'), 'provision', '--yes', '--format', 'jsonl'];
    const env = { ...process.env, REDIS_URL: `redis://${way.host}` };
    const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let hasActed = false;
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      if (hasActed || !text.includes('"step-finished"')) return;
      hasActed = true;
      act(child, way);
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    way.cut();
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    return { events, code };
  }

  async function finishes(made: number): Promise<void> {
    const variables = { REDIS_URL: started?.broker.url };
    const second = await runMsgctl(folder, ['provision', '--yes'], variables);
    expect(second.code, second.stderr).toBe(0);
    const [, applied] = /Applied (\d+) of \1 steps\.\n$/.exec(second.stdout) ?? [];
    // What was lost may have been done all the same.
    expect(Number(applied)).toBeLessThanOrEqual(EVENTS + 4 - made);
    expect(await runMsgctl(folder, ['plan', '--exit-code'], variables)).toMatchObject({ code: 0 });
  }
});
