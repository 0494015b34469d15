import { isObject, type JsonValue } from '../../source/json.ts';
import type { Documents } from '../documents.ts';
import { childPart, hasKeywords, type KeywordPart, listParts, namedParts, namesOf, referredPart, type SchemaPart } from '../schema-part.ts';
import { PLAIN, TEXTS } from './kept-keywords.ts';
import { hasParts } from './narrow-values.ts';
import type { Read, ReadPaths } from './read-paths.ts';

/** What is left of the work that one question may cost: types may use each other many times over. */
type Run = { readonly documents: Documents; steps: number };

const MOST_STEPS = 2_000;

/**
 * Whether a schema says the same of any two values that are alike in what is read. Such a schema may stand where accepting more means
 * refusing more (`not`, a condition): nothing of it has to be narrowed.
 */
export function speaksOfRead(documents: Documents, part: SchemaPart | undefined, read: Read): boolean {
  return isAboutRead({ documents, steps: MOST_STEPS }, part, read);
}

function isAboutRead(run: Run, part: SchemaPart | undefined, read: Read): boolean {
  if (read === 'all' || !hasKeywords(part)) return true;
  run.steps -= 1;
  return run.steps > 0 && Object.keys(part.schema).every((keyword) => isKeywordAboutRead(run, part, keyword, read));
}

function isKeywordAboutRead(run: Run, part: KeywordPart, keyword: string, read: ReadPaths): boolean {
  const value = part.schema[keyword] ?? null;
  switch (keyword) {
    case 'enum':
      return Array.isArray(value) && !value.some(hasParts);
    case 'const':
      return !hasParts(value);
    case 'required':
      return areRead(value, read);
    case 'dependentRequired':
      return isObject(value) && Object.entries(value).every(([name, needed]) => read.has(name) && areRead(needed, read));
    case 'properties':
      return namedParts(part, keyword).every((inner) => isPropertyAboutRead(run, inner, read));
    case 'dependentSchemas':
      return namesOf(part, keyword).every((name) => read.has(name)) && areAboutRead(run, namedParts(part, keyword), read);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return areAboutRead(run, listParts(part, keyword), read);
    case 'not':
    case 'if':
    case 'then':
    case 'else':
      return isAboutRead(run, childPart(part, keyword), read);
    case '$ref': {
      const target = referredPart(run.documents, part);
      return target !== undefined && isAboutRead(run, target, read);
    }
    default:
      return ABOUT_VALUES.has(keyword) || keyword.startsWith('x-') || (value === true && ABOUT_OTHERS.has(keyword));
  }
}

/** Keywords that say nothing of what a value holds, and those that nobody checks. */
const ABOUT_VALUES: ReadonlySet<string> = new Set([...PLAIN, ...TEXTS, '$comment', '$defs', 'default', 'examples', 'contentSchema']);

/** Keywords that demand nothing where their schema is `true`. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set([
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'items',
  'unevaluatedItems',
]);

function isPropertyAboutRead(run: Run, part: SchemaPart, read: ReadPaths): boolean {
  const below = read.get(String(part.step));
  return part.schema === true || (below !== undefined && isAboutRead(run, part, below));
}

function areAboutRead(run: Run, parts: readonly SchemaPart[], read: Read): boolean {
  return parts.every((part) => isAboutRead(run, part, read));
}

function areRead(names: JsonValue, read: ReadPaths): boolean {
  return Array.isArray(names) && names.every((name) => typeof name === 'string' && read.has(name));
}
