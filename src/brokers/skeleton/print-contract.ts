/** The text of a contract to be. */
import type { JsonValue } from '../../source/json.ts';
import { typeName } from './names.ts';
import type { Entry, PayloadRole, SkeletonService } from './skeleton.ts';
import { commentLines, flowText } from './yaml-text.ts';

/** Where an entry stands in the text: the number of its first line, from 1. */
export type Place = { readonly line: number; readonly section: 'provides' | 'uses'; readonly name: string };

/** A contract as text, and where its entries stand, in order. */
export type PrintedContract = { readonly text: string; readonly places: readonly Place[] };

const HEAD = [
  '# yaml-language-server: $schema=../node_modules/msgctl/schema/contract.json',
  '#',
  '# Written by msgctl import from what a broker holds. Names of services and messages are guesses, payloads are not known: read it, then make it yours.',
];

/** Prints a contract. Payloads stand under `types:`, where they are to be described. */
export function printContract({ name, provides, uses }: SkeletonService): PrintedContract {
  const places: Place[] = [];
  const lines = [...HEAD, 'msgctl: 1', `service: ${flowText(name)}`, 'version: 0.1.0'];
  const types = new Map<string, string>();
  const add = (section: Place['section'], entries: readonly Entry[], print: (entry: Entry) => readonly string[]) => {
    if (entries.length === 0) return;
    lines.push('', `${section}:`);
    for (const [index, entry] of entries.entries()) {
      if (index > 0) lines.push('');
      places.push({ line: lines.length + 1, section, name: entry.name });
      lines.push(...commentLines('  ', entry.remarks), ...print(entry));
    }
  };
  add('provides', provides, (entry) => [
    `  ${flowText(entry.name)}:`,
    ...Object.entries(entry.settings).map(([key, value]) => `    ${key}: ${settingText(entry, key, value, types)}`),
  ]);
  add('uses', uses, (entry) => {
    const settings = Object.entries(entry.settings);
    if (settings.length === 0) return [`  ${entry.name}: {}`];
    return [`  ${entry.name}:`, ...settings.map(([key, value]) => `    ${key}: ${flowText(value)}`)];
  });
  if (types.size > 0) {
    lines.push('', '# TODO: fill in the payloads. A broker does not know what messages look like; {} takes any.', 'types:');
    for (const [type, what] of types) lines.push(`  # TODO: ${what}`, `  ${type}: {}`);
  }
  return { text: `${lines.join('\n')}\n`, places };
}

const PAYLOADS: Readonly<Record<PayloadRole, string>> = { message: '', request: 'Request', response: 'Response' };

/** A payload is a type of its own; anything else is written as it is. */
function settingText({ name }: Entry, key: string, value: JsonValue, types: Map<string, string>): string {
  if (!Object.hasOwn(PAYLOADS, key)) return flowText(value);
  const type = typeName(name) + PAYLOADS[key as PayloadRole];
  types.set(type, `the ${key} of ${name}.`);
  return `{ $ref: '#/types/${type}' }`;
}
