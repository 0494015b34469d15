import { keysWithin, type ProtobufField, type ProtobufMessage } from '../../payload/protobuf/model.ts';
import { type PrintableValue, raw } from '../code.ts';
import type { Participation } from '../participation.ts';
import type { ProtobufPlan } from '../protobuf-plan.ts';

/** How the payloads of an interaction are written: JSON, or Protobuf with the message of each. `tables` is what the module calls its tables. */
export function describeCodec(plan: ProtobufPlan, { interaction, payloads }: Participation, tables: string): PrintableValue {
  if (interaction.encoding === 'json') return { format: 'json' };
  const written = payloads.filter(({ role }) => role !== 'headers');
  const messages = written.map(({ role, name, wire }) => [
    name === undefined ? role : `${role}:${name}`,
    plan.payload(wire.schema).fullName,
  ]);
  return { format: 'protobuf', messages: Object.fromEntries(messages), tables: raw(tables) };
}

/** All that a codec needs to know of the messages that some interactions reach, as `runtime/protobuf-tables.ts` wants it. */
export function describeTables(plan: ProtobufPlan, participations: readonly Participation[]): PrintableValue | undefined {
  const own = participations.filter(({ interaction }) => interaction.encoding === 'protobuf').flatMap(({ payloads }) => payloads);
  const keys = new Set(own.filter(({ role }) => role !== 'headers').map(({ wire }) => plan.payload(wire.schema).key));
  // The set grows while it is walked.
  for (const key of keys) for (const inner of keysWithin(plan.model, key)) keys.add(inner);
  if (keys.size === 0) return undefined;
  const byName = [...keys].map((key) => [plan.named(key).fullName, key] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const messages = byName.flatMap(([name, key]) => {
    const message = plan.model.messages.get(key);
    return message ? [[name, describeMessage(plan, message)] as const] : [];
  });
  const enums = byName.flatMap(([name, key]) => {
    const listing = plan.model.enums.get(key);
    return listing ? [[name, listing.values] as const] : [];
  });
  return { messages: Object.fromEntries(messages), enums: Object.fromEntries(enums) };
}

function describeMessage(plan: ProtobufPlan, message: ProtobufMessage): PrintableValue {
  if (message.kind === 'fields') return { fields: message.fields.map((field) => describeField(plan, field)) };
  const alternatives = message.alternatives.map(({ value, number, key }) => [value, number, plan.named(key).fullName] as const);
  return { tag: message.tag, alternatives };
}

function describeField(plan: ProtobufPlan, { property, number, label, value, nullable, required }: ProtobufField): PrintableValue {
  const leavesNoTrace = label !== 'single' || nullable;
  return {
    name: property,
    number,
    type: value.kind === 'scalar' ? value.scalar : value.kind,
    of: value.kind === 'scalar' ? undefined : plan.named(value.key).fullName,
    in: label === 'single' ? undefined : label,
    nullable: nullable || undefined,
    required: (required && leavesNoTrace) || undefined,
  };
}
