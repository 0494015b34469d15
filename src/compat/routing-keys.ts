/** Routing keys as sets of texts: which of them a binding of RabbitMQ takes, and one that it does not. */
import { findWord } from '../inclusion/texts/ask.ts';
import { textsOfPattern } from '../inclusion/texts/patterns.ts';
import { hasText, intersect, subtract, type Texts } from '../inclusion/texts/texts.ts';

/**
 * A set of routing keys. Keys are words with dots between them, and the empty key has no word, where `a.` has two. So that a pattern can be put
 * together word by word, a key stands in the set with a dot before each word.
 */
export type RoutingKeys = { readonly spelled: Texts };

/** Every routing key. A single empty word is none: it could not be told from no word. */
const ANY_KEY: RoutingKeys = { spelled: subtract(textsOfPattern('^(?:\\.[^.]*)*$'), textsOfPattern('^\\.$')) };

/**
 * The keys that a binding of a topic exchange takes: `*` stands for one word, `#` for any number of them, none included. Anything else is a
 * word, whatever stars it has inside.
 */
export function keysOfPattern(pattern: string): RoutingKeys {
  const parts = wordsOf(pattern).map((word) => {
    if (word === '*') return '\\.[^.]*';
    return word === '#' ? '(?:\\.[^.]*)*' : `\\.${word.replaceAll(/[\\^$*+?()[\]{}|/]/g, '\\$&')}`;
  });
  return { spelled: intersect(textsOfPattern(`^${parts.join('')}$`), ANY_KEY.spelled) };
}

/** One key, with no meaning to stars. */
export function onlyKey(key: string): RoutingKeys {
  const words = wordsOf(key).map((word) => `\\.${word.replaceAll(/[\\^$*+?()[\]{}|/]/g, '\\$&')}`);
  return { spelled: textsOfPattern(`^${words.join('')}$`) };
}

/**
 * The keys that a binding takes, by the type of its exchange; `undefined` of a type that is decided by more than keys. Bindings of msgctl have no
 * arguments, so one of a headers exchange asks for nothing.
 */
export function keysBound(type: string, routingKey: string): RoutingKeys | undefined {
  switch (type) {
    case 'topic':
      return keysOfPattern(routingKey);
    case 'direct':
      return onlyKey(routingKey);
    case 'fanout':
    case 'headers':
      return ANY_KEY;
    default:
      return undefined;
  }
}

/** Whether a key is one of a set; `undefined` where that takes too long to find out. */
export function hasKey({ spelled }: RoutingKeys, key: string): boolean | undefined {
  return hasText(
    spelled,
    wordsOf(key)
      .map((word) => `.${word}`)
      .join(''),
  );
}

/** The shortest key of some that another set does not have; `none`, or `unknown` where that takes too long to find out. */
export function findLostKey(sent: RoutingKeys, bound: RoutingKeys): { readonly key: string } | 'none' | 'unknown' {
  const found = findWord(subtract(sent.spelled, bound.spelled));
  if (found.answer === 'word') return { key: found.word.slice(1) };
  return found.answer;
}

/** The shortest key that two sets have in common; `none`, or `unknown` where that takes too long to find out. */
export function findSharedKey(one: RoutingKeys, other: RoutingKeys): { readonly key: string } | 'none' | 'unknown' {
  const found = findWord(intersect(one.spelled, other.spelled));
  if (found.answer === 'word') return { key: found.word.slice(1) };
  return found.answer;
}

function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.');
}
