import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readQuickly } from '../../../src/source/quick-yaml.ts';
import { createSourceFile } from '../../../src/source/source-file.ts';
import { readThoroughly } from '../../../src/source/yaml-library.ts';
import { PATIENCE, runs } from '../../support/size.ts';
import { repositoryTexts, yamlTexts } from '../../support/yaml-texts.ts';

/** Whatever the quick reader answers, the library answers too, to the last offset and without a problem. */
function expectAgreement(text: string): boolean {
  const quick = readQuickly(text);
  if (!quick) return false;
  const { value, places, problems } = readThoroughly(createSourceFile('f.yaml', text));
  const read = { problems, ...quick, rows: [...quick.places.rows] };
  const right = { problems: [], value, places, rows: [...(places?.rows ?? [])] };
  // The expectation shows the difference; it takes a property called "constructor" for the class of its object, so Node decides.
  if (!isDeepStrictEqual(read, right)) expect(read).toStrictEqual(right);
  return true;
}

describe('the quick reader', () => {
  test('agrees with the library on every file of this repository, and reads nearly all that are right', () => {
    const texts = repositoryTexts();
    const read = texts.filter(expectAgreement);
    const right = texts.filter((text) => readThoroughly(createSourceFile('f.yaml', text)).problems.length === 0);
    expect(read.length / right.length).toBeGreaterThan(0.95);
  });

  test(
    'agrees with the library on any text that it reads',
    () => {
      let read = 0;
      let all = 0;
      fc.assert(
        fc.property(yamlTexts(), (text) => {
          all += 1;
          if (expectAgreement(text)) read += 1;
        }),
        { seed: 4, numRuns: runs(1_500, 60_000) },
      );
      // A reader that always gives up would agree with everybody.
      expect(read / all).toBeGreaterThan(0.15);
    },
    PATIENCE,
  );

  test.each([
    ['a tab', 'a:\n\tb: 1'],
    ['a tab in a text', 'a: b\tc'],
    ['a byte order mark', '\ufeffa: 1'],
    ['a second document', 'a: 1\n---\nb: 2'],
    ['a directive', '%YAML 1.2\n---\na: 1'],
    ['an anchor', 'a: &x 1'],
    ['an alias', 'a: *x'],
    ['a tag', 'a: !!str 1'],
    ['a merge key', '<<: { a: 1 }'],
    ['an explicit key', '? a\n: b'],
    ['a key that is a number', '1: a'],
    ['a repeated key', 'a: 1\na: 2'],
    ['a text over several lines', 'a: b\n  c'],
    ['a number beyond all', 'a: 1e999'],
    ['infinity', 'a: .inf'],
    ['nothing', ''],
    ['odd indentation', 'a:\n   b: 1\n  c: 2'],
    ['a prototype', '__proto__: 1'],
    ['nesting without end', `a: ${'['.repeat(200)}`],
  ])('leaves %s to the library', (_, text) => {
    expect(readQuickly(text)).toBeUndefined();
  });
});
