import { fieldName, MARKERS } from '../../payload/protobuf/counterparts.ts';
import type { ProtobufEnum, ProtobufField, ProtobufMessage, ProtobufModel, ProtobufValue } from '../../payload/protobuf/model.ts';
import { LARGEST } from '../../payload/protobuf-numbers.ts';
import { indent } from '../code.ts';
import { commentLines } from '../text.ts';
import type { Named } from './name-model.ts';
import { createFieldNames, jsonName, lowerName, snakeCase } from './proto-names.ts';

/** What printing knows: the model, what everything in it is called, and where the names of enum values are taken. */
export type Printing = {
  readonly model: ProtobufModel;
  named(key: string): Named;
  /** Names of enum values by the message or package that they stand in: they are not inside their enum. */
  readonly valueNames: Map<Named | undefined, Set<string>>;
};

/** The lines of a message or an enum, with all that stands in it. */
export function printDeclared(printing: Printing, named: Named): readonly string[] {
  const message = printing.model.messages.get(named.key);
  const listing = printing.model.enums.get(named.key);
  if (message) return printMessage(printing, named, message);
  return listing ? printEnum(printing, named, listing) : [];
}

/** A comment of lines, each of which may hold line breaks; none where there is nothing to say. */
export function comment(...texts: readonly (string | undefined)[]): readonly string[] {
  const lines = texts.flatMap((text) => (text === undefined ? [] : commentLines(text)));
  // What a description says is no instruction to buf.
  const shown = lines.map((line) => `// ${line.replace(/^\s*buf:/, 'buf :')}`.trimEnd());
  return lines.every((line) => line === '') ? [] : shown;
}

/** A comment that lets a name of a contract's author stand, which `buf lint` would not choose. */
export function allow(rule: string, isBroken: boolean): readonly string[] {
  return isBroken ? [`// buf:lint:ignore ${rule}`] : [];
}

function printMessage(printing: Printing, named: Named, message: ProtobufMessage): readonly string[] {
  const inside = [
    ...(message.deprecated ? [['option deprecated = true;']] : []),
    ...named.nested.map((nested) => printDeclared(printing, nested)),
    message.kind === 'choice' ? printChoice(printing, named, message) : printFields(printing, named, message.fields),
    printReserved(message),
  ].filter((lines) => lines.length > 0);
  const body = inside.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  if (body.length === 0) return [...comment(message.description), `message ${named.name} {}`];
  return [...comment(message.description), `message ${named.name} {`, ...indent(body), '}'];
}

function printFields(printing: Printing, named: Named, fields: readonly ProtobufField[]): readonly string[] {
  const nameOf = createFieldNames();
  const lines = fields.flatMap((field) => {
    const name = nameOf(lowerName(fieldName(field.property), 'field'), field.number);
    const options = [
      ...(field.deprecated ? ['deprecated = true'] : []),
      ...(jsonName(name) === field.property ? [] : [`json_name = "${field.property}"`]),
    ];
    const about = [field.description, field.constant === undefined ? undefined : `Always ${JSON.stringify(field.constant)}.`];
    const tail = options.length > 0 ? ` [${options.join(', ')}]` : '';
    return [...comment(...about), `${fieldType(printing, named, field)} ${name} = ${field.number}${tail};`];
  });
  return [...lines, ...printMarkers(fields, nameOf)];
}

/** A mark is there where it may be needed, so that it is also there when a field becomes optional. */
function printMarkers(fields: readonly ProtobufField[], nameOf: (wanted: string, number: number) => string): readonly string[] {
  const mark = (about: string, name: string, number: number): readonly string[] => [
    ...comment(about),
    `repeated int32 ${nameOf(name, number)} = ${number};`,
  ];
  return [
    ...(fields.some(({ nullable }) => nullable)
      ? mark('The numbers of fields that are null, not absent.', 'null_fields', MARKERS.nulls)
      : []),
    ...(fields.some(({ label }) => label !== 'single')
      ? mark('The numbers of lists and maps that are empty, not absent.', 'empty_fields', MARKERS.empties)
      : []),
  ];
}

/** A scalar or an enum is always `optional`, also where it is required: what is there can then be told from what is not, and required may change. */
function fieldType(printing: Printing, named: Named, { label, value }: ProtobufField): string {
  const type = typeName(printing, named, value);
  if (label === 'list') return `repeated ${type}`;
  if (label === 'map') return `map<string, ${type}>`;
  return value.kind === 'message' ? type : `optional ${type}`;
}

function typeName(printing: Printing, from: Named, value: ProtobufValue): string {
  if (value.kind === 'scalar') return value.scalar;
  return referTo(printing.named(value.key), from);
}

/** How a message is named from within another: as short as it gets without meaning something else. */
export function referTo(target: Named, from: Named | undefined, place = from?.place): string {
  if (from && target.parent === from) return target.name;
  const full = `.${target.fullName}`;
  if (target.place !== place) return full;
  const local = target.fullName.slice(place.package.length + 1);
  const [first] = local.split('.');
  for (let around = from; around; around = around.parent) {
    if (around.nested.some(({ name }) => name === first)) return full;
  }
  return local;
}

function printChoice(printing: Printing, named: Named, message: ProtobufMessage): readonly string[] {
  if (message.kind !== 'choice') return [];
  const nameOf = createFieldNames();
  const lines = [...message.alternatives]
    .sort((a, b) => a.number - b.number)
    .map(({ value, number, key }) => {
      const name = nameOf(lowerName(value, 'case'), number);
      return `${typeName(printing, named, { kind: 'message', key })} ${name} = ${number};`;
    });
  return [`oneof ${nameOf(lowerName(fieldName(message.tag), 'tag'), 1)} {`, ...indent(lines), '}'];
}

function printReserved({ reserved, ...message }: ProtobufMessage): readonly string[] {
  const numbers = message.kind === 'choice' ? message.alternatives : message.fields;
  const used = new Set(numbers.map(({ number }) => number));
  return reservedLine(reserved.filter((number) => number >= 1 && number <= LARGEST.field && !used.has(number)));
}

function reservedLine(numbers: readonly number[]): readonly string[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  return sorted.length > 0 ? [`reserved ${sorted.join(', ')};`] : [];
}

function printEnum(printing: Printing, named: Named, { description, deprecated, values, reserved }: ProtobufEnum): readonly string[] {
  const taken = printing.valueNames.get(named.parent) ?? new Set();
  printing.valueNames.set(named.parent, taken);
  const prefix = snakeCase(named.name).toUpperCase();
  const nameOf = (wanted: string, number: number): string => {
    let name = wanted;
    while (taken.has(name)) name += `_${number}`;
    taken.add(name);
    return name;
  };
  const hasZero = values.some(([, number]) => number === 0);
  const zero = hasZero ? [] : [`${nameOf(`${prefix}_UNSPECIFIED`, 0)} = 0;`];
  const lines = values.flatMap(([text, number]) => {
    const name = nameOf(`${prefix}_${lowerName(text.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_'), 'value').toUpperCase()}`, number);
    const says = [text, text.toUpperCase()].some((form) => name === `${prefix}_${form}`);
    return [...(says ? [] : comment(JSON.stringify(text))), ...allow('ENUM_ZERO_VALUE_SUFFIX', number === 0), `${name} = ${number};`];
  });
  const used = new Set(values.map(([, number]) => number));
  const kept = reservedLine(reserved.filter((number) => number !== 0 && !used.has(number)));
  const option = deprecated ? ['option deprecated = true;', ''] : [];
  const body = [...option, ...zero, ...lines, ...(kept.length > 0 ? ['', ...kept] : [])];
  return [...comment(description), `enum ${named.name} {`, ...indent(body), '}'];
}
