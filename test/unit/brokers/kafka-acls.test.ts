import { describe, expect, it } from 'vitest';
import { type AclEntry, aclResources, entryOf } from '../../../src/brokers/kafka/acl-entries.ts';
import { changeRights } from '../../../src/brokers/kafka/admin/acls.ts';
import type { Connection } from '../../../src/brokers/kafka/admin/connection.ts';
import type { StepOutcome } from '../../../src/topology/port.ts';
import type { Step } from '../../../src/topology/steps.ts';

const LITERAL = { type: 'topic', pattern: 'literal', resource: 'orders.placed' } as const;
const PREFIXED = { type: 'group', pattern: 'prefixed', resource: 'shop.replies.' } as const;

describe('the entries of rights', () => {
  it.each<[string, AclEntry | undefined, Partial<AclEntry>]>([
    ['one name', entryOf('shop', LITERAL, 'Read'), { resourceType: 2, resourcePatternType: 3, operation: 3, permissionType: 3, host: '*' }],
    ['names that begin so', entryOf('shop', PREFIXED, 'Read'), { resourceType: 3, resourcePatternType: 4, resourceName: 'shop.replies.' }],
    ['what is forbidden', entryOf('shop', LITERAL, 'not Write from 10.0.0.1'), { operation: 4, permissionType: 2, host: '10.0.0.1' }],
    ['a word of a newer Kafka', entryOf('shop', LITERAL, 'number99'), { operation: 99 }],
  ])('stand for %s, and are read as what they were', (_, entry, expected) => {
    expect(entry).toMatchObject({ principal: 'User:shop', ...expected });
    const [read] = aclResources(entry ? [entry] : []);
    const again = entryOf('shop', read?.attributes as never, String([read?.attributes.operations].flat()[0]));
    expect(again).toEqual(entry);
  });

  it('are none for what Kafka does not know', () => {
    expect(entryOf('shop', LITERAL, 'Fly')).toBeUndefined();
  });
});

/** A cluster that answers with this error who gives rights, and writes down what it was asked for. */
function clusterRefusing(errorCode: number) {
  const asked: string[] = [];
  const answer = { errorCode, errorMessage: null };
  const broker = {
    versions: { 29: {} },
    lookupRequest: (apiKey: number) => (options: { creations?: AclEntry[]; filters?: AclEntry[] }) => ({ request: { apiKey, options } }),
    connectionPool: {
      send: async ({
        request: { apiKey, options },
      }: {
        request: { apiKey: number; options: { creations?: AclEntry[]; filters?: AclEntry[] } };
      }) => {
        if (apiKey === 29) return { errorCode: 54, resources: [] };
        const entries = options.creations ?? options.filters ?? [];
        asked.push(...entries.map(({ operation }) => `${apiKey === 30 ? 'give' : 'take'} ${operation}`));
        return apiKey === 30
          ? { creationResponses: entries.map(() => answer) }
          : { filterResponses: entries.map(() => ({ errorCode: 0, errorMessage: null, matchingAcls: [] })) };
      },
    },
  };
  const connection = {
    access: { endpoint: { transport: 'log', where: 'kafka' } },
    controller: async () => broker,
    broker: async () => broker,
    refresh: async () => ({ brokers: [{ nodeId: 1 }], topicMetadata: [] }),
  } as unknown as Connection;
  return { connection, asked };
}

describe('changing rights', () => {
  const change: Step = {
    action: 'change',
    resource: { kind: 'acl', name: 'shop on topic orders.placed', attributes: { user: 'shop', ...LITERAL, operations: ['Write'] } },
    fields: [{ name: 'operations', from: ['Read'], to: ['Write'] }],
    cause: 'not-in-contract',
    risk: 'safe',
    waitsFor: [],
    needs: [],
  };

  async function changeOn(connection: Connection): Promise<readonly StepOutcome[]> {
    const outcomes: StepOutcome[] = [];
    const setting = { connection, project: 'shop', replication: 1 };
    for await (const outcome of changeRights(setting, [change], new AbortController().signal)) outcomes.push(outcome);
    return outcomes;
  }

  it('gives before it takes', async () => {
    const { connection, asked } = clusterRefusing(0);
    expect(await changeOn(connection)).toEqual([{ step: change, ok: true }]);
    expect(asked).toEqual(['give 4', 'take 3']);
  });

  it('takes nothing where giving is refused', async () => {
    const { connection, asked } = clusterRefusing(44);
    expect(await changeOn(connection)).toMatchObject([{ ok: false, message: expect.stringContaining('A policy') }]);
    expect(asked).toEqual(['give 4']);
  });
});
