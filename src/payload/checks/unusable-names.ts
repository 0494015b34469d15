import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { UnusableName } from '../../diagnostics/families/schemas.ts';
import { isObject, type JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { type KeywordPart, keyPlaceOf, valuePlaceOf } from '../schema-part.ts';

/** Keywords whose keys are names of properties, or patterns of them. */
const NAMING = ['properties', 'patternProperties', 'dependentRequired', 'dependentSchemas'] as const;

const NOTHING: readonly Diagnostic[] = [];

/**
 * Names of properties that a message can have in JSON, and no validator, pointer or object of JavaScript can speak of. ajv passes over a
 * pattern of names that is `__proto__` as well; an empty one is fine.
 */
export function checkUnusableNames(documents: Documents, part: KeywordPart): readonly Diagnostic[] {
  const { schema } = part;
  // Most schemas are of values without names.
  if (schema.required === undefined && NAMING.every((keyword) => schema[keyword] === undefined)) return NOTHING;
  const findings: Diagnostic[] = [];
  for (const keyword of NAMING) {
    const named = schema[keyword];
    if (!isObject(named)) continue;
    for (const name of Object.keys(named)) {
      const problem = problemOf(name);
      const isPattern = keyword === 'patternProperties';
      if (problem && !(isPattern && problem === 'empty'))
        findings.push(diagnose('unusable-property-name', keyPlaceOf(documents, part, keyword, name), { name, problem }));
      if (keyword === 'dependentRequired') findings.push(...checkListed(documents, part, [keyword, name], named[name]));
    }
  }
  return [...findings, ...checkListed(documents, part, ['required'], schema.required)];
}

function checkListed(
  documents: Documents,
  part: KeywordPart,
  steps: readonly string[],
  names: JsonValue | undefined,
): readonly Diagnostic[] {
  if (!Array.isArray(names)) return [];
  return names.flatMap((name: JsonValue, index): Diagnostic | [] => {
    const problem = typeof name === 'string' ? problemOf(name) : undefined;
    // One that is declared as well has been told where it is declared.
    if (typeof name !== 'string' || problem === undefined || declares(part, name)) return [];
    return diagnose('unusable-property-name', valuePlaceOf(documents, part, ...steps, index), { name, problem });
  });
}

function declares({ schema: { properties } }: KeywordPart, name: string): boolean {
  return isObject(properties) && Object.hasOwn(properties, name);
}

function problemOf(name: string): UnusableName | undefined {
  if (name === '__proto__') return 'prototype';
  if (name === '') return 'empty';
  return /\p{Cs}/u.test(name) ? 'half' : undefined;
}
