import { isObject, type JsonValue } from '../../source/json.ts';
import { propertyKey, quoteText } from '../text.ts';

/** The type that has one JSON value only. */
export function literalType(value: JsonValue): string {
  if (typeof value === 'string') return quoteText(value);
  if (Array.isArray(value)) return `[${value.map(literalType).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const properties = Object.entries(value).map(([key, item]) => `${propertyKey(key)}: ${literalType(item)}`);
  return properties.length === 0 ? '{ [k: string]: never }' : `{ ${properties.join('; ')} }`;
}
