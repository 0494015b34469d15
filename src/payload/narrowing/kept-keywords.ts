/** Keywords that say what something is, for people. */
export const TEXTS: readonly string[] = ['title', 'description', 'deprecated', 'x-deprecated', 'readOnly', 'writeOnly'];

/** Keywords that speak of a value without looking into it. */
export const PLAIN: readonly string[] = [
  'type',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'format',
  'contentEncoding',
  'contentMediaType',
];
