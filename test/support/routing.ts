/** Random routing keys and the patterns that topic exchanges bind by, of few words so that they meet. */
import fc from 'fast-check';

const word = fc.constantFrom('', 'a', 'b', 'order', 'new', 'a*', '#b', '**');

/** A key as a sender writes it; stars and hashes in it mean nothing. */
export const anyKey: fc.Arbitrary<string> = fc
  .array(fc.oneof(word, fc.constantFrom('a', 'b', '*', '#')), { maxLength: 5 })
  .map((words) => words.join('.'));

/** What a queue is bound by. */
export const anyPattern: fc.Arbitrary<string> = fc
  .array(fc.oneof(word, fc.constantFrom('a', 'b', '*', '#', '#')), { maxLength: 5 })
  .map((words) => words.join('.'));
