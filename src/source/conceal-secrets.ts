/*
 * The lengths in these expressions are bounded, so that the work is.
 */

/** Keys whose values are secrets, misspelt ones included: `password`, `pasword`, `passphrase`, `key`, `client-secret`, `token`. A forgotten colon too. */
const SECRET_KEY = /(?<![\w-])(?:[\w-]{0,60}(?:pas|pwd|phras|secr|token|cred)[\w-]{0,60}|key)["']?(?:\s*:\s*|\s+)/gi;

/** `user:password@`, with or without a scheme, up to the last `@` before a space or a quote. */
const LOGIN = /((?:^|[\s"'[{(,]|:\/\/)[^\s:@/?#"'[{(,]{0,200}:)(?!\/\/)([^\s"']{1,2000})@/gm;

/** The same in quotes, where a password may hold spaces. */
const QUOTED_LOGIN = /((["'])(?:[a-z][\w.+-]{0,30}:\/\/)?[^\s:@/?#"']{0,200}:)(?!\/\/)([^"'\n]{1,2000})@/gi;

/**
 * A text with the passwords of its logins replaced, character by character: it keeps its length and its lines, so that places in it stay
 * what they are.
 */
export function concealLogins(text: string): string {
  if (!text.includes('@')) return text;
  return text
    .replace(QUOTED_LOGIN, (_all, before: string, _quote: string, password: string) => `${before}${stars(password)}@`)
    .replace(LOGIN, (_all, before: string, password: string) => `${before}${stars(password)}@`);
}

/** What is left of a secret on the lines below its key: a quote that is not closed yet, or all that is indented deeper than the key. */
type Rest = { readonly quote: string } | { readonly deeperThan: number };

/**
 * A file of settings as it may be shown: the passwords of logins and the values of keys that hold secrets are replaced, character by
 * character. It works on the text alone, so that it also holds where the file is no YAML, and conceals rather too much than too little.
 */
export function concealSecrets(text: string): string {
  let rest: Rest | undefined;
  const lines = concealLogins(text).split('\n');
  return lines
    .map((line) => {
      const from = rest ? endOfRest(line, rest) : 0;
      if (from === line.length) return stars(line);
      const concealed = concealLine(line, from);
      rest = concealed.rest;
      return concealed.text;
    })
    .join('\n');
}

/** How much of a line belongs to a secret that began above. */
function endOfRest(line: string, rest: Rest): number {
  if ('deeperThan' in rest) return line.trim() === '' || indentation(line) > rest.deeperThan ? line.length : 0;
  const end = line.indexOf(rest.quote);
  return end === -1 ? line.length : end;
}

/** A line whose first `from` characters belong to a secret that began above. */
function concealLine(line: string, from: number): { readonly text: string; readonly rest: Rest | undefined } {
  let text = stars(line.slice(0, from)) + line.slice(from);
  let rest: Rest | undefined;
  let at = from;
  for (const key of line.matchAll(SECRET_KEY)) {
    if (key.index < at) continue;
    const start = key.index + key[0].length;
    const inFlow = /[{[]/.test(line.slice(0, start));
    const value = readValue(line.slice(start), inFlow);
    at = start + value.length;
    text = text.slice(0, start) + stars(text.slice(start, at)) + text.slice(at);
    if (value.openQuote !== undefined) rest = { quote: value.openQuote };
    else rest = inFlow && value.length > 0 ? undefined : { deeperThan: indentation(line) };
  }
  return { text, rest };
}

/** How long the value is that a text begins with, and the quote that it does not close. */
function readValue(text: string, inFlow: boolean): { readonly length: number; readonly openQuote?: string } {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const closed = quote === '"' ? /^"(?:[^"\\]|\\.)*"/.exec(text) : /^'(?:[^']|'')*'/.exec(text);
    return closed ? { length: closed[0].length } : { length: text.length, openQuote: quote };
  }
  if (!inFlow || (quote !== undefined && '[{!&*'.includes(quote))) return { length: text.length };
  return { length: text.search(/\s*(?:,\s|[}\]](?:[\s,}\]]|$)|$)/) };
}

function stars(text: string): string {
  return text.replaceAll(/\S/g, '*');
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
