/**
 * A contract may come from anybody. Whatever text it holds, the code made from it must compile, run none of that text, and say what the
 * contract says.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { GeneratedFile } from '../../../src/gen/emitter.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import type { Validator } from '../../../src/runtime/validation.ts';
import { compileStrictly, loadValidators } from '../../support/generated.ts';
import { attack, hostile, writeHostile } from '../../support/hostile-texts.ts';
import { loadSystem } from '../../support/load-system.ts';

/** The texts that may be names of properties. */
const names = hostile.filter((text) => text !== '' && text !== '__proto__' && !/\p{Cs}/u.test(text));

/** One property for each: its name, and its only value beside `plain`. */
const properties = Object.fromEntries(names.map((text) => [text, { enum: [text, 'plain'], description: text, default: text }]));

const contract = {
  msgctl: 1,
  service: 'hostile',
  version: '1.0.0',
  description: hostile.join(' '),
  provides: {
    attack: {
      pattern: 'notification',
      via: 'memory',
      description: hostile.join('\n'),
      deprecated: { since: '0.9.0', remove: '2.0.0', instead: `*/ ${attack}` },
      message: { type: 'object', required: names, properties, title: `*/ ${attack}`, 'x-deprecated': { instead: `*/ ${attack}` } },
    },
    patterns: {
      pattern: 'notification',
      via: 'memory',
      message: {
        type: 'object',
        patternProperties: { '^[*]/\'`\\$\\{"$': { const: { "'*/": [`'*/`] } } },
        additionalProperties: { type: 'array', items: { type: 'string', pattern: '^[*]/\'`\\$\\{\\\\"$', description: `*/ ${attack}` } },
      },
    },
  },
};

const project = {
  msgctl: 1,
  project: 'hostile',
  contracts: 'contracts/*.yaml',
  generate: { out: 'out' },
  transports: { memory: { kind: 'memory' } },
};

async function generate(provided: unknown): Promise<readonly GeneratedFile[]> {
  const written = { ...contract, provides: provided };
  return generateCode(await loadSystem({ 'msgctl.yaml': JSON.stringify(project), 'contracts/hostile.yaml': writeHostile(written) }));
}

describe('hostile text', () => {
  let files: readonly GeneratedFile[] = [];
  beforeAll(async () => {
    files = await generate(contract.provides);
  });

  test('compiles', () => {
    expect(compileStrictly(files)).toBe('');
  });

  test('keeps each name and each value', () => {
    const types = files.find(({ path }) => path === 'out/types/hostile.ts')?.text ?? '';
    const declared = [...types.matchAll(/^ {2}(?:'((?:[^'\\]|\\.)*)'|(\w+)): '((?:[^'\\]|\\.)*)' \| 'plain';$/gm)];
    const unquote = (inner = ''): string =>
      JSON.parse(
        `"${inner
          .replaceAll("\\'", "'")
          .replaceAll('<\\/', '</')
          .replaceAll(/(?<!\\)"/g, '\\"')}"`,
      );
    expect(declared.map(([, quoted, plain]) => plain ?? unquote(quoted)).sort()).toEqual([...names].sort());
    expect(declared.map(([, , , value]) => unquote(value)).sort()).toEqual([...names].sort());
  });

  test('holds nothing invisible and nothing that ends a script', () => {
    for (const { text } of files) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(text).not.toContain('</');
    }
  });

  test('does not run when its validators do, and is validated as what it is', async () => {
    const file = files.find(({ path }) => path === 'out/hostile.validators.js');
    const validators = await loadValidators(file ?? { path: '', text: '' });
    const validate = validators.attackMessage as Validator<unknown>;
    const message = Object.fromEntries(names.map((text) => [text, text]));
    expect(validate(message), JSON.stringify(validate.errors)).toBe(true);
    for (const text of names) {
      const { [text]: _, ...without } = message;
      expect(validate(without), text).toBe(false);
      expect(validate({ ...message, [text]: `${text}!` }), text).toBe(false);
    }
    const byPattern = validators.patternsMessage as Validator<unknown>;
    expect(byPattern({ other: ['*/\'`${\\"'] }), JSON.stringify(byPattern.errors)).toBe(true);
    expect(byPattern({ other: ['x'] })).toBe(false);
    expect('attacked' in globalThis).toBe(false);
  });
});

test.each(['\ud800', '', '__proto__'])('the name %j of a property is refused', async (name) => {
  const message = { type: 'object', properties: Object.fromEntries([[name, { enum: ['a'] }]]) };
  await expect(generate({ attack: { pattern: 'notification', via: 'memory', message } })).rejects.toThrow('unusable-property-name');
});
