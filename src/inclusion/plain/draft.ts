import { type JsonValue, ownProperty } from '../../source/json.ts';

/**
 * The drafts of JSON Schema that are understood. A schema that does not say is read as 2020-12, and what only earlier drafts know and 2020-12
 * has no other meaning for (a list under `items`, `dependencies`, bounds that are exclusive by `true`) as they do.
 */
export type Draft = '04' | '06' | '07' | '2019-09' | '2020-12' | 'unsaid';

const NAMED = /^https?:\/\/json-schema\.org\/(?:draft-(0[467])\/(?:hyper-)?schema|draft\/(2019-09|2020-12)\/(?:hyper-)?schema|schema)#?$/;

/** The draft that a schema says it is written in, `undefined` for one that is not understood. */
export function draftOf(schema: JsonValue): Draft | undefined {
  const said = ownProperty(schema, '$schema');
  if (said === undefined) return 'unsaid';
  const named = typeof said === 'string' ? NAMED.exec(said) : null;
  return named ? ((named[1] ?? named[2] ?? 'unsaid') as Draft) : undefined;
}

/** Whether references had siblings that do not count, among much else. */
export function isEarly(draft: Draft): boolean {
  return draft === '04' || draft === '06' || draft === '07';
}
