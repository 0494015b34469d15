import { describe, expect, test } from 'vitest';
import contractSchema from '../../../schema/contract.json' with { type: 'json' };
import projectSchema from '../../../schema/project.json' with { type: 'json' };
import { checkShape, type FileKind } from '../../../src/contract/check-shape.ts';
import { FORMS } from '../../../src/contract/shape-words.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';

function check(text: string, kind: FileKind = 'contract'): readonly string[] {
  return checkShape(parseYaml('f.yaml', text), kind).map(({ id, at }) => `${at.start.line}:${at.start.column} ${id}`);
}

const HEAD = 'msgctl: 1\nservice: a\nversion: 1.0.0\n';

describe('the words of the shape check', () => {
  test('are there for every form of text in the schemas', () => {
    const forms = [contractSchema, projectSchema].flatMap(({ $defs }) =>
      Object.entries($defs).flatMap(([name, definition]) =>
        'pattern' in definition && typeof definition.pattern === 'string' ? [name] : [],
      ),
    );
    expect([...new Set(forms)].sort()).toEqual([...FORMS.keys()].sort());
  });

  test('are those that editors show', () => {
    for (const { $defs } of [contractSchema, projectSchema]) {
      for (const [name, definition] of Object.entries($defs)) {
        if (!('patternErrorMessage' in definition)) continue;
        const { form, example } = FORMS.get(name) ?? { form: '', example: '' };
        expect(definition.patternErrorMessage, name).toContain(`Not ${form}, like ${example}`);
      }
    }
  });

  test('give examples that are of the form', () => {
    for (const { $defs } of [contractSchema, projectSchema]) {
      for (const [name, definition] of Object.entries($defs)) {
        if (!('pattern' in definition) || typeof definition.pattern !== 'string') continue;
        expect(FORMS.get(name)?.example, name).toMatch(new RegExp(definition.pattern, 'u'));
      }
    }
  });
});

describe('checkShape', () => {
  test.each([
    ['a misspelt required key is one mistake', 'msgctl: 1\nservise: a\nversion: 1.0.0\n', ['2:1 unknown-key']],
    [
      'a missing key and an unrelated unknown one are two',
      'msgctl: 1\ncolour: red\nversion: 1.0.0\n',
      ['1:1 missing-key', '2:1 unknown-key'],
    ],
    [
      'the wrong type hides no other mistake',
      `${HEAD}owner: 5\nprovides: { x: { pattern: nope } }\n`,
      ['4:8 wrong-type', '5:27 unknown-pattern'],
    ],
    [
      'a number in place of a duration is one mistake',
      `${HEAD}provides: { x: { pattern: notification, timeout: 5 } }\n`,
      ['4:50 malformed-duration'],
    ],
    ['one wrong pointer of a list', `${HEAD}uses: { a.b: { reads: [a, 5, //] } }\n`, ['4:27 wrong-type', '4:30 malformed-value']],
    [
      'a deep mistake in a payload',
      `${HEAD}types: { A: { anyOf: [{ items: { properties: { b: { minLenght: 1 } } } }] } }\n`,
      ['4:53 unknown-keyword'],
    ],
    ['a payload schema may be true', `${HEAD}types: { A: true }\n`, []],
    ['keys of ones own', `${HEAD}x-team: { any: thing }\ntypes: { A: { x-own: 1 } }\n`, []],
    ['an entry of uses may say nothing', `${HEAD}uses:\n  a.b:\n`, []],
    ['nothing at all', '', ['1:1 empty-file']],
  ])('%s', (_, text, expected) => {
    expect(check(text)).toEqual(expected);
  });

  test('knows files of types', () => {
    expect(check('types: { A: { type: object } }', 'types')).toEqual([]);
    expect(check('service: a\ntypes: {}', 'types')).toEqual(['1:1 unknown-key']);
  });
});

describe('a text with a comma inside braces', () => {
  const advice = (text: string) =>
    checkShape(parseYaml('f.yaml', text), 'contract').map(({ id, at, advice: told }) => `${at.start.column} ${id} ${told}`);

  test('is told where it was cut off', () => {
    const text = `${HEAD}channels: { money: { via: log, description: Takes money, fast } }\n`;
    expect(advice(text)).toEqual([
      '58 unknown-key If it belongs to the text before the comma, put all of that text in quotes: a comma ends a text inside braces.',
    ]);
  });

  test('is nothing else where a colon follows', () => {
    expect(advice(`${HEAD}channels: { money: { via: log, fast: 1 } }\n`).join()).not.toContain('comma');
  });
});
