import type { Form } from './form.ts';

/**
 * The text that the engine gives as the smallest of a format (a test holds it against that). Finding it means working out all texts of the format,
 * which takes up to a fifth of a second, and most messages need no more of a format than one text.
 */
export const PLAIN_TEXTS: ReadonlyMap<string, string> = new Map([
  ['binary', ''],
  ['byte', ''],
  ['date', '0000-01-01'],
  ['date-time', '0000-01-01t00:00:00z'],
  ['double', ''],
  ['duration', 'P0D'],
  ['email', 'a@a.a'],
  ['float', ''],
  ['hostname', 'a'],
  ['int32', ''],
  ['int64', ''],
  ['ipv4', '0.0.0.0'],
  ['ipv6', '::'],
  ['iso-date-time', '0000-01-01t00:00:00'],
  ['iso-time', '00:00:00'],
  ['json-pointer', ''],
  ['json-pointer-uri-fragment', '#'],
  ['password', ''],
  ['regex', ''],
  ['relative-json-pointer', '0'],
  ['time', '00:00:00z'],
  ['uri', 'a:a'],
  ['uri-reference', ''],
  ['uri-template', ''],
  ['url', 'ftp://a.aa'],
  ['uuid', 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'],
]);

/** The smallest text of a form that asks for a text of some format and for nothing else. */
export function plainTextOf(form: Form): string | undefined {
  if (form.kind !== 'parts' || form.shell.type !== 'string' || Object.keys(form.shell).length !== 2) return undefined;
  const { format } = form.shell;
  return typeof format === 'string' ? PLAIN_TEXTS.get(format) : undefined;
}
