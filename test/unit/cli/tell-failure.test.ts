import { Errors } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { tellFailure } from '../../../src/cli/tell-failure.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { testHost } from './fixtures.ts';

function tell(error: unknown, argv: readonly string[] = []) {
  const host = testHost('.');
  const exit = tellFailure(error, { host, argv, command: 'plan', version: '0', issues: 'https://example.org/issues' });
  return { exit, stdout: host.stdout(), stderr: host.stderr() };
}

const failure = new Failure('broker-silent', {
  message: 'amqp://ada:s3cret@broker does not answer.',
  why: 'Nothing can be read from it.',
  advice: 'Check amqp://ada:s3cret@broker/.',
});

describe('a failure', () => {
  test('is told in three parts, without passwords', () => {
    expect(tell(failure)).toEqual({
      exit: 'failed',
      stdout: '',
      stderr:
        'error broker-silent\n  amqp://ada:***@broker does not answer.\n  Nothing can be read from it.\n  Check amqp://ada:***@broker/.\n',
    });
  });

  test.each([
    ['--format json', ['plan', '--format', 'json']],
    ['--format=json', ['plan', '--format=json']],
  ])('is told on stdout as well with %s', (_, argv) => {
    const { stdout } = tell(failure, argv);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'plan',
      outcome: 'failed',
      error: { id: 'broker-silent', message: 'amqp://ada:***@broker does not answer.' },
    });
  });

  test('is an annotation with --format github', () => {
    expect(tell(failure, ['--format', 'github']).stdout).toMatch(
      /^::error title=broker-silent::amqp:\/\/ada:\*\*\*@broker does not answer\.%0A/,
    );
  });
});

describe('a bug', () => {
  test('is told with its stack and where to report it, without passwords', () => {
    const { exit, stderr } = tell(new TypeError('x is not a function at redis://:s3cret@cache'));
    expect(exit).toBe('bug');
    expect(stderr).toContain('This is a bug in msgctl 0: x is not a function at redis://:***@cache');
    expect(stderr).toContain('Please report it at https://example.org/issues, with what you ran and the lines below.');
    expect(stderr).toContain('tell-failure.test.ts');
    expect(stderr).not.toContain('s3cret');
  });

  test('can be anything that is thrown', () => {
    expect(tell('a text').exit).toBe('bug');
    expect(tell(undefined).exit).toBe('bug');
  });
});

test('leaving on purpose is no failure', () => {
  expect(tell(new Errors.ExitError(0))).toEqual({ exit: 0, stdout: '', stderr: '' });
});
