import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName } from '../suggest.ts';

/** What is deprecated, in words that begin a sentence: an interaction's id, `The property "documentUrl"`. */
type What = { readonly what: string };

/** Findings about what is on its way out: deprecations, and acceptances that end. */
export const DEPRECATION_ROWS = {
  'removal-due': row<What & { readonly remove: string; readonly now: string; readonly byDate: boolean }>({
    severity: 'warning',
    describes: 'Something deprecated is still there past the version or the day of its removal.',
    message: ({ what, remove, now, byDate }) =>
      byDate ? `${what} was to go on ${remove}, and today is ${now}.` : `${what} was to go with ${remove}, and this is ${now}.`,
    why: () => 'What was announced did not happen, so nobody can rely on the next announcement.',
    advice: ({ byDate }) => `Remove it, or write a later ${byDate ? 'day' : 'version'} under "remove".`,
  }),
  'removal-before-deprecation': row<What & { readonly remove: string; readonly since: string }>({
    severity: 'error',
    describes: 'Something goes no later than the version that deprecates it.',
    message: ({ what, remove, since }) => `${what} is deprecated since ${since}, and goes with ${remove}.`,
    why: () => 'There would be no version in which it is deprecated and still there.',
    advice: ({ since }) => `Make "remove" later than ${since}.`,
  }),
  'deprecated-later': row<What & { readonly since: string; readonly version: string }>({
    severity: 'warning',
    describes: 'Something is deprecated since a version that is still to come.',
    message: ({ what, since, version }) => `${what} is deprecated since ${since}, and this is ${version}.`,
    why: () => 'Whoever reads it in this version would look for a release that is not there.',
    advice: ({ since, version }) => `Write "since: ${version}", or make this version ${since}.`,
  }),
  'unknown-replacement': row<What & { readonly instead: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'What should be used in place of something deprecated does not exist.',
    message: ({ what, instead }) => `${what} is to be replaced by ${quoteText(instead)}, which nobody provides.`,
    why: () => 'Whoever wants to move would find nothing to move to.',
    advice: ({ instead, known }) => adviseName(instead, known, 'Name something that is there, or say it in words.'),
  }),
  'deprecated-use': row<{ readonly id: string; readonly since?: string; readonly remove?: string; readonly instead?: string }>({
    severity: 'warning',
    describes: 'A service uses something deprecated.',
    message: ({ id, since }) => `${id} is deprecated${since === undefined ? '' : ` since ${since}`}.`,
    why: ({ remove }) =>
      remove === undefined ? 'Its provider wants to take it away.' : `It goes ${goes(remove)}, and this service would stop working.`,
    advice: ({ instead }) => (instead === undefined ? 'Ask its provider what to use in its place.' : `Use ${instead} in its place.`),
  }),
  'deprecated-read': row<{
    readonly id: string;
    readonly pointer: string;
    readonly since?: string;
    readonly remove?: string;
    readonly instead?: string;
  }>({
    severity: 'warning',
    describes: 'A service reads a property that is deprecated.',
    message: ({ id, pointer, since }) => `${quoteText(pointer)} of ${id} is deprecated${since === undefined ? '' : ` since ${since}`}.`,
    why: ({ remove }) =>
      remove === undefined ? 'Its provider wants to take it away.' : `It goes ${goes(remove)}, and this service would find nothing there.`,
    advice: ({ instead }) => (instead === undefined ? 'Ask its provider what to read in its place.' : `Use ${instead} in its place.`),
  }),
  'acceptance-expired': row<{ readonly finding: string; readonly until: string; readonly today: string }>({
    severity: 'warning',
    describes: 'A breaking change was agreed on until a day that is past.',
    message: ({ finding, until, today }) => `${finding} was accepted until ${until}, and today is ${today}.`,
    why: () => 'It counts as breaking again, and the entry only says that once it did not.',
    advice: () => 'Remove the entry, or agree on a later day.',
  }),
} as const;

function goes(remove: string): string {
  return /^\d{4}-/.test(remove) ? `on ${remove}` : `with ${remove}`;
}
