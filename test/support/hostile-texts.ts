/** Code that must never run. */
export const attack = 'globalThis.attacked = true';
/** Texts that try to end the literal or the comment in which they stand, to be taken for code or for a name, or not to be seen. */
export const hostile: readonly string[] = [
  `*/ ${attack}; /*`,
  `* / ${attack}`,
  `'; ${attack}; '`,
  `"; ${attack}; "`,
  `\`; ${attack}; \``,
  `\${${attack}}`,
  `\\'; ${attack}; //`,
  `\\`,
  `\\\\'`,
  `\n${attack}\n`,
  `\r${attack}`,
  `\u2028${attack}\u2029`,
  `</script><script>${attack}</script>`,
  `<!-- ${attack} -->`,
  `require("ajv/dist/runtime/equal").default`,
  `const func0 = require("fs");`,
  `export const s0 = validate0;`,
  `export interface T0 {`,
  ` * d0$`,
  `k0$`,
  ' | $optional)',
  '}',
  '{',
  '@deprecated',
  '\u202e\u2066reversed',
  '\u0000',
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'default',
  'class',
  'length',
  '$ref',
  '$defs',
  '$id',
  '$optional',
  '1',
  'é',
  '😀',
];

/** A contract as a file: what may not stand in one as it is, or may not be seen there, is escaped. */
export function writeHostile(contract: unknown): string {
  return JSON.stringify(contract).replace(/[^\P{C}\n]|[\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
