/** What users may do on a cluster, read and changed over Kafka's own protocol. */
import type { JsonValue } from '../../../source/json.ts';
import type { ActualResource, ActualTopology } from '../../../topology/model.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type AclEntry, ANY, aclResources, entryOf } from '../acl-entries.ts';
import { type Answer, CODES, explain, rawAnswer } from '../explain.ts';
import { type OwnerEntry, ownedUsers, userEntry } from '../owners.ts';
import type { AclTarget } from '../service-rights.ts';
import type { Connection } from './connection.ts';
import { type Broker, ownCall } from './kafkajs.ts';
import { ensureLedger, writeLedger } from './ledger.ts';
import { failed, failedAll } from './session.ts';
import { untilAllShow } from './until-shown.ts';

/** What is there of rights: what was found, or why it may not be looked at. */
export type FoundRights = Pick<ActualTopology, 'unseen'> & { readonly resources: readonly ActualResource[] };

type Described = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resources: readonly (Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType'> & {
    readonly acls: readonly Pick<AclEntry, 'principal' | 'host' | 'operation' | 'permissionType'>[];
  })[];
};

const EVERYTHING = {
  resourceType: ANY,
  resourceName: null,
  resourcePatternType: ANY,
  principal: null,
  host: null,
  operation: ANY,
  permissionType: ANY,
};

/** Reads what all users may do, and whose rights each project keeps. */
export async function readRights(connection: Connection, entries: readonly OwnerEntry[]): Promise<FoundRights> {
  const acls = await describeAcls(await connection.controller());
  if ('code' in acls) return { resources: [], unseen: { kinds: ['user', 'acl'], reason: unreadable(acls) } };
  const owners = ownedUsers(entries);
  const users = [...owners].map(([name, owner]): ActualResource => ({ kind: 'user', name, attributes: {}, owner }));
  const rights = aclResources(acls).map((resource) => {
    const owner = owners.get(String(resource.attributes.user));
    return owner === undefined ? resource : { ...resource, owner };
  });
  return { resources: [...users, ...rights] };
}

const DESCRIBE_ACLS = 29;

async function describeAcls(broker: Broker): Promise<readonly AclEntry[] | Answer> {
  if (!broker.versions[DESCRIBE_ACLS]) return { code: CODES.notOffered };
  const { errorCode, resources } = await broker.connectionPool.send(ownCall<Described>(broker, 'DescribeAcls', EVERYTHING));
  if (errorCode !== CODES.ok) return { code: errorCode };
  return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })));
}

function unreadable(answer: Answer): string {
  if (answer.code === CODES.securityDisabled) {
    return 'This cluster lets everybody do everything: it has no authorizer (authorizer.class.name), so there are no rights to give.';
  }
  const means =
    answer.code === CODES.clusterNotAllowed ? 'The user that msgctl logs in as lacks Describe on the cluster.' : explain(answer);
  return `The rights of users cannot be read. ${means}`;
}

/** Where rights are changed, and for whom. */
export type RightsSetting = { readonly connection: Connection; readonly project: string; readonly replication: number | undefined };

/**
 * Gives and takes rights, and records whose users are. Steps of one phase are of one kind. Ends when all brokers show what was changed: they
 * learn it from the controller, and services and the next plan ask any of them.
 */
export async function* changeRights(setting: RightsSetting, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const users = steps.filter(({ resource }) => resource.kind === 'user');
  if (users.length > 0 && !signal.aborted) yield* await recordUsers(setting, users);
  const changed: Step[] = [];
  for (const step of steps.filter(({ resource }) => resource.kind === 'acl')) {
    if (signal.aborted) break;
    const outcome = await changeAcl(setting.connection, step);
    if (outcome.ok) changed.push(step);
    yield outcome;
  }
  const differences = changed.map(differenceOf);
  if (changed.length > 0) await untilAllShow(setting.connection, (broker) => countUnknown(broker, differences));
}

async function countUnknown(broker: Broker, differences: readonly Difference[]): Promise<number> {
  const acls = await describeAcls(broker);
  if ('code' in acls) return 0;
  const known = new Set(acls.map(identityOf));
  const isKnown = (entry: AclEntry) => known.has(identityOf(entry));
  const left = differences.map(
    ({ wanted, unwanted }) => wanted.filter((entry) => !isKnown(entry)).length + unwanted.filter(isKnown).length,
  );
  return left.reduce((sum, count) => sum + count, 0);
}

function identityOf(entry: AclEntry): string {
  const { resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType } = entry;
  return JSON.stringify([resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType]);
}

async function recordUsers({ connection, project, replication }: RightsSetting, steps: readonly Step[]): Promise<readonly StepOutcome[]> {
  try {
    await ensureLedger(connection, replication);
    await writeLedger(
      connection,
      steps.map(({ action, resource }) => userEntry(resource.name, action === 'delete' ? undefined : project)),
    );
    return steps.map((step) => ({ step, ok: true }));
  } catch (error) {
    return failedAll({ connection }, steps, error, 'Whose rights these are could not be recorded.');
  }
}

/** What is missing is given before what is too much is taken away, and where it is refused nothing is: so a service never stands without what it needs. */
async function changeAcl(connection: Connection, step: Step): Promise<StepOutcome> {
  const { wanted, unwanted } = differenceOf(step);
  try {
    const given = await createAcls(connection, wanted);
    const taken = given.every(({ code }) => code === CODES.ok) ? await deleteAcls(connection, unwanted) : [];
    const refused = [...given, ...taken].find(({ code }) => code !== CODES.ok);
    return refused ? failed(step, explain(refused), rawAnswer(refused)) : { step, ok: true };
  } catch (error) {
    return failedAll(
      { connection },
      [step],
      error,
      'Whether it was changed is not known; provision again, which finishes it.',
    )[0] as StepOutcome;
  }
}

/** What is to be given and what is to be taken away. */
type Difference = { readonly wanted: readonly AclEntry[]; readonly unwanted: readonly AclEntry[] };

function differenceOf({ action, resource, fields }: Step): Difference {
  const { attributes } = resource;
  const entries = (operations: JsonValue | undefined) =>
    textsOf(operations).flatMap((operation) => entryOf(String(attributes.user), attributes as unknown as AclTarget, operation) ?? []);
  if (action === 'delete') return { wanted: [], unwanted: entries(attributes.operations) };
  const { from } = fields.find(({ name }) => name === 'operations') ?? {};
  const before = action === 'create' ? [] : textsOf(from);
  const after = textsOf(attributes.operations);
  return {
    wanted: entries(after.filter((operation) => !before.includes(operation))),
    unwanted: entries(before.filter((operation) => !after.includes(operation))),
  };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

type Created = { readonly creationResponses: readonly Said[] };
type Deleted = { readonly filterResponses: readonly (Said & { readonly matchingAcls: readonly Said[] })[] };
type Said = { readonly errorCode: number; readonly errorMessage: string | null };

async function createAcls(connection: Connection, creations: readonly AclEntry[]): Promise<readonly Answer[]> {
  if (creations.length === 0) return [];
  const broker = await connection.controller();
  const { creationResponses } = await broker.connectionPool.send(ownCall<Created>(broker, 'CreateAcls', { creations }));
  return creationResponses.map(answerOf);
}

async function deleteAcls(connection: Connection, filters: readonly AclEntry[]): Promise<readonly Answer[]> {
  if (filters.length === 0) return [];
  const broker = await connection.controller();
  const { filterResponses } = await broker.connectionPool.send(ownCall<Deleted>(broker, 'DeleteAcls', { filters }));
  return filterResponses.flatMap((response) => [answerOf(response), ...response.matchingAcls.map(answerOf)]);
}

function answerOf({ errorCode, errorMessage }: Said): Answer {
  return { code: errorCode, ...(errorMessage !== null && { text: errorMessage }) };
}
