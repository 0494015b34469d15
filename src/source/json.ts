/** A JSON value as YAML and JSON texts give it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Its keys are untrusted text: look them up with {@link ownProperty}, never by plain indexing. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Whether `value` is a JSON object (neither null nor an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property `key` of `value`, so that a contract naming something `__proto__` or `constructor` finds only what it wrote. */
export function ownProperty(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
