/** Expressions for the formats that ajv-formats decides by functions. Tests hold each against ajv's own answer. */

const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const FIRST_28 = '(?:0[1-9]|1\\d|2[0-8])';

/** A day of the calendar. */
export const DAY = `(?:\\d{4}-(?:(?:0[1-9]|1[0-2])-${FIRST_28}|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|${LEAP_YEAR}-02-29)`;

/** What stands between a day and a time. */
export const DAY_FROM_TIME = '[tT\\s]';

// The digits of 1 - 2^-48: 59 seconds and a fraction that is not smaller are 60 when they are read as a number, since there is none between.
const ROUNDED_FROM = '999999999999996447286321199499070644378662109375';

/** Digits of a fraction that is smaller, from a place on, and of one that is not. */
function below(at: number): string {
  const digit = Number(ROUNDED_FROM[at]);
  const smaller = digit > 0 ? `[0-${digit - 1}]\\d*|` : '';
  return `${smaller}${digit}${at + 1 < ROUNDED_FROM.length ? `(?:${below(at + 1)})?` : '(?!)'}`;
}

function notBelow(at: number): string {
  const digit = Number(ROUNDED_FROM[at]);
  const greater = digit < 9 ? `[${digit + 1}-9]\\d*|` : '';
  return at < ROUNDED_FROM.length ? `${greater}${digit}(?:${notBelow(at + 1)})` : '\\d*';
}

const KEPT = `(?:\\.(?:${below(0)}))?`;
const ROUNDED_UP = `\\.(?:${notBelow(0)})`;

const SECONDS = `(?:(?:[0-4]\\d|5[0-8])(?:\\.\\d+)?|59${KEPT})`;
const LEAP_SECOND = `(?:60${KEPT}|59${ROUNDED_UP})`;

/** How far from Greenwich: a letter for not at all, or hours and minutes. */
const GREENWICH = '[zZ]';
const OFFSET = '[+-](?:[01]\\d|2[0-3])(?::?[0-5]\\d)?';

/** A time of a day, without leap seconds elsewhere than in Greenwich. */
export function timeSource(zone: 'required' | 'optional'): string {
  const often = zone === 'required' ? '' : '?';
  return `(?:(?:[01]\\d|2[0-3]):[0-5]\\d:${SECONDS}(?:${GREENWICH}|${OFFSET})${often}|23:59:${LEAP_SECOND}(?:${GREENWICH})${often})`;
}

/** What may be a leap second elsewhere: that depends on all numbers at once. */
export const DISTANT_LEAP_SECOND = `\\d\\d:\\d\\d:${LEAP_SECOND}${OFFSET}`;

const BASE64 = '[A-Za-z0-9+/]';

/** Base64; ajv is content with one line of it. */
export const BYTES = `^(?:${BASE64}{4})*(?:${BASE64}{2}==|${BASE64}{3}=)?$`;

const ESCAPED = '%[0-9a-f]{2}';
const PLAIN = "a-z0-9\\-._~!$&'()*+,;=";
const IN_PATH = `(?:[${PLAIN}:@]|${ESCAPED})`;
const IN_QUERY = `(?:[${PLAIN}:@/?]|${ESCAPED})*`;
const SEGMENTS = `(?:/${IN_PATH}*)*`;

const NUMBER_V4 = '(?:25[0-5]|2[0-4]\\d|[01]?\\d\\d?)';
const V4 = `(?:${NUMBER_V4}\\.){3}${NUMBER_V4}`;
const GROUP_V6 = '[0-9a-f]{1,4}';

/** The address with a gap after at most so many groups, and so many groups after the gap, the last two of which may be an address of version 4. */
const gapBefore = (after: number): string =>
  `${after === 5 ? '' : `(?:(?:${GROUP_V6}:){0,${4 - after}}${GROUP_V6})?`}::(?:${GROUP_V6}:){${after}}`;
const LONG_V6 = [`(?:${GROUP_V6}:){6}`, ...[5, 4, 3, 2, 1, 0].map(gapBefore)].join('|');
const SHORT_V6 = `(?:(?:${GROUP_V6}:){0,5}${GROUP_V6})?::${GROUP_V6}|(?:(?:${GROUP_V6}:){0,6}${GROUP_V6})?::`;
const V6 = `(?:(?:${LONG_V6})(?:${GROUP_V6}:${GROUP_V6}|${V4})|${SHORT_V6})`;

const HOST = `(?:\\[(?:${V6}|v[0-9a-f]+\\.[${PLAIN}:]+)\\]|(?:[${PLAIN}]|${ESCAPED})*)`;
const AUTHORITY = `(?:(?:[${PLAIN}:]|${ESCAPED})*@)?${HOST}(?::\\d*)?`;

/** A URI by RFC 3986, in lower case; the authority may follow a single slash. */
export const URI = `^[a-z][a-z0-9+\\-.]*:(?://?${AUTHORITY}${SEGMENTS}|/(?:${IN_PATH}+${SEGMENTS})?|${IN_PATH}+${SEGMENTS})(?:\\?${IN_QUERY})?(?:#${IN_QUERY})?$`;
