import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ownProperty } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { IN_PLACE } from '../keywords.ts';
import type { SchemaCheck } from '../schema-check.ts';
import { hasKeywords, type KeywordPart, namesOf, partsOfValue, type SchemaPart, valuePlaceOf } from '../schema-part.ts';

/** The properties that some schema of a value declares; undefined where any name may be one. */
type Declared = ReadonlySet<string> | undefined;

/**
 * Whether each name of `required` is a property that the schemas of the same value declare, be it beside it, behind a reference or in another
 * branch. Schemas that declare no property at all say nothing of names, and `not: { required: … }` is about a property that must not be there.
 */
export function createRequiredCheck(documents: Documents): SchemaCheck {
  const known = new Map<KeywordPart['schema'], Declared>();
  return (part) => {
    const required = part.schema.required;
    if (!Array.isArray(required)) return [];
    const missing = required.filter((name) => typeof name === 'string' && ownProperty(part.schema.properties, name) === undefined);
    if (missing.length === 0) return [];
    const whole = wholeOf(part);
    if (!hasKeywords(whole)) return [];
    if (!known.has(whole.schema)) known.set(whole.schema, declaredBy(documents, whole));
    const declared = known.get(whole.schema);
    if (!declared || declared.size === 0) return [];
    return missing.flatMap((name): Diagnostic | [] => {
      if (declared.has(name)) return [];
      return diagnose('undeclared-property', valuePlaceOf(documents, part, 'required', required.indexOf(name)), {
        name,
        known: [...declared],
      });
    });
  };
}

/** The outermost schema of the same value; undefined below `not`. */
function wholeOf(part: SchemaPart): SchemaPart | undefined {
  let whole = part;
  while (whole.holder && IN_PLACE.has(whole.keyword)) {
    if (whole.keyword === 'not') return undefined;
    whole = whole.holder;
  }
  return whole;
}

function declaredBy(documents: Documents, whole: KeywordPart): Declared {
  const { parts, complete } = partsOfValue(documents, whole);
  if (!complete || parts.some(takesAnyName)) return undefined;
  return new Set(parts.flatMap((part) => namesOf(part, 'properties')));
}

function takesAnyName({ schema }: KeywordPart): boolean {
  const others = [schema.additionalProperties, schema.unevaluatedProperties];
  return Object.hasOwn(schema, 'patternProperties') || others.some((other) => other !== undefined && other !== false);
}
