import { expect, test } from 'vitest';
import { appendPointer, parentPointer, pointerSegments } from '../../../src/source/pointer.ts';

test.each([
  ['', []],
  ['/', ['']],
  ['/types/A~1b/~0', ['types', 'A/b', '~']],
  ['/a//b', ['a', '', 'b']],
])('the segments of %j are %j', (pointer, segments) => {
  expect(pointerSegments(pointer)).toEqual(segments);
  expect(appendPointer('', ...segments)).toBe(pointer);
});

test.each([
  ['/a/b', '/a'],
  ['/a', ''],
  ['', ''],
])('the parent of %j is %j', (pointer, parent) => {
  expect(parentPointer(pointer)).toBe(parent);
});
