import { row } from '../row.ts';

/** Findings about `examples`. */
export const EXAMPLE_ROWS = {
  'invalid-example': row<{ readonly of: string; readonly problem: string }>({
    severity: 'error',
    describes: 'An example does not match its schema.',
    message: ({ of, problem }) => `The example of ${of} does not match its schema: ${problem}.`,
    why: () => 'People read examples, here and in generated code, for what they may send: they would learn what is refused.',
    advice: () => 'Mend the example, or the schema where the example is right.',
  }),
  'example-without-schema': row<{ readonly key: string; readonly of: string }>({
    severity: 'error',
    describes: 'An example shows a payload that its interaction does not have.',
    message: ({ key, of }) => `${of} has no ${key}, and an example shows one.`,
    why: () => 'Nothing says what the example shows.',
    advice: ({ key }) => `Remove the example's "${key}", or add the schema.`,
  }),
} as const;
