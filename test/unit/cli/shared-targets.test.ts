import { describe, expect, it } from 'vitest';
import { rabbitmqSpec } from '../../../src/brokers/rabbitmq/spec.ts';
import { type Found, refuseSharedTargets } from '../../../src/cli/shared-targets.ts';
import type { System } from '../../../src/contract/system.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import type { ActualResource } from '../../../src/topology/model.ts';
import { loadSystem } from '../../support/load-system.ts';
import { memoryBroker } from './memory-broker.ts';

const contract = {
  msgctl: 1,
  service: 'clock',
  version: '1.0.0',
  provides: Object.fromEntries(
    ['one', 'other', 'third'].map((via) => [`ticked-${via}`, { pattern: 'publish-subscribe', via, message: { type: 'object' } }]),
  ),
};

type Options = Readonly<Record<'one' | 'other' | 'third', JsonObject>>;

async function system(options: Options): Promise<System> {
  const transports = Object.fromEntries(Object.entries(options).map(([name, more]) => [name, { kind: 'rabbitmq', ...more }]));
  return loadSystem({
    'msgctl.yaml': JSON.stringify({ msgctl: 1, project: 'shop', transports }),
    'contracts/clock.yaml': JSON.stringify(contract),
  });
}

function found(of: System, names: readonly string[], more: { readonly hash?: string; readonly owner?: string } = {}): readonly Found[] {
  return of.project.transports
    .filter(({ name }) => names.includes(name))
    .map((transport, index) => {
      const resource: ActualResource = { kind: 'queue', name: 'q', attributes: {}, ...(more.owner && { owner: more.owner }) };
      const target = { transport, spec: rabbitmqSpec, admin: memoryBroker() };
      return { target, actual: { resources: [resource], readHash: more.hash ?? String(index) } };
    });
}

const apart = { one: { url: 'amqp://a:b@host/x' }, other: { url: 'amqp://a:b@host/y' }, third: { target: 'file:topology' } };
const told = (one: string, other: string) => `Transports "${one}" and "${other}" are the same place on one broker.`;

describe('two transports of a project', () => {
  it('may be different places, also on one broker, and those of brokers that are called and look alike by chance', async () => {
    const project = await system(apart);
    refuseSharedTargets(project, found(project, ['one', 'other', 'third']));
    refuseSharedTargets(project, found(project, ['one', 'other'], { hash: 'same' }));
    refuseSharedTargets(project, found(project, ['one', 'other'], { owner: 'shop' }));
  });

  it('are refused as one address, whoever logs in there and whichever is looked at', async () => {
    const project = await system({ ...apart, other: { url: 'amqp://c:secret@host/x?heartbeat=5' } });
    for (const names of [['one', 'other'], ['one'], ['other']]) {
      expect(() => refuseSharedTargets(project, found(project, names))).toThrow(told('one', 'other'));
    }
    expect(() => refuseSharedTargets(project, found(project, ['third']))).not.toThrow();
  });

  it('are refused where both show the same things and some are the project’s', async () => {
    const project = await system(apart);
    expect(() => refuseSharedTargets(project, found(project, ['one', 'other'], { hash: 'same', owner: 'shop' }))).toThrow(
      told('one', 'other'),
    );
    expect(() => refuseSharedTargets(project, found(project, ['one', 'other'], { hash: 'same', owner: 'bakery' }))).not.toThrow();
  });

  it('are files of their own where they are files', async () => {
    const project = await system({ ...apart, one: { target: 'file:topology' }, other: { target: 'file:topology' } });
    expect(() => refuseSharedTargets(project, found(project, ['one', 'other', 'third'], { hash: 'same', owner: 'shop' }))).not.toThrow();
  });
});
