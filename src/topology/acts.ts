/**
 * What each service does on a transport: the one place that tells, from who provides and who uses what, what a service must be able to do
 * there. Its rights are made of nothing else.
 */
import type { Contract, Interaction, Transport } from '../contract/model.ts';
import { findInteraction, type System, usersOf } from '../contract/system.ts';
import type { Range } from '../source/source-file.ts';
import type { DesiredResource } from './model.ts';
import { hasDurableReplies, isReceivedByProvider, type Reception, receptionsOf } from './receptions.ts';
import { servicesByUser } from './users.ts';

/** One thing that a service does, and the contract line that says so. */
export type Act =
  /** Sends the message that starts an interaction. */
  | { readonly kind: 'send'; readonly interaction: Interaction; readonly at: Range }
  /** Takes messages, puts those that failed onto its own ladder or among its own dead letters. */
  | { readonly kind: 'receive'; readonly reception: Reception; readonly at: Range }
  /** Sends answers to whoever asked. */
  | { readonly kind: 'answer'; readonly interaction: Interaction; readonly asker: Contract; readonly at: Range }
  /** Takes the answers to what it asked, in the process that asked or (`durable`) in any. */
  | { readonly kind: 'await'; readonly interaction: Interaction; readonly durable: boolean; readonly at: Range };

/** A user of a transport, what each service that logs in as it does there, and the contract lines that say so. */
export type UserActs = {
  readonly user: string;
  readonly services: readonly { readonly service: Contract; readonly acts: readonly Act[] }[];
  readonly causes: DesiredResource['causes'];
};

/** The users of a transport that have a part in it; none where it names no users. */
export function actsByUser(system: System, transport: Transport): readonly UserActs[] {
  return [...servicesByUser(transport, system.contracts)].flatMap(([user, contracts]) => {
    const services = contracts.map((service) => ({ service, acts: actsOf(system, transport.name, service) }));
    const [first, ...rest] = services.flatMap(({ acts }) => acts.map(({ at }) => at));
    return first ? [{ user, services, causes: [first, ...rest] }] : [];
  });
}

/** All that a service does over a transport; nothing where it has no part in it. */
function actsOf(system: System, transport: string, service: Contract): readonly Act[] {
  const received = receptionsOf(system, transport, service).map(
    (reception): Act => ({ kind: 'receive', reception, at: reception.causes[0] }),
  );
  const provided = service.provides.filter(({ via }) => via === transport).flatMap((interaction) => providerActs(system, interaction));
  const used = service.uses.flatMap((use) => {
    const interaction = findInteraction(system, use.id);
    return interaction?.via === transport ? userActs(system, interaction, { service, responds: use.respond, at: use.at }) : [];
  });
  return [...received, ...provided, ...used];
}

function providerActs(system: System, interaction: Interaction): readonly Act[] {
  const { at, pattern, id } = interaction;
  const sends: readonly Act[] = isReceivedByProvider(interaction) ? [] : [{ kind: 'send', interaction, at }];
  if (pattern === 'publish-async-responses') return [...sends, { kind: 'await', interaction, durable: false, at }];
  if (pattern !== 'async-request-response') return sends;
  const askers = usersOf(system, id).map(({ contract }) => contract);
  return askers.map((asker) => ({ kind: 'answer', interaction, asker, at }));
}

type UserSide = { readonly service: Contract; readonly responds: boolean; readonly at: Range };

function userActs(system: System, interaction: Interaction, { service, responds, at }: UserSide): readonly Act[] {
  const { pattern, responders } = interaction;
  const sends: readonly Act[] = isReceivedByProvider(interaction) ? [{ kind: 'send', interaction, at }] : [];
  if (pattern === 'async-request-response') {
    return [...sends, { kind: 'await', interaction, durable: hasDurableReplies(interaction), at }];
  }
  const provider = system.services.get(interaction.service);
  const answers = pattern === 'publish-async-responses' && responds && (responders?.includes(service.service) ?? true);
  return answers && provider ? [...sends, { kind: 'answer', interaction, asker: provider, at }] : sends;
}
