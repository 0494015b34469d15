/** What there is to know about deletions and migrations as things stand: what would be refused, and what stands in the way. */

import { Failure } from '../../../diagnostics/failure.ts';
import { type JsonValue, ownProperty } from '../../../source/json.ts';
import { attribute } from '../../../topology/compare.ts';
import type { Note, Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { MIGRATES_ARGUMENT, standInsOf } from '../migration.ts';
import { namePattern } from '../name-pattern.ts';
import { migrationNote, type QueueUse, removalNote } from '../queue-use.ts';
import { OWNER_ARGUMENT } from '../resources.ts';
import { quoteWord } from '../vhost.ts';
import { Refused } from './problem.ts';
import { readQueue, readUses } from './read-use.ts';
import type { Site } from './site.ts';

/** What RabbitMQ takes for a name. */
const LONGEST_NAME = 255;

/** Asks about the steps that take queues away or make something anew; nothing is changed. Throws `Failure` without an answer. */
export async function rehearseSteps(site: Site, steps: readonly Step[]): Promise<readonly (Refusal | Note)[]> {
  const exchanges = steps.filter(({ action, resource }) => action === 'migrate' && resource.kind === 'exchange');
  const queues = steps.filter(({ action, resource }) => resource.kind === 'queue' && (action === 'delete' || action === 'migrate'));
  const names = queues.map(({ resource }) => resource.name);
  const uses = await readUses(site, names).catch((error: unknown) => {
    throw error instanceof Refused ? untold(site, error) : error;
  });
  const remarks = await Promise.all(
    queues.map(async (step) => {
      const use = uses.get(step.resource.name);
      return step.action === 'delete' ? removalRemark(step, use) : migrationRemark(site, step, use);
    }),
  );
  return [...exchanges.map((step) => ({ step, reason: exchangeReason(site, step) })), ...remarks.flat()];
}

/** The failure where the broker does not tell how a queue is used that a step takes away or makes anew. */
function untold({ access }: Site, cause: Refused): Failure {
  const { transport, where } = access.management.endpoint;
  return new Failure('broker-refused', {
    message: `Transport "${transport}": how the queues are used that would be taken away or made anew is not told at ${where}: ${cause.message}`,
    why: 'What is in them decides whether that can be done. Nothing was changed.',
    advice: 'Plan again when that is mended, or keep these queues in the contracts until then.',
    cause,
  });
}

const EXCHANGE_STAYS =
  'RabbitMQ fixes this when it makes an exchange, and one cannot be made anew under its own name without losing messages: while it is not there publishers ' +
  'get an error and dead letters vanish. Give it another name in the contract ("address", or "names" of the transport) and provision; when nobody ' +
  'sends to the old one any more, provision with --allow delete. Or say in the contract what is there.';

/** An alternate exchange that is not there can be given by a policy as well; one that is there by an argument cannot be changed by one (measured on 3.10 and 4.0). */
function exchangeReason({ access }: Site, { resource, fields }: Step): string {
  const [field, ...others] = fields;
  const isLacking = field?.name === 'arguments.alternate-exchange' && field.from === undefined && others.length === 0;
  if (!isLacking) return EXCHANGE_STAYS;
  const definition = JSON.stringify({ 'alternate-exchange': field.to });
  const words = [
    '--vhost',
    access.vhost,
    '--apply-to',
    'exchanges',
    `${resource.name}.alternate`,
    namePattern([resource.name]),
    definition,
  ];
  return `${EXCHANGE_STAYS} Until then a policy sees to it that nothing vanishes: rabbitmqctl set_policy ${words.map(quoteWord).join(' ')}.`;
}

function removalRemark(step: Step, use: QueueUse | undefined): readonly Note[] {
  if (!use) return [];
  return [{ step, reason: removalNote(use), refuses: false, risk: use.type === 'stream' ? 'data-loss' : 'safe' }];
}

async function migrationRemark(site: Site, step: Step, use: QueueUse | undefined): Promise<readonly (Refusal | Note)[]> {
  const queue = step.resource.name;
  const { holding } = standInsOf(queue, {});
  const [entry, standIn] = await Promise.all([readQueue(site, queue), readQueue(site, holding.name)]);
  const reason = migrationObstacle(site, step, { entry, standIn });
  if (reason !== undefined) return [{ step, reason: [step.reason, reason].filter((text) => text !== undefined).join(' ') }];
  if (!use) return [];
  const isOrdered =
    attribute(step.resource, 'arguments.x-single-active-consumer') === true && argument(entry, 'x-single-active-consumer') === true;
  return [
    { step, reason: migrationNote(use, isOrdered), refuses: false, risk: isOrdered || step.risk === 'data-loss' ? step.risk : 'order' },
  ];
}

type Found = { readonly entry: JsonValue | undefined; readonly standIn: JsonValue | undefined };

/** Why a queue cannot be made anew by msgctl, as full sentences; undefined where it can. */
function migrationObstacle({ project }: Site, step: Step, { entry, standIn }: Found): string | undefined {
  const { holding } = standInsOf(step.resource.name, {});
  const types = [ownProperty(entry, 'type'), attribute(step.resource, 'arguments.x-queue-type')];
  const isOurs = entry === undefined || argument(entry, OWNER_ARGUMENT) === project;
  if (!isOurs || attribute(step.resource, 'durable') === undefined) {
    return 'msgctl took it over and does not know all that others expect of it, so it is not made anew. Say in the contract what is there, or make it anew by hand.';
  }
  if (types.includes('stream')) {
    return "A stream's log is read by each reader from its own place, which would be lost with it. Make a stream of another name, and let readers go over when they have read the old one.";
  }
  if (ownProperty(entry, 'auto_delete') === true) {
    return 'It deletes itself with its last consumer, with all that is in it, so nothing can be moved out of it safely. Stop who sends to it, have it received to the end, and provision again.';
  }
  if (standIn !== undefined && argument(standIn, MIGRATES_ARGUMENT) !== step.resource.name) {
    return `A queue ${holding.name}, which would hold its messages meanwhile, is there already and is not msgctl's. Rename or delete that one.`;
  }
  if (Buffer.byteLength(holding.name) > LONGEST_NAME)
    return `Its name leaves no room for ${holding.name}, which would hold its messages meanwhile.`;
  return undefined;
}

function argument(entry: JsonValue | undefined, name: string): JsonValue | undefined {
  return ownProperty(ownProperty(entry, 'arguments'), name);
}
