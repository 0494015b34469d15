import { describe, expect, test } from 'vitest';
import { commentLines, hardenCode, jsDoc, literalKey, propertyKey, quoteText } from '../../../src/gen/text.ts';

describe('quoteText', () => {
  test.each([
    ['plain', "'plain'"],
    ["it's", "'it\\'s'"],
    ['"', "'\"'"],
    ['\\', "'\\\\'"],
    ['a\nb\tc', "'a\\nb\\tc'"],
    ['\u2028\u2029', "'\\u2028\\u2029'"],
    ['\u202e', "'\\u202e'"],
    ['\u{e0001}', "'\\udb40\\udc01'"],
    ['\ud800', "'\\ud800'"],
    ['</script>', "'<\\/script>'"],
    ['`', "'`'"],
  ])('%j becomes %s', (text, literal) => {
    expect(quoteText(text)).toBe(literal);
  });
});

describe('keys', () => {
  test.each([
    ['amount', 'amount', 'amount'],
    ['card-declined', "'card-declined'", "'card-declined'"],
    ['1', "'1'", "'1'"],
    ['__proto__', "'__proto__'", "['__proto__']"],
  ])('%s is %s in a type, %s in a literal', (key, inType, inLiteral) => {
    expect(propertyKey(key)).toBe(inType);
    expect(literalKey(key)).toBe(inLiteral);
  });
});

describe('comments', () => {
  test('cannot be ended from inside, whatever the line breaks', () => {
    expect(commentLines('a */ b\r\nc\u2028d\rend </script> ')).toEqual(['a *\\/ b', 'c', 'd', 'end <\\/script>']);
  });

  test('stand on one line where they fit', () => {
    expect(jsDoc(['Once.'])).toEqual(['/** Once. */']);
    expect(jsDoc(['First.', '', '@tag'])).toEqual(['/**', ' * First.', ' *', ' * @tag', ' */']);
    expect(jsDoc([])).toEqual([]);
    expect(jsDoc([' '])).toEqual([]);
  });
});

test('hardenCode keeps lines and escapes what is invisible in them', () => {
  expect(hardenCode('const a = "\u2028</b>";\nconst b = "\u200b";')).toBe('const a = "\\u2028<\\/b>";\nconst b = "\\u200b";');
});
