import { describe, expect, it } from 'vitest';
import { redisCommandsFormat } from '../../../src/brokers/file/redis-commands.ts';
import { literally, rulesOf, selectorOf, spelledOut, wordsIn, wordsOf } from '../../../src/brokers/redis/acl-rules.ts';
import { redisSpec } from '../../../src/brokers/redis/spec.ts';
import { compareUsers, foundUser, settingOf } from '../../../src/brokers/redis/user-rights.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { Resource, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { stepsOf } from '../../../src/topology/steps.ts';
import { desiredOn, shop } from './shop.ts';

describe('the rules of an ACL', () => {
  it.each([
    ['what allows nothing', '-@all', { commands: [], keys: [], channels: [] }],
    ['a list, in any order', '+xadd +get ~b ~a', { commands: ['get', 'xadd'], keys: ['~a', '~b'], channels: [] }],
    ['what is taken back', '+get +set -get', { commands: ['set'], keys: [], channels: [] }],
    ['what was never given', '-@all -xadd +xread', { commands: ['xread'], keys: [], channels: [] }],
    ['a subcommand of what is given whole', '+xinfo +xinfo|groups', { commands: ['xinfo'], keys: [], channels: [] }],
    ['a whole after its parts', '+xinfo|groups +xinfo', { commands: ['xinfo'], keys: [], channels: [] }],
    ['a whole without a part', '+xinfo -xinfo|groups', { commands: ['+xinfo', '-xinfo|groups'], keys: [], channels: [] }],
    ['everything but a category', '+@all -@dangerous', { commands: ['+@all', '-@dangerous'], keys: [], channels: [] }],
    ['everything, and more', '+@all +get', { commands: ['+@all'], keys: [], channels: [] }],
    ['nothing after everything', 'allcommands allkeys nocommands resetkeys', { commands: [], keys: [], channels: [] }],
    ['reading and writing', '%R~a %W~a %R~b', { commands: [], keys: ['%R~b', '~a'], channels: [] }],
    ['all keys, and one', '~a ~*', { commands: [], keys: ['~*'], channels: [] }],
    ['channels', '&b &a', { commands: [], keys: [], channels: ['&a', '&b'] }],
    ['the name of an object', '+__proto__ ~__proto__', { commands: ['__proto__'], keys: ['~__proto__'], channels: [] }],
  ])('have one form: %s', (_, text, expected) => {
    const selector = selectorOf(wordsIn(text));
    expect(selector).toEqual(expected);
    expect(selectorOf(wordsOf(selector))).toEqual(selector);
  });

  it('have selectors, as one word or several; those that allow nothing are none', () => {
    const expected = { root: selectorOf(['+ping']), selectors: [selectorOf(['+get', '~a'])] };
    expect(rulesOf(['on', '>secret', '+ping', '(+get ~a)', '(~b)'])).toEqual(expected);
    expect(rulesOf(['reset', '+ping', '(+set ~c)', 'clearselectors', '(+get', '~a)'])).toEqual(expected);
    expect(rulesOf(['+ping', '(+get ~a)', 'reset'])).toEqual({ root: selectorOf([]), selectors: [] });
  });

  it('say what a category holds, but where everything is allowed at first or nobody would read it', () => {
    const categories = new Map([
      ['transaction', ['multi', 'exec', 'discard', 'watch', 'unwatch']],
      ['read', Array.from({ length: 60 }, (_, index) => `read${index}`)],
    ]);
    const spelled = (text: string) => selectorOf(spelledOut(wordsIn(text), categories)).commands;
    expect(spelled('-@all +@transaction +info -watch -unwatch')).toEqual(['discard', 'exec', 'info', 'multi']);
    expect(spelled('+@read')).toEqual(['+@read']);
    expect(spelled('+@all -@transaction')).toEqual(['+@all', '-@transaction']);
    expect(spelled('+@unknown +get')).toEqual(['+@unknown', '+get']);
  });

  it('take a name for nothing but itself', () => {
    expect(literally(String.raw`{a}.b*c?d[e]\f`)).toBe(String.raw`{a}.b\*c\?d\[e\]\\f`);
  });
});

describe('the users of a Redis', () => {
  const users = async () =>
    desiredOn(await shop('redis', { transport: ", users: { '*': '{service}' }" })).filter(({ kind }) => kind === 'user');

  it('are none without a word', async () => {
    expect(desiredOn(await shop('redis')).filter(({ kind }) => kind === 'user')).toEqual([]);
  });

  it('may use another database only where the address names one', async () => {
    const at = async (url: string) => {
      const system = await shop('redis', { transport: ", users: { '*': '{service}' }" });
      const transports = system.project.transports.map((transport) => ({ ...transport, options: { url } }));
      const [user] = desiredOn({ ...system, project: { ...system.project, transports } }).filter(({ kind }) => kind === 'user');
      return [user?.attributes.commands].flat().includes('select');
    };
    expect(await Promise.all(['redis://localhost', 'redis://localhost/0', 'redis://localhost/4', 'no address'].map(at))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('may touch exactly the stream of a name, whatever is in it', async () => {
    const odd =
      '  moved: { pattern: publish-subscribe, via: bus, message: { type: object }, delivery: { retain: 1d }, address: { stream: "a*[b]?" } }';
    const system = await shop('redis', { transport: ", users: { '*': '{service}' }", orders: odd, billing: '  orders.moved: {}' });
    const found = desiredOn(system).filter(({ kind }) => kind === 'user');
    const [orders, billing] = ['orders', 'billing'].map((name) => found.find((user) => user.name === name));
    expect(orders?.attributes.send).toContain(String.raw`~a\*\[b\]\?`);
    expect(billing?.attributes.receive).toContain(String.raw`~a\*\[b\]\?`);
  });

  it('differ in nothing once they have what is asked for, also on a server that lacks what clients do without', async () => {
    for (const user of await users()) {
      expect(compareUsers(user, foundUser(user.name, rulesOf(settingOf(user))))).toEqual([]);
      const lacking = ['client|setinfo'];
      const old = foundUser(user.name, rulesOf(settingOf(user, lacking)), lacking);
      expect(compareUsers(user, old)).toEqual([]);
      expect(compareUsers(user, foundUser(user.name, rulesOf(settingOf(user, lacking)))).map(({ name }) => name)).toEqual(['commands']);
    }
  });

  it('differ in all that is too much or too little, whatever it is', async () => {
    const [user] = await users();
    if (!user) throw new Error('no user');
    const whole = settingOf(user);
    const differences = (...words: readonly string[]) =>
      compareUsers(user, foundUser(user.name, rulesOf([...whole, ...words]))).map(({ name }) => name);
    expect(differences('+get')).toEqual(['commands']);
    expect(differences('~a')).toEqual(['keys']);
    expect(differences('&a')).toEqual(['channels']);
    expect(differences('(+get ~a)')).toEqual(['(+get)']);
    expect(differences('(+get ~a)', '(+get ~b)')).toEqual(['(+get)', '(+get) 2']);
    expect(differences('(+get ~a &b)')).toEqual(['(+get &b)']);
    // The same as one of ours, for other keys: both together would allow more than each.
    expect(differences('(+xadd %W~a)')).toEqual(['add 2']);
    expect(differences('clearselectors').length).toBeGreaterThan(3);
    expect(differences('reset', 'on')).toContain('commands');
  });

  describe('in a file of commands', () => {
    const context = { path: 'bus.redis', project: 'shop', transport: 'bus', vhost: '' };

    async function planned(text: string | undefined, allow: readonly Approval[] = ['access'], resources?: Topology['resources']) {
      const topology: Topology = { transport: 'bus', broker: 'redis', resources: resources ?? (await users()) };
      const actual = { resources: text === undefined ? [] : redisCommandsFormat.read(text, context), readHash: '' };
      return stepsOf(planTopology(topology, actual, redisSpec, { project: 'shop', allow, target: 'here' }));
    }

    it('are made with all their rights, and then there is nothing to do', async () => {
      const text = redisCommandsFormat.write(undefined, await planned(undefined), context);
      expect(text).toContain('HSET msgctl:users orders shop\nACL SETUSER orders nocommands resetkeys resetchannels clearselectors ');
      expect(text).toContain('"(+xadd +xinfo|groups +xpending +xtrim ~orders.orders.archive.retry ~orders.placed)"');
      // Servers before 7.2 run no command with a word that they do not know.
      expect(text).not.toContain('setinfo');
      expect(await planned(text)).toEqual([]);
      expect(redisCommandsFormat.write(text, [], context)).toBe(text);
    });

    it('keep how they log in, and wait for consent as they are', async () => {
      const theirs = "ACL SETUSER orders on '>the secret' +@all ~*\nACL SETUSER nobody off\n";
      const waiting = (await planned(theirs, [])).find(({ resource }) => resource.name === 'orders');
      expect([waiting?.action, waiting?.waitsFor]).toEqual(['change', ['access']]);
      const text = redisCommandsFormat.write(theirs, await planned(theirs), context);
      expect(text).toContain('ACL SETUSER nobody off\n');
      expect(text).toContain('ACL SETUSER orders on ">the secret" nocommands ');
      expect(await planned(text)).toEqual([]);

      const byHand = text.replace(' nocommands ', ' +@all ~by-hand nocommands +get ');
      const stream: Resource = { kind: 'stream', name: 'some-stream', attributes: {} };
      const step = { ...(waiting as NonNullable<typeof waiting>), action: 'create', resource: stream, fields: [], waitsFor: [] } as const;
      const after = redisCommandsFormat.write(byHand, [step], context);
      expect(after.split('\n').sort()).toEqual([...byHand.split('\n'), 'HSET msgctl:owner some-stream shop'].sort());
    });

    it('keep what a reset says of how they log in', async () => {
      const theirs = "ACL SETUSER orders reset on '>new' +@all ~*\n";
      const text = redisCommandsFormat.write(theirs, await planned(theirs), context);
      expect(text).toContain('ACL SETUSER orders off resetpass sanitize-payload on ">new" nocommands ');
      expect(await planned(text)).toEqual([]);
    });

    it('lose their rights and nothing else when no contract names them', async () => {
      const theirs = "ACL SETUSER orders on '>secret' +@all ~*\n";
      const text = redisCommandsFormat.write(theirs, await planned(theirs), context);
      const gone = await planned(text, ['access'], []);
      expect(gone.map(({ action, resource }) => `${action} ${resource.name}`)).toEqual(['delete billing', 'delete orders']);
      expect(redisCommandsFormat.write(text, gone, context)).toBe('ACL SETUSER orders on ">secret"\n');
    });

    it('of another project are refused', async () => {
      const text = 'ACL SETUSER orders off\nHSET msgctl:users orders bakery\n';
      const [step] = await planned(text);
      expect(step).toMatchObject({ action: 'create', resource: { name: 'billing' } });
      expect((await planned(text)).find(({ resource }) => resource.name === 'orders')).toMatchObject({ action: 'refuse' });
    });
  });
});
