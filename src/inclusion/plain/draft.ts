import { type JsonValue, ownProperty } from '../../source/json.ts';

/** The drafts of JSON Schema that are understood. */
export type Draft = '06' | '07' | '2019-09' | '2020-12';

/** The draft that a schema says it is written in; 2020-12 where it says none, `undefined` for one that is not understood. */
export function draftOf(schema: JsonValue): Draft | undefined {
  const said = ownProperty(schema, '$schema');
  if (said === undefined) return '2020-12';
  const named =
    typeof said === 'string' ? /json-schema\.org\/(?:draft-(0[67])\/schema|draft\/(2019-09|2020-12)\/schema)#?$/.exec(said) : null;
  return (named?.[1] ?? named?.[2]) as Draft | undefined;
}

/** Whether references had siblings that count, among much else. */
export function isEarly(draft: Draft): boolean {
  return draft === '06' || draft === '07';
}
