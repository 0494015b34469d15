// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references such as ${NAME} are what is tested, in texts of the project file.
import { describe, expect, test } from 'vitest';
import { interpolate, referencedFiles } from '../../../src/contract/interpolate.ts';

const source = {
  variable: (name: string) =>
    new Map([
      ['NAME', 'rabbit'],
      ['EMPTY', ''],
      ['TRICK', '${NAME}'],
    ]).get(name),
  file: (path: string) => new Map([['/run/secrets/pw', 'hunter2']]).get(path),
};

describe('interpolate', () => {
  test.each([
    ['plain', 'plain'],
    ['${NAME}', 'rabbit'],
    ['amqp://${NAME}:${PORT:-5672}/', 'amqp://rabbit:5672/'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY}', ''],
    ['${NONE:-}', ''],
    ['${NONE:-amqp://localhost:5672}', 'amqp://localhost:5672'],
    ['${file:/run/secrets/pw}', 'hunter2'],
    ['$${NAME} and ${NAME}', '${NAME} and rabbit'],
    ['${TRICK}', '${NAME}'],
    ['$NAME and {NAME} and $ {NAME}', '$NAME and {NAME} and $ {NAME}'],
  ])('%s becomes %s', (text, expected) => {
    expect(interpolate(text, source)).toEqual({ value: expected, missing: [], malformed: [] });
  });

  test.each(['${not a name}', '${NAME', 'a ${} b', '${2ND}', '${NAME:default}', '${NAME} ${'])('tells that %j is no reference', (text) => {
    expect(interpolate({ a: text }, source).malformed).toEqual(['/a']);
  });

  test('keeps what has no value and tells where', () => {
    const value = { a: ['x', '${NONE}/${file:/none}'], __proto__: 1, n: 7, 'k/y': '${NONE}' };
    expect(interpolate(value, source)).toEqual({
      value,
      missing: [
        { reference: '${NONE}', pointer: '/a/1' },
        { reference: '${file:/none}', pointer: '/a/1' },
        { reference: '${NONE}', pointer: '/k~1y' },
      ],
      malformed: [],
    });
  });

  test('finds the files it needs', () => {
    expect(referencedFiles({ a: '${file:a.pem}', b: ['${file:/b} ${NAME} ${file:a.pem}', '$${file:no}'] })).toEqual(['a.pem', '/b']);
  });
});
