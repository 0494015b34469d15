/** What is on a virtual host as far as AMQP alone tells: for users whom the management API does not let in, and where it is not to be used. */
import type { Channel } from 'amqplib';
import type { Failure } from '../../../diagnostics/failure.ts';
import { type ActualResource, type ActualTopology, type Resource, resourceKey } from '../../../topology/model.ts';
import type { Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { unreachable } from '../../unreachable.ts';
import type { Access } from '../access.ts';
import { type Finding, firstGuess, probeOf, readAnswer } from '../probe.ts';
import type { Declaring } from './channels.ts';
import { declareProbe } from './declare.ts';
import { hashOf, type Read } from './read.ts';

/** What was seen over AMQP, with the keys of what this user may not configure. */
export type Seen = Read & { readonly denied: ReadonlySet<string> };

/** What is looked at, where, for which project, and why no further. */
type Look = {
  readonly access: Access;
  readonly project: string;
  readonly wanted: readonly Resource[];
  /** Whether the project keeps the rights of users. */
  readonly rights: boolean;
  /** Why the management API is not used. */
  readonly because: Failure;
};

/** So many things may differ between what is wanted and what is there before nothing more is asked. */
const MOST_DIFFERENCES = 60;

/**
 * Looks at the exchanges and queues that are wanted, one by one; what nobody wants is not seen. Nothing is changed, whatever happens meanwhile:
 * see {@link probeOf}. Throws `Failure` where the broker is not reached or does not let the user in.
 */
export async function lookOverAmqp(declaring: Declaring, look: Look): Promise<Seen> {
  const { access, project, wanted } = look;
  const asked = wanted.filter(({ kind }) => kind === 'exchange' || kind === 'queue');
  const findings = await findAll(declaring, access, asked);
  const resources: ActualResource[] = [];
  const [denied, plain] = [new Set<string>(), [] as Resource[]];
  for (const [resource, finding] of findings) {
    if (finding.kind === 'there') resources.push({ ...finding.resource, owner: project });
    if (finding.kind === 'denied') denied.add(resourceKey(resource));
    if (finding.kind === 'denied' || finding.kind === 'unknown') plain.push(resource);
  }
  const there = await passively(declaring, access, plain);
  // How these are nobody tells, so that nothing is to be said of a difference.
  resources.push(...there.map((resource) => ({ ...resource, attributes: firstGuess(resource).attributes, owner: project })));
  const { cluster = 'a cluster without a name', version } = declaring.server;
  return {
    overview: { cluster, version },
    login: { user: access.amqp.user, tags: [] },
    resources,
    readHash: hashOf(resources),
    server: { version },
    ...limitsOver(look, there),
    denied,
  };
}

/** Asks until all is known of each, many at once; what differs is asked for again as it is there. */
async function findAll(declaring: Declaring, access: Access, wanted: readonly Resource[]): Promise<ReadonlyMap<Resource, Finding>> {
  const found = new Map<Resource, Finding>();
  let open = wanted.map((resource) => ({ resource, guess: firstGuess(resource) }));
  for (let round = 0; open.length > 0 && round < MOST_DIFFERENCES; round += 1) {
    const asked = open.flatMap((one) => {
      const probe = probeOf(one.guess);
      if (!probe) found.set(one.resource, { kind: 'unknown' });
      return probe ? [{ ...one, probe }] : [];
    });
    const declare = (channel: Channel, { probe }: (typeof asked)[number]) => declareProbe(channel, probe);
    const next: typeof open = [];
    for await (const { item, error } of declaring.each(asked, { declare, signal: NEVER })) {
      const finding = readAnswer(item.guess, told(error, access));
      if (finding.kind === 'ask') next.push({ resource: item.resource, guess: finding.next });
      else found.set(item.resource, finding);
    }
    open = next;
  }
  for (const { resource } of open) found.set(resource, { kind: 'unknown' });
  return found;
}

/** Those that are there. */
async function passively(declaring: Declaring, access: Access, asked: readonly Resource[]): Promise<readonly Resource[]> {
  const declare = (channel: Channel, { kind, name }: Resource): Promise<unknown> =>
    kind === 'queue' ? channel.checkQueue(name) : channel.checkExchange(name);
  const there: Resource[] = [];
  for await (const { item, error } of declaring.each(asked, { declare, signal: NEVER })) {
    const raw = told(error, access);
    // An exclusive queue of another connection is there.
    if (raw === undefined || /\b405 \(/.test(raw)) there.push(item);
  }
  return there;
}

const NEVER = new AbortController().signal;

/** What the broker said. Without the code of an answer there was none. */
function told(error: string | undefined, { amqp }: Access): string | undefined {
  if (error === undefined || /\b\d{3} \(/.test(error)) return error;
  throw unreachable(amqp.endpoint, Object.assign(new Error(error), { code: 'ECONNRESET' }));
}

const RIGHTS = ['user', 'topic-permission', 'permission'];

function limitsOver({ access, wanted, rights, because }: Look, there: readonly Resource[]): Partial<ActualTopology> {
  const why = access.overAmqp
    ? 'The project says "management: none", so'
    : `User "${access.management.user}" has no tag that lets it use the management API, so`;
  const policies = wanted.filter(({ kind }) => kind === 'policy').map(({ name }) => name);
  const notes = [
    `${why} only the exchanges and queues that the contracts name are looked at, over AMQP. Whose they are is not seen, nothing is deleted or made anew, and what others add is not noticed.`,
    ...(policies.length === 0
      ? []
      : [`Policies are neither seen nor set over AMQP. Somebody with the tag "policymaker" must set ${policies.join(', ')}.`]),
    ...there.map(({ kind, name }) => `How ${kind} ${name} is made is not told to user "${access.amqp.user}"; it is there.`),
  ];
  return {
    notes,
    without: ['policy'],
    repeats: { kinds: ['binding'], reason: 'Whether it is there cannot be seen over AMQP; where it is, nothing happens.' },
    cannot: { migrate: `That takes the management API. ${because.advice ?? ''}`.trim(), delete: 'That takes the management API.' },
    ...(rights && { unseen: { kinds: RIGHTS, reason: 'The rights of users cannot be read or set over AMQP.' } }),
  };
}

/** The steps that this user may not carry out, and those that would end the connection. */
export function refuseOverAmqp(steps: readonly Step[], { denied, login }: Seen): readonly Refusal[] {
  return steps.flatMap((step) => {
    const { kind, name, attributes } = step.resource;
    if (denied.has(resourceKey(step.resource))) {
      const reason = `User "${login.user}" has no permission to configure ${kind} ${name}. Give it one: rabbitmqctl set_permissions.`;
      return [{ step, reason }];
    }
    if (kind !== 'exchange' || firstGuess(step.resource).attributes.type === attributes.type) return [];
    return [{ step, reason: `Over AMQP it cannot be told whether this RabbitMQ knows exchanges of type "${attributes.type}".` }];
  });
}
