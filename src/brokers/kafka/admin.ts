import { createHash, randomUUID } from 'node:crypto';
import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { ActualResource, ActualTopology } from '../../topology/model.ts';
import type { BrokerAdmin, Refusal, StepOutcome } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import { checkTls } from '../admin/check-tls.ts';
import { accessOf, type KafkaAccess } from './access.ts';
import { changeRights, readRights } from './admin/acls.ts';
import { changeSteps } from './admin/change.ts';
import { type Connection, connect } from './admin/connection.ts';
import { createSteps } from './admin/create.ts';
import { failureOf } from './admin/failures.ts';
import { readLedger } from './admin/ledger.ts';
import { lockCluster } from './admin/lock.ts';
import { readCluster } from './admin/read.ts';
import { rehearseSteps } from './admin/rehearse.ts';
import { remakeSteps, removeSteps } from './admin/remove.ts';
import { failedAll, openSession, type Session } from './admin/session.ts';
import { readKeeping } from './admin/use.ts';
import { unlistedConfigs, type WantedTopic } from './configs.ts';
import { notReadable } from './explain.ts';
import { ownerOf, readOwners } from './owners.ts';
import { releaseOf } from './releases.ts';
import { isRight } from './service-rights.ts';
import { HOLDS_MESSAGES, resourceOf } from './shape.ts';

/** Opens the Kafka that a transport points at. Throws `Failure` where it cannot be reached, or is another cluster than the one that is meant. */
export async function openKafka(transport: Transport, project: string): Promise<BrokerAdmin> {
  const access = accessOf(transport);
  checkTls(transport.name, access.tls ?? {});
  const connection = await connect(access);
  const target = await inWords(access, () => identify(connection, access)).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const run = randomUUID();
  return {
    target,
    inspect: (_signal, wanted = []) =>
      inWords(access, () => inspect(connection, { project, wanted: wanted.filter(isTopic), rights: transport.users !== undefined })),
    rehearse: (steps) =>
      inWords(access, async () => {
        const [rights, topics] = split(steps, ({ resource }) => isRight(resource.kind));
        return [...ownRights(rights, access), ...(await rehearseSteps(connection, topics))];
      }),
    lock: (holder) =>
      inWords(access, () => lockCluster(connection, { project, transport: transport.name, holder }, transport.defaults.replication)),
    execute: (steps, signal) => execute({ connection, project, run, replication: transport.defaults.replication }, steps, signal),
    close: () => connection.close(),
  };
}

async function identify(connection: Connection, { cluster, endpoint }: KafkaAccess): Promise<string> {
  const { clusterId } = await connection.refresh();
  if (cluster === undefined || cluster === clusterId) return clusterId ? `cluster ${clusterId}, Kafka` : `${endpoint.where}, Kafka`;
  throw new Failure('wrong-cluster', {
    message: `Transport "${endpoint.transport}": Kafka at ${endpoint.where} is the cluster "${clusterId}", not "${cluster}".`,
    why: 'What is meant for one cluster would be made on another. Nothing was changed.',
    advice: 'Correct "brokers" or "cluster" in the project file.',
  });
}

/** What is looked for: `rights` as well as topics. */
type Looking = { readonly project: string; readonly wanted: readonly WantedTopic[]; readonly rights: boolean };

async function inspect(connection: Connection, { project, wanted, rights: looksAtRights }: Looking): Promise<ActualTopology> {
  const { metadata, topics, hidden } = await readCluster(connection);
  const { entries } = await readLedger(connection, metadata);
  const owners = readOwners(entries);
  const { resources: rights, ...sight } = looksAtRights ? await readRights(connection, entries) : { resources: [] };
  const resources = [...topics.values()].map((topic) => resourceOf(topic, ownerOf(owners, topic), hidden.get(topic.name)));
  const unread = resources.find(({ name, owner }) => owner === project && hidden.has(name));
  if (unread) throw notReadable(unread.name, hidden.get(unread.name) ?? '', connection.access.endpoint.transport);
  const kept = await withKept(connection, resources, { project, wanted });
  const sorted = [...kept, ...rights].sort((a, b) => (a.name < b.name ? -1 : 1));
  const readHash = createHash('sha256')
    .update(JSON.stringify([metadata.clusterId, sorted]))
    .digest('hex');
  const { versions } = await connection.controller();
  const release = releaseOf((request) => versions[request]?.maxVersion);
  return { resources: sorted, readHash, server: { unlisted: unlistedConfigs(kept, wanted, project), ...release }, ...sight };
}

/** Of our topics that nothing asks for any more it counts whether they keep messages. */
async function withKept(
  connection: Connection,
  resources: readonly ActualResource[],
  { project, wanted }: { readonly project: string; readonly wanted: readonly WantedTopic[] },
): Promise<ActualResource[]> {
  const asked = new Set(wanted.map(({ name }) => name));
  const unwanted = resources.filter(({ name, owner }) => owner === project && !asked.has(name)).map(({ name }) => name);
  const keeping = unwanted.length === 0 ? new Set() : await readKeeping(connection, new Set(unwanted));
  return resources.map((resource) =>
    keeping.has(resource.name) ? { ...resource, attributes: { ...resource.attributes, [HOLDS_MESSAGES]: true } } : resource,
  );
}

type Setting = Parameters<typeof openSession>[0];

async function* execute(setting: Setting, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const [rights, topics] = split(steps, ({ resource }) => isRight(resource.kind));
  yield* changeRights(setting, rights, signal);
  if (topics.length > 0) yield* changeTopics(setting, topics, signal);
}

async function* changeTopics(setting: Setting, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  let session: Session;
  try {
    session = await openSession(setting, steps);
  } catch (error) {
    yield* failedAll(setting, steps, error, 'It was not attempted.');
    return;
  }
  yield* createSteps(session, of(steps, 'create'), signal);
  yield* changeSteps(session, of(steps, 'change'), signal);
  yield* removeSteps(session, of(steps, 'delete'), signal);
  yield* remakeSteps(session, of(steps, 'migrate'), signal);
}

function isTopic({ kind }: WantedTopic): boolean {
  return kind === 'topic';
}

function of(steps: readonly Step[], action: Step['action']): readonly Step[] {
  return steps.filter((step) => step.action === action);
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Rights of the user that msgctl itself logs in as. */
function ownRights(steps: readonly Step[], { sasl }: KafkaAccess): readonly Refusal[] {
  const own = steps.filter(({ resource }) => (resource.kind === 'user' ? resource.name : resource.attributes.user) === sasl?.username);
  return own.map((step) => ({ step, reason: OWN_RIGHTS }));
}

const OWN_RIGHTS = 'msgctl is logged in as this user and would take away its own rights. Let it log in as another one.';

async function inWords<Value>(access: KafkaAccess, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, access);
  }
}
