import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { planProject } from '../../../src/cli/plan-topology.ts';
import { loadOrder } from '../../../src/cli/saved-plan.ts';
import { type GlobalFlags, openSession } from '../../../src/cli/session.ts';
import type { Plan } from '../../../src/topology/steps.ts';
import { NO_FLAGS, projectCopy, testHost } from './fixtures.ts';

const { folder, remove } = projectCopy('provision');
afterAll(remove);

function session(flags: Partial<GlobalFlags> = {}) {
  const host = testHost(folder);
  return { host, session: openSession(host, { ...NO_FLAGS, ...flags }, '1.2.3') };
}

async function save(out: string, flags: Partial<GlobalFlags> = {}) {
  const { host, session: planning } = session({ env: 'offline', ...flags });
  await planProject(planning, { to: ['rabbit'], allow: [] }, { exitCode: false, out });
  const plans: readonly Plan[] = JSON.parse(readFileSync(join(folder, out), 'utf8')).plans;
  return { host, plans };
}

test('a saved plan brings its environment and its transports with it; consents are given when it is applied', async () => {
  await save('plan.json');
  const order = await loadOrder(session().session, 'plan.json', { to: [], allow: ['delete'] });
  expect(order.session.flags.env).toBe('offline');
  expect(order.wish).toEqual({ to: ['rabbit'], allow: ['delete'] });
});

test.each(['plan.json', "it's a plan.json"])('%s: what is told can be copied into a shell', async (name) => {
  const config = join(folder, 'msgctl.yaml');
  const quoted = name === 'plan.json' ? name : String.raw`'it'\''s a plan.json'`;
  const { host } = await save(name, { config });
  expect(host.stderr()).toBe(`Saved to ${name}; apply it with "msgctl provision ${quoted} --config ${config}".\n`);
  const order = await loadOrder(session({ config }).session, name, { to: [], allow: [] });
  expect(order.usedUp).toContain(`run "msgctl plan --config ${config} --env offline --to rabbit --out ${quoted}" again`);
});

test('a saved plan is what msgctl of this version saved', async () => {
  await save('plan.json');
  expect(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))).toMatchObject({
    formatVersion: '1.0',
    tool: { name: 'msgctl', version: '1.2.3' },
    project: 'shop',
    environment: 'offline',
    to: ['rabbit'],
  });
});

test('a stale plan is refused with a few of many differences', async () => {
  const { plans } = await save('plan.json');
  const order = await loadOrder(session().session, 'plan.json', { to: [], allow: [] });
  expect(() => order.checkPlans(plans)).not.toThrow();
  const [first] = plans;
  if (!first) throw new Error('There is no plan.');
  expect(() => order.checkPlans([{ ...first, phases: first.phases.slice(0, 1) }])).toThrow(/ 20 differences: (?:[^;]+; ){5}and 15 more\.$/);
  expect(() => order.checkPlans([{ ...first, phases: [] }])).toThrow('its targets are up to date already');
});

test.each([
  ['another environment', { env: 'production' }, [], '--env says "production"'],
  ['other transports', {}, ['rabbit', 'kafka'], '--to says kafka, rabbit'],
])('what contradicts it is refused: %s', async (_, flags, to, words) => {
  await save('plan.json');
  await expect(loadOrder(session(flags).session, 'plan.json', { to, allow: [] })).rejects.toThrow(words);
});

test('what repeats it is not', async () => {
  await save('plan.json');
  const { session: same } = session({ env: 'offline' });
  await expect(loadOrder(same, 'plan.json', { to: ['rabbit', 'rabbit'], allow: [] })).resolves.toBeDefined();
});
