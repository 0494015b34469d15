import { type ActualResource, type Resource, resourceKey } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';
import { groupResource, OWNER_HASH, streamResource } from '../redis/resources.ts';
import { withFields } from './definitions-entries.ts';
import { type FileContext, type FileFormat, malformedFile } from './format.ts';
import { remainsOf, type UserLine, userCommands, userLineOf, usersIn } from './redis-users.ts';

/**
 * Commands for `redis-cli`, one a line: `redis-cli -u URL < quick.redis`. Running them again does no harm: a mark is set to what it is, and a
 * group that exists is left as it is (the server answers BUSYGROUP).
 *
 * Own lines are sorted and stand after all others; lines that msgctl did not make stay as they were.
 */
export const redisCommandsFormat: FileFormat = {
  suffix: '.redis',
  replacing: 'In the file it is simply rewritten, but a server that has the old one keeps it.',
  read: (text, context) => [...readCommands(text, context).resources.values()],
  write: writeCommands,
};

type Commands = { readonly resources: ReadonlyMap<string, ActualResource>; readonly lines: readonly Line[] };

/** A line with the group that it makes, the owner that it names, or what it says of a user. */
type Line = { readonly text: string; readonly group?: Resource; readonly mark?: Mark; readonly user?: UserLine };

type Mark = { readonly field: string; readonly owner: string };

function readCommands(text: string, context: FileContext): Commands {
  const lines = readLines(text, context);
  const groups = lines.flatMap(({ group }) => group ?? []);
  const owners = new Map(lines.flatMap(({ mark }) => (mark ? [[mark.field, mark.owner]] : [])));
  const names = new Set(groups.map(({ name }) => name));
  const streams = [
    ...groups.map(({ attributes }) => String(attributes.stream)),
    ...[...owners.keys()].filter((field) => !names.has(field)),
  ];
  const found = [...streams.map((name) => streamResource(name)), ...groups].map((resource): [string, ActualResource] => {
    const owner = owners.get(resource.name);
    return [resourceKey(resource), owner === undefined ? resource : { ...resource, owner }];
  });
  const users = usersIn(lines.flatMap(({ user }) => user ?? [])).map((user) => [resourceKey(user), user] as const);
  return { resources: new Map([...found, ...users]), lines };
}

function readLines(text: string, context: FileContext): readonly Line[] {
  let offset = 0;
  return (text === '' ? [] : text.replace(/\n$/, '').split('\n')).map((line) => {
    const words = splitWords(line);
    if (!words) throw malformedFile(text, offset, 'The quotes on this line do not close, or something follows them directly.', context);
    offset += line.length + 1;
    const group = groupOf(words);
    const mark = markOf(words);
    const user = userLineOf(words);
    return { text: line, ...(group && { group }), ...(mark && { mark }), ...(user && { user }) };
  });
}

function groupOf(words: readonly string[]): Resource | undefined {
  const [command, verb, stream, group, start] = words;
  if (command?.toUpperCase() !== 'XGROUP' || verb?.toUpperCase() !== 'CREATE') return undefined;
  return stream === undefined || group === undefined || start === undefined ? undefined : groupResource(stream, group, start);
}

function markOf(words: readonly string[]): Mark | undefined {
  const [command, hash, field, owner] = words;
  if (words.length !== 4 || command?.toUpperCase() !== 'HSET' || hash !== OWNER_HASH) return undefined;
  return { field: field as string, owner: owner as string };
}

function writeCommands(before: string | undefined, steps: readonly Step[], context: FileContext): string {
  const { resources, lines } = readCommands(before ?? '', context);
  const ours = new Map(
    [...resources]
      .filter(([, { owner }]) => owner === context.project)
      .map(([key, { owner: _, ...resource }]) => [key, resource as Resource]),
  );
  const replaced = new Set(ours.keys());
  for (const { action, resource, fields } of steps) {
    const key = resourceKey(resource);
    const found = resources.get(key);
    replaced.add(key);
    if (action === 'delete') ours.delete(key);
    // A user's rights are written whole.
    else ours.set(key, found && resource.kind !== 'user' ? withFields(found, fields) : resource);
  }
  const isReplaced = ({ group, mark, user }: Line) =>
    (group && replaced.has(resourceKey(group))) ||
    (mark && (replaced.has(`group/${mark.field}`) || replaced.has(`stream/${mark.field}`))) ||
    (user && replaced.has(`user/${user.user}`));
  const others = lines.filter((line) => !isReplaced(line)).map(({ text }) => text);
  const touched = new Set(steps.map(({ resource }) => resourceKey(resource)));
  const own = [...ours.values()]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .flatMap((resource) => {
      if (resource.kind !== 'user') return commandsFor(resource, context);
      // What waits for consent stays to the letter.
      return touched.has(resourceKey(resource)) ? userLines(resource, lines, context) : linesAbout(resource, lines).map(({ text }) => text);
    });
  const gone = steps.filter(({ action, resource }) => action === 'delete' && resource.kind === 'user');
  const left = gone.flatMap(({ resource }) => remainsOf(resource.name, saidOf(resource, lines)).map((words) => command(...words)));
  const all = [...others, ...left, ...own];
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
}

function userLines(user: Resource, lines: readonly Line[], { project }: FileContext): readonly string[] {
  return userCommands(user, project, saidOf(user, lines)).map((words) => command(...words));
}

function linesAbout({ name }: Resource, lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ user }) => user?.user === name);
}

function saidOf(user: Resource, lines: readonly Line[]): readonly UserLine[] {
  return linesAbout(user, lines).flatMap((line) => line.user ?? []);
}

function commandsFor({ kind, name, attributes }: Resource, { project }: FileContext): readonly string[] {
  const mark = command('HSET', OWNER_HASH, name, project);
  if (kind !== 'group') return [mark];
  const { stream, group, start } = attributes;
  return [mark, command('XGROUP', 'CREATE', String(stream), String(group), String(start ?? '$'), 'MKSTREAM')];
}

function command(...words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (/^[\w.:@$/+~%|*-]+$/.test(word)) return word;
  const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };
  const escaped = [...word].map((character) => {
    const code = character.charCodeAt(0);
    return named[character] ?? (code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : character);
  });
  return `"${escaped.join('')}"`;
}

const wordPattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))(?=\s|$)/y;

/** The words of a line as redis-cli splits them; undefined where the quotes are not right. A comment, which is nobody's command, has none. */
function splitWords(line: string): readonly string[] | undefined {
  const text = line.trimEnd();
  if (text.trimStart() === '' || text.trimStart().startsWith('#')) return [];
  const pattern = new RegExp(wordPattern);
  const words: string[] = [];
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, double, single, plain] = match;
    words.push(plain ?? (double === undefined ? (single as string).replaceAll("\\'", "'") : unescapeWord(double)));
  }
  return words;
}

function unescapeWord(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\u0007' };
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_all, hex: string | undefined, other: string | undefined) =>
    hex === undefined ? (named[other as string] ?? (other as string)) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
