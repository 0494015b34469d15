import { KEYWORDS } from '../../src/payload/keywords.ts';
import { isObject, type JsonValue } from '../../src/source/json.ts';

/** Keywords that only a validator checks, with the words by which JSDoc names them where it is not the keyword itself. */
const UNSAID: ReadonlyMap<string, RegExp> = new Map<string, RegExp>([
  ...[
    ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern', 'format'],
    ...['minItems', 'maxItems', 'contains', 'minContains', 'maxContains', 'unevaluatedItems'],
    ...['minProperties', 'maxProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'not', 'if'],
    ...['contentEncoding', 'contentMediaType', 'contentSchema'],
  ].map((keyword): [string, RegExp] => [keyword, new RegExp(`\\b${keyword}\\b`)]),
  ['patternProperties', /Properties by pattern: /],
]);

/** The keywords of a schema, and of what it holds, that no type can say, each with the words that JSDoc must have for it. */
export function unsaidKeywords(schema: JsonValue): ReadonlyMap<string, RegExp> {
  const found = new Map<string, RegExp>();
  const visit = (value: JsonValue): void => {
    if (!isObject(value)) return;
    for (const [keyword, inner] of Object.entries(value)) {
      const words = UNSAID.get(keyword);
      if (words) found.set(keyword, words);
      if (keyword === 'uniqueItems' && inner === true) found.set(keyword, /\buniqueItems\b/);
      if (inner === 'integer') found.set('integer', /\binteger\b/);
      const isClosing = inner === false && (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties');
      if (isClosing) found.set(keyword, /No other properties are allowed/);
      // What a condition holds is checked as a whole.
      if ((words && keyword !== 'patternProperties') || keyword === 'then' || keyword === 'else') continue;
      const holds = KEYWORDS.get(keyword);
      if (holds === 'schema') visit(inner);
      if (holds === 'schemas' && Array.isArray(inner)) inner.forEach(visit);
      if (holds === 'named-schemas' && isObject(inner)) Object.values(inner).forEach(visit);
    }
  };
  visit(schema);
  return found;
}

/** The declaration of a type with its JSDoc, and those of the types of the same module that it refers to. */
export function declarationOf(module: string, type: string): string {
  const parts = module.split(/\n\n(?=\/\*\*|export )/);
  const declarations = new Map(parts.map((text) => [/^export (?:type|interface) (\w+)/m.exec(text)?.[1] ?? '', text]));
  const seen = new Set<string>();
  const waiting = [type];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const text = seen.has(next) ? '' : (declarations.get(next) ?? '');
    seen.add(next);
    waiting.push(...[...text.matchAll(/\b[A-Z]\w*/g)].map(([name]) => name));
  }
  return [...seen].map((name) => declarations.get(name) ?? '').join('\n');
}
