import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type Resource, resourceKey } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';
import { resourceOf, SECTIONS, type Section, sectionOf, wholeOf } from '../rabbitmq/entries.ts';
import { ownerMark, policyOwner } from '../rabbitmq/resources.ts';
import { entryOf, withFields } from './definitions-entries.ts';
import { type FileContext, type FileFormat, malformedFile } from './format.ts';
import { itemsOfArray, type JsonMember, type JsonSpan, JsonTextError, membersOfText, spanValue } from './json-text.ts';

/**
 * RabbitMQ's own definitions file, as `rabbitmqctl import_definitions`, the management API and `load_definitions` take it.
 *
 * Own entries are sorted and stand after all others; what msgctl did not make is written back character by character. What it adopted carries
 * no mark of its own and is listed in the global parameter `msgctl-<project>`.
 */
export const definitionsFormat: FileFormat = {
  suffix: '.definitions.json',
  // A broker that imports a user takes over its password as well, and the file has none.
  without: ['user'],
  replacing: 'In the file it is simply rewritten, but a broker that has the old one keeps it: importing never changes what exists.',
  read: (text, context) => {
    const file = parseDefinitions(text, context);
    return [...file.entries.values()].flatMap(({ resource, owner }) =>
      resource ? [{ ...resource, ...(owner !== undefined && { owner }) }] : [],
    );
  },
  write: writeDefinitions,
};

/** One entry of a list, as it stands in the text. `resource` is absent for what is on another virtual host. */
type Entry = {
  readonly section: Section;
  readonly text: string;
  readonly value: JsonObject;
  readonly resource?: Resource;
  readonly owner?: string;
};

type Definitions = {
  readonly members: readonly JsonMember[];
  /** By key; what is no resource of ours to see has a key of its own. */
  readonly entries: Map<string, Entry>;
  /** The keys that each project adopted on this virtual host. */
  readonly adopted: ReadonlyMap<string, readonly string[]>;
};

function parseDefinitions(text: string, context: FileContext): Definitions {
  const members = readMembers(text, context);
  const adopted = readAdopted(text, members, context);
  const entries = new Map<string, Entry>();
  for (const section of SECTIONS) {
    for (const [index, item] of readItems(text, members, section, context).entries()) {
      const entry = readEntry(text, item, section, context);
      const key = entry.resource ? resourceKey(entry.resource) : `${section} ${index}`;
      if (entries.has(key)) throw malformedFile(text, item.start, `${key.replace('/', ' ')} stands here a second time.`, context);
      entries.set(key, withOwner(entry, key, adopted));
    }
  }
  for (const [key, entry] of entries) {
    const whole = entry.resource && entries.get(wholeOf(entry.resource) ?? '');
    if (whole?.owner !== undefined) entries.set(key, { ...entry, owner: whole.owner });
  }
  return { members, entries, adopted };
}

function readMembers(text: string, context: FileContext): readonly JsonMember[] {
  try {
    const members = membersOfText(text);
    const seen = new Set<string>();
    const repeated = members.find(({ key }) => seen.size === seen.add(key).size);
    if (repeated) throw new JsonTextError(`"${repeated.key}" stands in this file twice`, repeated.start);
    return members;
  } catch (error) {
    if (error instanceof JsonTextError) throw malformedFile(text, error.offset, `${error.message}.`, context);
    throw error;
  }
}

function readItems(text: string, members: readonly JsonMember[], key: string, context: FileContext): readonly JsonSpan[] {
  const member = members.find((candidate) => candidate.key === key);
  if (!member) return [];
  const items = itemsOfArray(text, member);
  if (!items) throw malformedFile(text, member.start, `"${key}" must be a list.`, context);
  return items;
}

function readEntry(text: string, item: JsonSpan, section: Section, context: FileContext): Entry {
  const value = spanValue(text, item);
  const resource = isObject(value) ? resourceOf(section, value) : undefined;
  if (!isObject(value) || !resource) throw malformedFile(text, item.start, `This is no entry of "${section}".`, context);
  const raw = { section, text: text.slice(item.start, item.end), value };
  // A file of one virtual host alone does not repeat its name.
  return (ownProperty(value, 'vhost') ?? context.vhost) === context.vhost ? { ...raw, resource } : raw;
}

function withOwner(entry: Entry, key: string, adopted: Definitions['adopted']): Entry {
  if (!entry.resource) return entry;
  const args = ownProperty(entry.value, 'arguments');
  const marked = isObject(args) ? ownerMark(args).owner : undefined;
  const named = entry.section === 'policies' ? policyOwner(entry.resource.name) : undefined;
  const owner = marked ?? named ?? [...adopted].find(([, keys]) => keys.includes(key))?.[0];
  return owner === undefined ? entry : { ...entry, owner };
}

const adoptedPrefix = 'msgctl-';

function readAdopted(text: string, members: readonly JsonMember[], context: FileContext): Definitions['adopted'] {
  const adopted = new Map<string, readonly string[]>();
  for (const item of readItems(text, members, 'global_parameters', context)) {
    const value = spanValue(text, item);
    const name = ownProperty(value, 'name');
    const keys = ownProperty(ownProperty(ownProperty(value, 'value'), 'adopted'), context.vhost);
    if (typeof name !== 'string' || !name.startsWith(adoptedPrefix) || !Array.isArray(keys)) continue;
    adopted.set(
      name.slice(adoptedPrefix.length),
      keys.filter((key) => typeof key === 'string'),
    );
  }
  return adopted;
}

function writeDefinitions(before: string | undefined, steps: readonly Step[], context: FileContext): string {
  const text = before ?? '{}';
  const { members, entries, adopted } = parseDefinitions(text, context);
  const own = new Set(adopted.get(context.project));
  for (const step of steps) applyStep(step, entries, own, context);
  const lists = new Map<string, readonly string[]>();
  lists.set('vhosts', withVhost(text, members, context));
  lists.set('global_parameters', withAdopted(text, members, [...own].sort(), context));
  for (const section of SECTIONS) lists.set(section, sortedTexts([...entries], section, context.project));
  return writeObject(text, members, lists);
}

function applyStep({ action, resource, fields }: Step, entries: Map<string, Entry>, adopted: Set<string>, context: FileContext): void {
  const key = resourceKey(resource);
  if (action === 'delete') {
    entries.delete(key);
    adopted.delete(key);
    return;
  }
  const found = entries.get(key);
  const isTakenOver = fields.some(({ name }) => name === 'owner');
  // A right carries no mark.
  if (isTakenOver || resource.kind === 'permission') adopted.add(key);
  const changed = found?.resource ? withFields(found.resource, fields) : resource;
  const isMarked = !adopted.has(key) && (resource.kind === 'queue' || resource.kind === 'exchange');
  const value = entryOf(changed, context.vhost, isMarked ? context.project : undefined, found?.value);
  const section = sectionOf(resource.kind);
  // What is only taken over stays as it was, to the letter.
  const isUntouched = found !== undefined && isTakenOver && fields.length === 1;
  entries.set(key, {
    section,
    text: isUntouched ? found.text : printEntry(value),
    value,
    resource: changed,
    owner: context.project,
  });
}

/** Others as they stood, then ours by name. */
function sortedTexts(entries: readonly (readonly [string, Entry])[], section: Section, project: string): readonly string[] {
  const listed = entries.filter(([, entry]) => entry.section === section);
  const others = listed.filter(([, { owner }]) => owner !== project);
  const ours = listed.filter(([, { owner }]) => owner === project).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...others, ...ours].map(([, entry]) => entry.text);
}

/** RabbitMQ imports nothing into a virtual host that it does not know. */
function withVhost(text: string, members: readonly JsonMember[], context: FileContext): readonly string[] {
  const items = readItems(text, members, 'vhosts', context);
  const isNamed = items.some((item) => ownProperty(spanValue(text, item), 'name') === context.vhost);
  const kept = items.map(({ start, end }) => text.slice(start, end));
  return isNamed ? kept : [...kept, printEntry({ name: context.vhost })];
}

function withAdopted(text: string, members: readonly JsonMember[], keys: readonly string[], context: FileContext): readonly string[] {
  const name = `${adoptedPrefix}${context.project}`;
  const items = readItems(text, members, 'global_parameters', context);
  const isOurs = (item: JsonSpan) => ownProperty(spanValue(text, item), 'name') === name;
  const kept = items.filter((item) => !isOurs(item)).map(({ start, end }) => text.slice(start, end));
  const own = items.find(isOurs);
  const value = own && ownProperty(spanValue(text, own), 'value');
  const hosts = ownProperty(value, 'adopted');
  const others = Object.entries(isObject(hosts) ? hosts : {}).filter(([vhost]) => vhost !== context.vhost);
  const adopted = Object.fromEntries([...others, ...(keys.length > 0 ? [[context.vhost, keys] as [string, JsonValue]] : [])]);
  const rest = Object.entries(isObject(value) ? value : {}).filter(([key]) => key !== 'adopted');
  if (Object.keys(adopted).length === 0 && rest.length === 0) return kept;
  return [...kept, printEntry({ name, value: { ...Object.fromEntries(rest), adopted } })];
}

/** The members in their order, lists of ours written anew, then the lists that were not there and have something in them. */
function writeObject(text: string, members: readonly JsonMember[], lists: ReadonlyMap<string, readonly string[]>): string {
  const known = new Set(members.map(({ key }) => key));
  const parts = members.map(({ key, start, end }) => {
    const list = lists.get(key);
    return `  ${JSON.stringify(key)}: ${list ? writeList(list) : text.slice(start, end)}`;
  });
  for (const [key, list] of lists) if (!known.has(key) && list.length > 0) parts.push(`  ${JSON.stringify(key)}: ${writeList(list)}`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

function writeList(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `[\n${texts.map((entry) => `    ${entry}`).join(',\n')}\n  ]`;
}

/** An entry as it stands two levels deep in the file. */
function printEntry(value: JsonObject): string {
  return JSON.stringify(value, undefined, 2).replaceAll('\n', '\n    ');
}
