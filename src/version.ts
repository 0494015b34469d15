/** The version of this package. A test holds it against package.json, which the core cannot read. */
export const VERSION = '0.1.0';
