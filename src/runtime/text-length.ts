import ucs2lengthModule from 'ajv/dist/runtime/ucs2length.js';

/** How many characters (code points) a text has. */
export const ucs2length: (text: string) => number = unwrap(ucs2lengthModule);

/** The default export of a CommonJS module, which Node hands out with its module around it and bundlers do without. */
function unwrap<F>(found: unknown): F {
  return (typeof found === 'function' ? found : (found as { readonly default: unknown }).default) as F;
}
