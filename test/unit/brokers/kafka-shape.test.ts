import { describe, expect, it } from 'vitest';
import { explain, rawAnswer } from '../../../src/brokers/kafka/explain.ts';
import { inPortions } from '../../../src/brokers/kafka/shape.ts';

describe('what is asked of Kafka at once', () => {
  it.each([
    ['at most 200 topics', Array.from({ length: 450 }, () => 2), [200, 200, 50]],
    ['at most 8000 records', [5000, 3000, 1, 7999], [2, 2]],
    ['one that is larger than that alone', [1, 9000, 1], [1, 1, 1]],
    ['nothing', [], []],
  ])('%s', (_, records, sizes) => {
    expect(inPortions(records, (each) => each).map(({ length }) => length)).toEqual(sizes);
  });
});

describe('what Kafka refused', () => {
  it.each([
    [{ code: 44, text: 'At least 3 replicas.' }, 'A policy of the cluster\'s operators forbids it. Kafka says: "At least 3 replicas".'],
    [{ code: 29 }, 'The user that msgctl logs in as lacks the rights for this topic.'],
    [{ code: 999 }, 'Kafka refused it with its error 999.'],
  ])('%o is told in words', (answer, sentence) => {
    expect(explain(answer)).toBe(sentence);
  });

  it('is kept as it was for those who want it', () => {
    expect(rawAnswer({ code: 44, text: 'No.' })).toBe('error 44: No.');
    expect(rawAnswer({ code: 29 })).toBe('error 29');
  });
});
