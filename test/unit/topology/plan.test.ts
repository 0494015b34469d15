import { describe, expect, it } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import type { Approval } from '../../../src/topology/consent.ts';
import type { ActualTopology, Topology } from '../../../src/topology/model.ts';
import { planTopology } from '../../../src/topology/plan.ts';
import { heedRemarks } from '../../../src/topology/remarks.ts';
import { type Step, stepsOf } from '../../../src/topology/steps.ts';
import { bindingOf, found, line, state, summary, topology, wanted } from './resources.ts';

function plan(desired: Topology, actual: ActualTopology, allow: readonly Approval[] = []) {
  return planTopology(desired, actual, rabbitmqSpec, { project: 'shop', allow, target: 'file bus' });
}

describe('planTopology', () => {
  it('has nothing to do where everything is as it should be', () => {
    const result = plan(topology(wanted('queue', 'a', { durable: true })), state(found('queue', 'a', { durable: true }, 'shop')));
    expect(result).toEqual({ transport: 'bus', broker: 'rabbitmq', target: 'file bus', readHash: 'hash', phases: [], unchanged: 1 });
  });

  it('makes what is missing, with the line that asks for it and what it will be', () => {
    const result = plan(topology(wanted('queue', 'a', { durable: true }, { causes: [line(4), line(9)] })), state());
    expect(stepsOf(result)).toEqual([
      {
        action: 'create',
        resource: { kind: 'queue', name: 'a', attributes: { durable: true } },
        fields: [{ name: 'durable', to: true }],
        cause: line(4),
        risk: 'safe',
        waitsFor: [],
        needs: [],
      },
    ]);
  });

  it('goes through the phases forwards, and backwards for what goes, a queue together with its bindings', () => {
    const result = plan(
      topology(
        wanted('policy', 'msgctl.shop.p'),
        wanted('exchange', 'e'),
        wanted('queue', 'q'),
        wanted('binding', 'b', bindingOf('e', 'q').attributes),
      ),
      state(
        found('policy', 'msgctl.shop.old', {}, 'shop'),
        found('exchange', 'old-e', {}, 'shop'),
        found('queue', 'old-q', {}, 'shop'),
        bindingOf('old-e', 'old-q'),
      ),
      ['delete'],
    );
    expect(result.phases.map((phase) => phase.map(({ action, resource }) => `${action} ${resource.kind}`))).toEqual([
      ['create policy'],
      ['create exchange'],
      ['create queue'],
      ['create binding'],
      ['delete binding', 'delete queue'],
      ['delete exchange'],
      ['delete policy'],
    ]);
  });

  it('deletes only what it made and nobody asks for, and only with consent; a policy holds no messages and just goes', () => {
    const actual = state(
      found('queue', 'mine', {}, 'shop'),
      bindingOf('e', 'mine'),
      found('queue', 'foreign'),
      bindingOf('e', 'foreign'),
      found('queue', 'of-others', {}, 'blog'),
      found('policy', 'msgctl.shop.old', {}, 'shop'),
    );
    expect(summary(plan(topology(), actual))).toEqual([
      'delete binding/e → mine "" waits for delete',
      'delete queue/mine waits for delete',
      'delete policy/msgctl.shop.old',
    ]);
    expect(summary(plan(topology(), actual, ['delete']))).toEqual([
      'delete binding/e → mine ""',
      'delete queue/mine',
      'delete policy/msgctl.shop.old',
    ]);
  });

  it('unbinds a queue before it deletes it', () => {
    const actual = state(found('queue', 'mine', {}, 'shop'), bindingOf('e', 'mine'));
    const queue = stepsOf(plan(topology(), actual, ['delete'])).find(({ resource }) => resource.kind === 'queue');
    expect(queue).toMatchObject({ needs: ['binding/e → mine ""'], risk: 'data-loss', cause: 'not-in-contract' });
  });

  it('finds a binding that somebody added to a queue of ours', () => {
    const actual = state(found('queue', 'a', {}, 'shop'), bindingOf('stray', 'a', 'x'));
    expect(summary(plan(topology(wanted('queue', 'a')), actual))).toEqual(['delete binding/stray → a "x" waits for delete']);
  });

  it('makes anew what cannot change where it stands, with consent only, and says why', () => {
    const desired = topology(wanted('queue', 'a', { 'arguments.x-queue-type': 'quorum' }));
    const actual = { ...state(found('queue', 'a', { 'arguments.x-queue-type': 'classic' }, 'shop')), replacing: 'Files are patient.' };
    expect(stepsOf(plan(desired, actual))).toMatchObject([
      {
        action: 'migrate',
        waitsFor: ['migrate'],
        risk: 'duplicates',
        fields: [{ name: 'arguments.x-queue-type', from: 'classic', to: 'quorum' }],
        reason: 'RabbitMQ fixes x-queue-type when it makes a queue; it cannot change in place. Files are patient.',
      },
    ]);
    expect(stepsOf(plan(desired, actual, ['migrate']))).toMatchObject([{ action: 'migrate', waitsFor: [] }]);
  });

  it('changes a policy where it stands, and waits for consent where messages would be lost', () => {
    const policyOf = (length: number) => wanted('policy', 'msgctl.shop.p', { 'definition.max-length': length });
    const actual = state(found('policy', 'msgctl.shop.p', { 'definition.max-length': 20 }, 'shop'));
    expect(stepsOf(plan(topology(policyOf(10)), actual))).toMatchObject([{ action: 'change', risk: 'data-loss', waitsFor: ['delete'] }]);
    expect(stepsOf(plan(topology(policyOf(30)), actual))).toMatchObject([{ action: 'change', risk: 'safe', waitsFor: [] }]);
  });

  describe('what is there but not ours', () => {
    it.each([
      ['without a mark', undefined, /msgctl did not make it\. Take it over with "existing: adopt"/],
      ['of another project', 'blog', /Project "blog" owns it/],
    ])('is refused %s, even where it is just as wanted', (_, owner, reason) => {
      const result = plan(topology(wanted('queue', 'a', { durable: true })), state(found('queue', 'a', { durable: true }, owner)));
      expect(stepsOf(result)).toMatchObject([{ action: 'refuse', reason: expect.stringMatching(reason) }]);
    });

    it('refuses with it what needs it, and leaves the rest', () => {
      const binding = bindingOf('e', 'a');
      const result = plan(
        topology(
          wanted('exchange', 'e'),
          wanted('queue', 'a'),
          wanted('queue', 'b'),
          wanted('binding', binding.name, binding.attributes, { needs: ['exchange/e', 'queue/a'] }),
        ),
        state(found('queue', 'a')),
      );
      expect(stepsOf(result).map(({ action, resource, reason }) => [action, resource.name, reason])).toEqual([
        ['create', 'e', undefined],
        ['refuse', 'a', expect.stringContaining('msgctl did not make it')],
        ['create', 'b', undefined],
        ['refuse', 'e → a ""', 'It needs queue a, which is refused.'],
      ]);
    });
  });

  describe('existing: keep', () => {
    const kept = (attributes: Record<string, string>) => topology(wanted('queue', 'a', attributes, { existing: 'keep' }));

    it.each([
      ['is nothing to do where it is as said, whoever made it', { x: '1' }, state(found('queue', 'a', { x: '1', y: '2' }, 'blog')), []],
      ['is refused where it is missing', {}, state(), [/is not there/]],
      ['is refused where it is otherwise', { x: '1' }, state(found('queue', 'a', { x: '2' })), [/not as the contract says/]],
    ])('%s', (_, attributes, actual, reasons) => {
      expect(stepsOf(plan(kept(attributes), actual))).toMatchObject(
        reasons.map((reason) => ({ action: 'refuse', reason: expect.stringMatching(reason) })),
      );
    });

    it('leaves the other bindings of such a queue', () => {
      expect(summary(plan(kept({}), state(found('queue', 'a'), bindingOf('e', 'a'))))).toEqual([]);
    });
  });

  describe('existing: adopt', () => {
    const adopting = topology(wanted('queue', 'a', { x: '1' }, { existing: 'adopt' }));

    it('takes over what carries no mark, once', () => {
      expect(stepsOf(plan(adopting, state(found('queue', 'a', { x: '1', y: '2' }))))).toMatchObject([
        { action: 'change', risk: 'safe', fields: [{ name: 'owner', to: 'shop' }], reason: 'msgctl takes it over.' },
      ]);
      expect(summary(plan(adopting, state(found('queue', 'a', { x: '1', y: '2' }, 'shop'))))).toEqual([]);
    });

    it('makes it where it is missing, and refuses it where another project owns it', () => {
      expect(summary(plan(adopting, state()))).toEqual(['create queue/a']);
      expect(summary(plan(adopting, state(found('queue', 'a', { x: '1' }, 'blog'))))).toEqual(['refuse queue/a']);
    });

    it('offers to take away bindings that no contract asks for', () => {
      const actual = state(found('queue', 'a', { x: '1' }), bindingOf('e', 'a'));
      expect(summary(plan(adopting, actual))).toEqual(['change queue/a', 'delete binding/e → a "" waits for delete']);
    });
  });

  describe('what a target does not carry out', () => {
    const cannot = { migrate: 'Here no queue is made anew.', delete: 'Here nothing is taken away.' };

    it('refuses what could only be made anew, whatever is allowed, with both reasons and what differs', () => {
      const desired = topology(
        wanted('queue', 'a', { 'arguments.x-queue-type': 'quorum' }),
        wanted('binding', 'b', bindingOf('e', 'a').attributes, { needs: ['queue/a'] }),
      );
      const actual = { ...state(found('queue', 'a', { 'arguments.x-queue-type': 'classic' }, 'shop')), cannot };
      expect(stepsOf(plan(desired, actual, ['migrate']))).toMatchObject([
        {
          action: 'refuse',
          risk: 'safe',
          waitsFor: [],
          fields: [{ name: 'arguments.x-queue-type', from: 'classic', to: 'quorum' }],
          reason: 'RabbitMQ fixes x-queue-type when it makes a queue; it cannot change in place. Here no queue is made anew.',
        },
        { action: 'refuse', reason: 'It needs queue a, which is refused.' },
      ]);
    });

    it('still changes what changes where it stands', () => {
      const desired = topology(wanted('policy', 'msgctl.shop.p', { 'definition.max-length': 20 }));
      const actual = { ...state(found('policy', 'msgctl.shop.p', { 'definition.max-length': 10 }, 'shop')), cannot };
      expect(summary(plan(desired, actual))).toEqual(['change policy/msgctl.shop.p']);
    });

    it('refuses deletions that would need consent, and does those that need none', () => {
      const actual = {
        ...state(found('queue', 'mine', {}, 'shop'), bindingOf('e', 'mine'), found('policy', 'msgctl.shop.p', {}, 'shop')),
        cannot,
      };
      const result = plan(topology(), actual, ['delete']);
      expect(summary(result)).toEqual(['refuse binding/e → mine ""', 'refuse queue/mine', 'delete policy/msgctl.shop.p']);
      expect(stepsOf(result)[1]).toMatchObject({
        reason: 'Made or taken over by msgctl, no longer in any contract. Here nothing is taken away.',
        risk: 'safe',
        cause: 'not-in-contract',
        needs: [],
      });
    });

    it('asks for consent as ever for the kinds that it does not name', () => {
      const actual = { ...state(found('queue', 'mine', {}, 'shop')), cannot: { migrate: cannot.migrate } };
      expect(summary(plan(topology(), actual))).toEqual(['delete queue/mine waits for delete']);
    });
  });

  it('is plain data', () => {
    const result = plan(topology(wanted('queue', 'a', { durable: true })), state(found('queue', 'b', {}, 'shop')));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('takes a resource called like a property of every object for what it is', () => {
    const name = '__proto__';
    const result = plan(topology(wanted('queue', name)), state(found('queue', 'constructor', {}, 'shop')));
    expect(summary(result)).toEqual(['create queue/__proto__', 'delete queue/constructor waits for delete']);
  });
});

describe('heedRemarks', () => {
  const binding = bindingOf('e', 'a');
  const desired = topology(
    wanted('exchange', 'e', { type: 'topic' }),
    wanted('queue', 'a', { durable: true }),
    wanted('queue', 'b'),
    wanted('binding', binding.name, binding.attributes, { needs: ['exchange/e', 'queue/a'] }),
  );
  const whole = plan(desired, state(found('queue', 'gone', {}, 'shop')));
  const stepOf = (key: string) => stepsOf(whole).filter(({ resource }) => `${resource.kind}/${resource.name}` === key);

  it('is the same plan where nothing is refused', () => {
    expect(heedRemarks(whole, [])).toBe(whole);
  });

  it('refuses the step with the reason of the broker, what needs it, and nothing else', () => {
    const result = heedRemarks(
      whole,
      stepOf('queue/a').map((step) => ({ step, reason: 'The broker has no room.' })),
    );
    expect(stepsOf(result).map(({ action, resource, reason }) => [action, resource.name, reason])).toEqual([
      ['create', 'e', undefined],
      ['refuse', 'a', 'The broker has no room.'],
      ['create', 'b', undefined],
      ['refuse', 'e → a ""', 'It needs queue a, which is refused.'],
      ['delete', 'gone', 'Made or taken over by msgctl, no longer in any contract.'],
    ]);
    expect(result).toMatchObject({ readHash: 'hash', unchanged: whole.unchanged });
  });

  it('lists nothing of what is not made, and waits for no consent', () => {
    const result = heedRemarks(
      whole,
      [...stepOf('queue/a'), ...stepOf('queue/gone')].map((step) => ({ step, reason: 'No.' })),
    );
    const refused = stepsOf(result).filter(({ reason }) => reason === 'No.');
    expect(refused).toMatchObject([
      { action: 'refuse', fields: [], risk: 'safe', waitsFor: [] },
      { action: 'refuse', fields: [], risk: 'safe', waitsFor: [] },
    ]);
  });

  it('keeps how what is there differs', () => {
    const change = plan(
      topology(wanted('policy', 'msgctl.shop.p', { 'definition.max-length': 20 })),
      state(found('policy', 'msgctl.shop.p', { 'definition.max-length': 10 }, 'shop')),
    );
    const result = heedRemarks(
      change,
      stepsOf(change).map((step) => ({ step, reason: 'No.' })),
    );
    expect(stepsOf(result)).toMatchObject([
      { action: 'refuse', fields: [{ name: 'definition.max-length', from: 10, to: 20 }], reason: 'No.' },
    ]);
  });

  it('keeps the reason of what was refused already', () => {
    const foreign = plan(topology(wanted('queue', 'a')), state(found('queue', 'a')));
    const result = heedRemarks(
      foreign,
      stepsOf(foreign).map((step) => ({ step, reason: 'No.' })),
    );
    expect(result).toEqual(foreign);
  });

  it('asks for one consent more before a log goes', () => {
    const stream = found('queue', 's', { 'arguments.x-queue-type': 'stream' }, 'shop');
    expect(summary(plan(topology(), state(stream)))).toEqual(['delete queue/s waits for delete waits for delete-log']);
    expect(summary(plan(topology(), state(stream), ['delete']))).toEqual(['delete queue/s waits for delete-log']);
    expect(summary(plan(topology(), state(stream), ['delete', 'delete-log']))).toEqual(['delete queue/s']);
  });

  it('tells what stands in the way of a step, with the risk that it has as things are', () => {
    const [step] = stepOf('queue/gone') as [Step];
    const result = heedRemarks(whole, [{ step, reason: 'It holds 3 messages.', refuses: false, risk: 'safe' }]);
    expect(stepsOf(result).at(-1)).toEqual({
      ...step,
      reason: 'Made or taken over by msgctl, no longer in any contract. It holds 3 messages.',
      risk: 'safe',
    });
    expect(stepsOf(result).slice(0, -1)).toEqual(stepsOf(whole).slice(0, -1));
  });
});
