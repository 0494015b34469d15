import { describeModel, type ProtobufTables } from '../../payload/protobuf/tables.ts';
import { type PrintableValue, raw } from '../code.ts';
import type { Participation } from '../participation.ts';
import type { ProtobufPlan } from '../protobuf-plan.ts';

/** How the payloads of an interaction are written: JSON, or Protobuf with the message of each. `tables` is what the module calls its tables. */
export function describeCodec(plan: ProtobufPlan, { interaction, payloads }: Participation, tables: string): PrintableValue {
  if (interaction.encoding === 'json') return { format: 'json' };
  const written = payloads.filter(({ role }) => role !== 'headers');
  const messages = written.map(({ role, name, schema }) => [name === undefined ? role : `${role}:${name}`, plan.payload(schema).fullName]);
  return { format: 'protobuf', messages: Object.fromEntries(messages), tables: raw(tables) };
}

/** All that a codec needs to know of the messages that some interactions reach, as `runtime/protobuf-tables.ts` wants it. */
export function describeTables(plan: ProtobufPlan, participations: readonly Participation[]): ProtobufTables | undefined {
  const own = participations.filter(({ interaction }) => interaction.encoding === 'protobuf').flatMap(({ payloads }) => payloads);
  const keys = new Set(own.filter(({ role }) => role !== 'headers').map(({ schema }) => plan.payload(schema).key));
  return keys.size === 0 ? undefined : describeModel(plan.model, keys, (key) => plan.named(key).fullName);
}
