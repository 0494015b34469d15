import { expect, test } from 'vitest';
import { describeSystemError } from '../../../src/diagnostics/system-errors.ts';

test('a code of the system is told in words, with the code for whoever looks it up', () => {
  expect(describeSystemError('ENOSPC')).toBe('there is no room left (ENOSPC)');
  expect(describeSystemError('EISDIR')).toBe('it is a folder (EISDIR)');
});

test.each(['ESTALE', 'constructor', '__proto__'])('%s, which is not known here, stays as it is', (code) => {
  expect(describeSystemError(code)).toBe(code);
});
