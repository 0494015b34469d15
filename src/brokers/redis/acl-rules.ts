/**
 * What a user of Redis or Valkey may do, in the words of its ACL: commands, patterns of keys and of channels, and selectors, each with commands
 * and patterns of its own. The same rights can be written in many ways, and every version of a server writes them in another; here they have one form.
 */

/** What is allowed together: a command counts only where one of these allows it with all of its keys. */
export type Selector = {
  /** Commands by name, sorted; where a list alone does not say it (`+@all -keys`), the rules in their order, with their signs. */
  readonly commands: readonly string[];
  /** `~pattern`, `%R~pattern` to read only, `%W~pattern` to write only; sorted. */
  readonly keys: readonly string[];
  /** `&pattern`, sorted. */
  readonly channels: readonly string[];
};

/** What a user may do: `root` by itself, and beside it what each selector allows. */
export type Rules = { readonly root: Selector; readonly selectors: readonly Selector[] };

/** What keys are allowed for: reading, writing, or both. */
type Ways = 'R' | 'W' | 'RW';

/** A selector while its words are read. */
type Reading = {
  all: boolean;
  /** After what is allowed at first: `+get`, `-@dangerous`, `+client|setname`. */
  rules: string[];
  readonly keys: Map<string, Ways>;
  readonly channels: Set<string>;
};

const ALL_KEYS = '*';

/** The rights that the words of ACL SETUSER give to a user that had none. Words about its login and its passwords mean nothing here. */
export function rulesOf(words: readonly string[]): Rules {
  let root = open();
  let selectors: Selector[] = [];
  for (const word of bracketed(words)) {
    const inner = /^\((.*)\)$/s.exec(word)?.[1];
    if (inner !== undefined) selectors.push(selectorOf(wordsIn(inner)));
    else if (word === 'clearselectors') selectors = [];
    else if (word === 'reset') [root, selectors] = [open(), []];
    else take(root, word);
  }
  // Without commands it allows nothing, whatever its keys.
  return { root: close(root), selectors: selectors.filter(({ commands }) => commands.length > 0) };
}

/** One selector, or what stands outside of all, by its words. */
export function selectorOf(words: readonly string[]): Selector {
  const reading = open();
  for (const word of words) take(reading, word);
  return close(reading);
}

/** What a category of commands holds, by its name without `@`. */
export type Categories = ReadonlyMap<string, readonly string[]>;

/** More commands than any selector of ours has: what is longer stays in the server's own words. */
const MOST = 50;

/**
 * The same rules with categories spelled out: Redis 7.0 tells of `+multi +exec +discard` as `+@transaction -watch -unwatch`. Where everything is allowed
 * at first, or more than anybody would read, they stay as they are.
 */
export function spelledOut(words: readonly string[], categories: Categories): readonly string[] {
  if (words.some((word) => /^(?:\+@all|allcommands)$/i.test(word)) || categoriesIn(words).length === 0) return words;
  const spelled = words.flatMap((word) => {
    const [, sign, name = ''] = /^([+-])@(.+)$/.exec(word) ?? [];
    const commands = sign === undefined ? undefined : categories.get(name.toLowerCase());
    return commands ? commands.map((command) => `${sign}${command}`) : [word];
  });
  return selectorOf(spelled).commands.length > MOST ? words : spelled;
}

/** The categories that rules name, but for all commands. */
export function categoriesIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => /^[+-]@(.+)$/.exec(word)?.[1]?.toLowerCase() ?? []).filter((name) => name !== 'all');
}

/** The words between spaces. */
export function wordsIn(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** The words that give a selector's rights to whoever has none. */
export function wordsOf({ commands, keys, channels }: Selector): readonly string[] {
  return [...commands.map((command) => (/^[+-]/.test(command) ? command : `+${command}`)), ...keys, ...channels];
}

/** A pattern that stands for exactly this name. */
export function literally(name: string): string {
  return name.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
}

/** A selector may be one word or several; here it is one. */
function bracketed(words: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let begun: string | undefined;
  for (const word of words) {
    begun = begun === undefined ? word : `${begun} ${word}`;
    if (begun.startsWith('(') && !word.endsWith(')')) continue;
    whole.push(begun);
    begun = undefined;
  }
  return begun === undefined ? whole : [...whole, begun];
}

function open(): Reading {
  return { all: false, rules: [], keys: new Map(), channels: new Set() };
}

function close({ all, rules, keys, channels }: Reading): Selector {
  const isList = !all && rules.every((rule) => rule.startsWith('+') && !rule.startsWith('+@'));
  const told = [...keys].map(([pattern, ways]) => `${ways === 'RW' ? '' : `%${ways}`}~${pattern}`);
  return {
    commands: isList ? rules.map((rule) => rule.slice(1)).sort() : [...(all ? ['+@all'] : []), ...rules],
    keys: keys.get(ALL_KEYS) === 'RW' ? [`~${ALL_KEYS}`] : told.sort(),
    channels: channels.has('*') ? ['&*'] : [...channels].map((pattern) => `&${pattern}`).sort(),
  };
}

function take(reading: Reading, word: string): void {
  const key = /^(?:%([RW]{1,2}))?~(.*)$/is.exec(word);
  if (key) takeKey(reading, key[2] ?? '', waysOf(key[1]));
  else if (word.startsWith('&')) reading.channels.add(word.slice(1));
  else if (/^[+-]/.test(word)) takeRule(reading, word.toLowerCase());
  else takeWord(reading, word.toLowerCase());
}

function takeWord(reading: Reading, word: string): void {
  if (word === 'allkeys') takeKey(reading, ALL_KEYS, 'RW');
  else if (word === 'allchannels') reading.channels.add('*');
  else if (word === 'allcommands') takeRule(reading, '+@all');
  else if (word === 'nocommands') takeRule(reading, '-@all');
  else if (word === 'resetkeys') reading.keys.clear();
  else if (word === 'resetchannels') reading.channels.clear();
}

function waysOf(written: string | undefined): Ways {
  const ways = written?.toUpperCase();
  return ways === 'R' || ways === 'W' ? ways : 'RW';
}

function takeKey({ keys }: Reading, pattern: string, ways: Ways): void {
  const known = keys.get(pattern);
  keys.set(pattern, known === undefined || known === ways ? ways : 'RW');
}

/** What a rule says anew is not said before it any more; what changes nothing is not said at all. */
function takeRule(reading: Reading, rule: string): void {
  const name = rule.slice(1);
  if (name === '@all') {
    reading.all = rule.startsWith('+');
    reading.rules = [];
    return;
  }
  const { all, rules } = reading;
  const left = rules.filter((other) => other.slice(1) !== name && !other.slice(1).startsWith(`${name}|`));
  const whole = name.split('|')[0] ?? name;
  const about = left.filter((other) => other.slice(1) === whole || other.slice(1).startsWith('@'));
  const last = about.at(-1);
  const isAllowed = last === undefined ? all : last.startsWith('+');
  // A category may or may not hold it: only without any is it known what was allowed before.
  const isKnown = about.every((other) => !other.slice(1).startsWith('@')) && !name.startsWith('@');
  reading.rules = isKnown && isAllowed === rule.startsWith('+') ? left : [...left, rule];
}
