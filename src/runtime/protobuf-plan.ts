/** Tables made ready for work: names looked up once, fields in the order in which they are written. */
import type { ProtobufField, ProtobufMessage, ProtobufTables } from './protobuf-tables.ts';

/** A message ready to be written and read. */
export type Plan = FieldsPlan | ChoicePlan;

/** Fields by their numbers, in ascending order. */
export type FieldsPlan = {
  readonly kind: 'fields';
  readonly fields: ReadonlyMap<number, FieldPlan>;
  /** What leaves no trace when it is null or empty. */
  readonly traceless: readonly FieldPlan[];
};

/** Alternatives by the value of the tag and by their numbers. */
export type ChoicePlan = {
  readonly kind: 'choice';
  readonly tag: string;
  readonly byValue: ReadonlyMap<string, Alternative>;
  readonly byNumber: ReadonlyMap<number, Alternative>;
};

/** One of several messages. */
export type Alternative = { readonly value: string; readonly number: number; readonly plan: () => Plan };

/** A field with what it holds. */
export type FieldPlan = ProtobufField & { readonly message: () => Plan; readonly listing: Listing };

/** The texts of an enum and their numbers. */
export type Listing = { readonly numbers: ReadonlyMap<string, number>; readonly texts: ReadonlyMap<number, string> };

/** Fields that msgctl adds: the numbers of fields that are null, and of lists and maps that are there and empty. */
export const MARKERS = { nulls: 18_998, empties: 18_999 } as const;

const NO_LISTING: Listing = { numbers: new Map(), texts: new Map() };

/** The plan of a message by its name. A name that is not there is a mistake of the caller. */
export function planMessages(tables: ProtobufTables): (name: string) => Plan {
  const plans = new Map<string, Plan>();
  const find = (name: string): Plan => {
    const known = plans.get(name);
    if (known) return known;
    const message = Object.hasOwn(tables.messages, name) ? tables.messages[name] : undefined;
    if (!message) throw new Error(`There is no message called ${name}.`);
    const plan = planMessage(tables, message, find);
    plans.set(name, plan);
    return plan;
  };
  return find;
}

function planMessage(tables: ProtobufTables, message: ProtobufMessage, find: (name: string) => Plan): Plan {
  if ('tag' in message) {
    const alternatives = message.alternatives.map(([value, number, name]): Alternative => ({ value, number, plan: () => find(name) }));
    return {
      kind: 'choice',
      tag: message.tag,
      byValue: new Map(alternatives.map((alternative) => [alternative.value, alternative])),
      byNumber: new Map(alternatives.map((alternative) => [alternative.number, alternative])),
    };
  }
  const fields = [...message.fields]
    .sort((a, b) => a.number - b.number)
    .map((field): FieldPlan => ({ ...field, message: () => find(field.of ?? ''), listing: planEnum(tables, field) }));
  return {
    kind: 'fields',
    fields: new Map(fields.map((field) => [field.number, field])),
    traceless: fields.filter((field) => field.required && (field.in !== undefined || field.nullable)),
  };
}

function planEnum(tables: ProtobufTables, field: ProtobufField): Listing {
  const values = field.type === 'enum' && Object.hasOwn(tables.enums, field.of ?? '') ? tables.enums[field.of ?? ''] : undefined;
  return values ? { numbers: new Map(values), texts: new Map(values.map(([text, number]) => [number, text])) } : NO_LISTING;
}

/** The text of a number: the listed one, else `#` and the number, told apart from listed texts that look the same by another `#`. */
export function textOf({ numbers, texts }: Pick<Listing, 'numbers' | 'texts'>, number: number): string {
  const listed = texts.get(number);
  if (listed !== undefined) return listed;
  let text = `#${number}`;
  while (numbers.has(text)) text = `#${text}`;
  return text;
}

/** The number of a text: the listed one, else the one that {@link textOf} wrote into it; undefined for any other. */
export function numberOf({ numbers, texts }: Pick<Listing, 'numbers' | 'texts'>, text: string): number | undefined {
  const listed = numbers.get(text);
  if (listed !== undefined) return listed;
  const digits = /^#+(-?(?:0|[1-9][0-9]{0,9}))$/.exec(text)?.[1];
  if (digits === undefined || digits === '-0') return undefined;
  const number = Number(digits);
  const fits = number >= -0x8000_0000 && number <= 0x7fff_ffff;
  return fits && textOf({ numbers, texts }, number) === text ? number : undefined;
}
