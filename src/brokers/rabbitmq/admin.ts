import type { Channel } from 'amqplib';
import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { type Resource, resourceKey } from '../../topology/model.ts';
import type { BrokerAdmin, Refusal, StepOutcome } from '../../topology/port.ts';
import type { Step } from '../../topology/steps.ts';
import { accessOf } from './access.ts';
import { adopt } from './admin/adopt.ts';
import { type Declared, type Declaring, openDeclaring } from './admin/channels.ts';
import { type Answer, type Management, openManagement } from './admin/management.ts';
import { type Overview, readVhost } from './admin/read.ts';
import { policyEntry } from './entries.ts';
import { explainDeclaration, explainRefusal } from './explain.ts';
import { nestedAttributes, OWNER_ARGUMENT } from './resources.ts';

/** What this version leaves to people on a live broker. */
const CANNOT = {
  delete:
    'This version of msgctl deletes nothing on a live broker. Where no messages wait in it and nobody uses it, take it away in the management console.',
  migrate:
    'This version of msgctl makes nothing anew on a live broker. Empty and delete it by hand, then provision again; or keep what is there by saying the same in the contract.',
} as const;

/** Policies written at once: each makes the broker look at every queue. */
const POLICIES_AT_ONCE = 4;

/** Opens the RabbitMQ that a transport points at. Nothing is sent before `inspect`. Throws `Failure` for an address that cannot be understood. */
export async function openRabbitmq(transport: Transport, project: string): Promise<BrokerAdmin> {
  const access = accessOf(transport);
  const management = openManagement(access);
  let opening: Promise<Declaring> | undefined;
  const declaring = () => (opening ??= openDeclaring(access));
  let overview: Overview | undefined;
  return {
    get target() {
      return overview ? `vhost ${access.vhost} of ${overview.cluster}, RabbitMQ ${overview.version}` : `vhost ${access.vhost}, RabbitMQ`;
    },
    async inspect() {
      const read = await readVhost(management, access);
      overview = read.overview;
      return { resources: read.resources, readHash: read.readHash, cannot: CANNOT };
    },
    async rehearse(steps) {
      // A plan that could not be applied is not worth looking at, and no target is changed while another cannot be.
      if (steps.some(isDeclaration)) await declaring();
      return refuseUnknownTypes(steps, overview?.exchangeTypes ?? []);
    },
    async *execute(steps, signal) {
      const [adoptions, others] = split(steps, isAdoption);
      const [policies, declarations] = split(others, ({ resource }) => resource.kind === 'policy');
      if (!signal.aborted) yield* adoptAll(adoptions);
      yield* writePolicies({ management, vhost: access.vhost, signal }, policies);
      const [creations, left] = split(declarations, ({ action }) => action === 'create');
      for (const step of left) yield { step, ok: false, message: CANNOT[step.action === 'delete' ? 'delete' : 'migrate'] };
      if (creations.length === 0) return;
      const open = await declaring();
      const declare = (channel: Channel, { resource }: Step) => declareResource(channel, resource, project);
      for await (const declared of open.each(creations, { declare, signal })) yield outcomeOf(declared);
    },
    async close() {
      management.close();
      const open = await opening?.catch(() => undefined);
      await open?.close();
    },
  };

  /** What is taken over stays as it is; the project notes it down. */
  async function* adoptAll(steps: readonly Step[]): AsyncIterable<StepOutcome> {
    if (steps.length === 0) return;
    const keys = steps.map(({ resource }) => resourceKey(resource));
    const problem = await adopt(management, { project, vhost: access.vhost, door: access.management, keys }).then(problemOf, unanswered);
    for (const step of steps) yield problem ? { step, ok: false, ...problem } : { step, ok: true };
  }
}

/** Whether a step goes over AMQP. */
function isDeclaration(step: Step): boolean {
  return step.resource.kind !== 'policy' && !isAdoption(step);
}

function isAdoption({ fields }: Step): boolean {
  return fields.some(({ name }) => name === 'owner');
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** RabbitMQ 3.10 closes the whole connection over an exchange type that it does not know, so it is never asked for one. */
function refuseUnknownTypes(steps: readonly Step[], known: readonly string[]): readonly Refusal[] {
  return steps.flatMap((step) => {
    const { type } = step.resource.attributes;
    if (step.action !== 'create' || step.resource.kind !== 'exchange' || known.includes(String(type))) return [];
    return [{ step, reason: `This RabbitMQ knows no exchanges of type "${type}": a plugin is missing. It knows ${known.join(', ')}.` }];
  });
}

type Writing = { readonly management: Management; readonly vhost: string; readonly signal: AbortSignal };

async function* writePolicies({ management, vhost, signal }: Writing, steps: readonly Step[]): AsyncIterable<StepOutcome> {
  for (let at = 0; at < steps.length && !signal.aborted; at += POLICIES_AT_ONCE) {
    const batch = steps.slice(at, at + POLICIES_AT_ONCE);
    yield* await Promise.all(batch.map((step) => writePolicy(management, vhost, step)));
  }
}

async function writePolicy(management: Management, vhost: string, step: Step): Promise<StepOutcome> {
  const path = `/api/policies/${encodeURIComponent(vhost)}/${encodeURIComponent(step.resource.name)}`;
  try {
    const answer =
      step.action === 'delete' ? await management.send('DELETE', path) : await management.send('PUT', path, policyEntry(step.resource));
    const isGone = step.action === 'delete' && answer.status === 404;
    const problem = isGone ? undefined : problemOf(answer);
    return problem ? { step, ok: false, ...problem } : { step, ok: true };
  } catch (error) {
    return { step, ok: false, ...unanswered(error) };
  }
}

type Problem = { readonly message: string; readonly raw?: string };

/** What is wrong with an answer to a request that was to change something. */
function problemOf({ status, body }: Answer): Problem | undefined {
  if (status >= 200 && status < 300) return undefined;
  const raw = `${status} ${JSON.stringify(body ?? null)}`;
  if (status === 401 || status === 403) {
    return { message: 'The user may not change this; it needs the tag "policymaker" and permissions on the virtual host.', raw };
  }
  return { message: explainRefusal(raw) ?? `RabbitMQ refused it (${status}). With --verbose its own words are shown.`, raw };
}

/** A request that got no answer: the connection broke while the plan was applied. */
function unanswered(error: unknown): Problem {
  if (error instanceof Failure) return { message: error.message };
  throw error;
}

/** Makes an exchange, a queue or a binding as its resource says, marked as the project's. What is there already and equal stays as it is. */
async function declareResource(channel: Channel, { kind, name, attributes }: Resource, project: string): Promise<void> {
  const args: JsonObject = nestedAttributes(attributes, 'arguments.');
  const flag = (key: string, otherwise: boolean) => (typeof attributes[key] === 'boolean' ? attributes[key] : otherwise);
  const lasting = { durable: flag('durable', true), autoDelete: flag('auto_delete', false) };
  switch (kind) {
    case 'exchange': {
      const options = { ...lasting, internal: flag('internal', false), arguments: { ...args, [OWNER_ARGUMENT]: project } };
      await channel.assertExchange(name, String(attributes.type ?? 'direct'), options);
      return;
    }
    case 'queue':
      await channel.assertQueue(name, { ...lasting, exclusive: false, arguments: { ...args, [OWNER_ARGUMENT]: project } });
      return;
    case 'binding':
      await bind(channel, attributes, args);
      return;
    default:
      throw new Error(`A ${kind} is not declared over AMQP`);
  }
}

async function bind(channel: Channel, attributes: Readonly<Record<string, JsonValue>>, args: JsonObject): Promise<void> {
  const [source, destination, key] = [attributes.source, attributes.destination, attributes.routing_key].map(String) as [
    string,
    string,
    string,
  ];
  if (attributes.destination_type === 'exchange') await channel.bindExchange(destination, source, key, args);
  else await channel.bindQueue(destination, source, key, args);
}

function outcomeOf({ item: step, error }: Declared<Step>): StepOutcome {
  if (error === undefined) return { step, ok: true };
  return {
    step,
    ok: false,
    message: explainDeclaration(error) ?? 'RabbitMQ did not take it. With --verbose its own words are shown.',
    raw: error,
  };
}
