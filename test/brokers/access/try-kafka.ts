/** What a user of a Kafka can really do: everything is tried with kafkajs, and what the cluster let happen is told in lines. */
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs';

/** What there is to try on. */
export type KafkaThings = { readonly topics: readonly string[]; readonly groups: readonly string[] };

/** As whom, and where. */
export type KafkaLogin = { readonly broker: string; readonly username: string; readonly password: string };

const GROUP_WAIT = 10_000;

/** Everything that the user could do, a line for each, sorted. What is not told was tried and refused. */
export async function tryEverything(login: KafkaLogin, { topics, groups }: KafkaThings): Promise<readonly string[]> {
  const client = clientOf(login);
  const can: string[] = [];
  const readable: string[] = [];
  for (const topic of topics) {
    if (await isDone(() => withProducer(client, (producer) => producer.send({ topic, messages: [{ key: 'tried', value: 'tried' }] }))))
      can.push(`write to ${topic}`);
  }
  await withAdmin(client, async (admin) => {
    for (const topic of topics) {
      if (await isDone(() => admin.fetchTopicMetadata({ topics: [topic] }))) readable.push(topic);
      if (await isDone(() => admin.deleteTopics({ topics: [topic], timeout: 5_000 }))) can.push(`delete ${topic}`);
      if (await isDone(() => admin.createPartitions({ topicPartitions: [{ topic, count: 50 }] }))) can.push(`widen ${topic}`);
      const configEntries = [{ name: 'retention.ms', value: '1' }];
      if (await isDone(() => admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] })))
        can.push(`configure ${topic}`);
    }
    if (await isDone(() => admin.createTopics({ topics: [{ topic: 'some-new-topic' }], waitForLeaders: false })))
      can.push('create a topic');
    if (await isDone(() => admin.describeAcls({ resourceType: 1, resourcePatternType: 1, operation: 1, permissionType: 1 })))
      can.push('read rights');
  });
  for (const groupId of groups) {
    if (await isDone(() => withAdmin(client, (admin) => admin.deleteGroups([groupId])))) can.push(`delete group ${groupId}`);
  }
  // A group is tried with a topic that the user may read and with one that it may not, so that neither right hides the other.
  const read: (readonly [string, string])[] = [];
  for (const groupId of groups) {
    for (const topic of await readableIn(client, groupId, readable)) read.push([topic, groupId]);
  }
  return [...can, ...readLines(read)].sort();
}

/** What is read in which group: a line for each topic and each group where every topic is read in every group, else one for each pair. */
function readLines(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const topics = new Set(pairs.map(([topic]) => topic));
  const groups = new Set(pairs.map(([, group]) => group));
  if (pairs.length < topics.size * groups.size) return pairs.map(([topic, group]) => `read ${topic} in group ${group}`);
  return [...[...topics].map((topic) => `read ${topic}`), ...[...groups].map((group) => `be in group ${group}`)];
}

/** A client that gives up at once. */
function clientOf({ broker, username, password }: KafkaLogin): Kafka {
  return new Kafka({
    clientId: username,
    brokers: [broker],
    sasl: { mechanism: 'plain', username, password },
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
}

/** The topics that a member of a group gets: those whose assignment the cluster lets it begin to read. */
async function readableIn(client: Kafka, groupId: string, topics: readonly string[]): Promise<readonly string[]> {
  const read: string[] = [];
  for (const topic of topics) {
    if (await canConsume(client, groupId, topic)) read.push(topic);
    // Where the group itself is refused, it is for every topic.
    else if (!(await isDone(() => withAdmin(client, (admin) => admin.describeGroups([groupId]))))) return read;
  }
  return read;
}

/** Joins the group and reads from the beginning; true once a message came or a first fetch found none. */
async function canConsume(client: Kafka, groupId: string, topic: string): Promise<boolean> {
  const consumer = client.consumer({ groupId, retry: { retries: 0 }, maxWaitTimeInMs: 50 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    return await new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${groupId} on ${topic} came to no end`)), GROUP_WAIT);
      const end = (value: boolean) => {
        clearTimeout(timer);
        resolve(value);
      };
      consumer.on('consumer.fetch', () => end(true));
      consumer.on('consumer.crash', ({ payload }) => (isRefusal(payload.error) ? end(false) : reject(payload.error)));
      consumer.run({ eachMessage: async () => end(true) }).catch((error: unknown) => (isRefusal(error) ? end(false) : reject(error)));
    });
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  } finally {
    await consumer.disconnect();
  }
}

async function withProducer(client: Kafka, work: (producer: Producer) => Promise<unknown>): Promise<void> {
  const producer = client.producer({ idempotent: true, allowAutoTopicCreation: false, retry: { retries: 1 } });
  await producer.connect();
  try {
    await work(producer);
  } finally {
    await producer.disconnect();
  }
}

async function withAdmin(client: Kafka, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = client.admin({ retry: { retries: 0 } });
  await admin.connect();
  // Before it knows the brokers it finds no group's coordinator.
  await admin.describeCluster();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Whether something was done: false where the cluster refused it for want of a right. Any other failure is one of the test. */
async function isDone(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  // kafkajs asks every broker for a group's coordinator and tells of none of their refusals.
  const isHidden = (each: object) => 'name' in each && each.name === 'KafkaJSGroupCoordinatorNotFound';
  if (causesOf(error).some(isHidden)) return true;
  return causesOf(error).some((each) => 'type' in each && typeof each.type === 'string' && each.type.endsWith('AUTHORIZATION_FAILED'));
}

function causesOf(error: unknown): readonly object[] {
  if (typeof error !== 'object' || error === null) return [];
  const {
    errors = [],
    cause,
    groups = [],
    partitions = [],
  } = error as Partial<Record<'errors' | 'groups' | 'partitions', readonly unknown[]>> & {
    readonly cause?: unknown;
  };
  const inside = partitions.map((partition) => (partition as { error?: unknown }).error);
  const codes = groups.map((group) => ({ type: (group as { errorCode?: number }).errorCode === 30 ? 'GROUP_AUTHORIZATION_FAILED' : '' }));
  return [error, ...codes, ...[...errors, ...inside].flatMap(causesOf), ...causesOf(cause)];
}
