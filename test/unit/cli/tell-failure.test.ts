import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Errors } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { tellFailure } from '../../../src/cli/tell-failure.ts';
import { Failure } from '../../../src/diagnostics/failure.ts';
import { FORMATS, REPORTERS } from '../../../src/report/reporters.ts';
import { testHost } from './fixtures.ts';

async function tell(error: unknown, argv: readonly string[] = [], cwd = '.') {
  const host = testHost(cwd);
  const exit = await tellFailure(error, { host, argv, command: 'plan', version: '0', issues: 'https://example.org/issues' });
  return { exit, stdout: host.stdout(), stderr: host.stderr() };
}

const failure = new Failure('broker-silent', {
  message: 'amqp://ada:s3cret@broker does not answer.',
  why: 'Nothing can be read from it.',
  advice: 'Check amqp://ada:s3cret@broker/.',
});

describe('a failure', () => {
  test('is told in three parts, without passwords', async () => {
    expect(await tell(failure)).toEqual({
      exit: 'failed',
      stdout: '',
      stderr:
        'error broker-silent\n  amqp://ada:***@broker does not answer.\n  Nothing can be read from it.\n  Check amqp://ada:***@broker/.\n',
    });
  });

  test.each([
    ['--format json', ['plan', '--format', 'json']],
    ['--format=json', ['plan', '--format=json']],
  ])('is told on stdout as well with %s', async (_, argv) => {
    const { stdout } = await tell(failure, argv);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'plan',
      outcome: 'failed',
      error: { id: 'broker-silent', message: 'amqp://ada:***@broker does not answer.' },
    });
  });

  test('is an annotation with --format github', async () => {
    expect((await tell(failure, ['--format', 'github'])).stdout).toMatch(
      /^::error title=broker-silent::amqp:\/\/ada:\*\*\*@broker does not answer\.%0A/,
    );
  });
});

describe('a failure, in other formats', () => {
  test.each(FORMATS)('as %s stands on stdout where machines read it, and in the file of --report', async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'msgctl-unit-'));
    try {
      const { stdout, stderr } = await tell(failure, ['--format', format, '--report', `${format}=out/report`], folder);
      const copy = readFileSync(join(folder, 'out/report'), 'utf8');
      expect(stdout).toBe(REPORTERS[format].machine ? copy : '');
      expect(copy).toContain('does not answer');
      expect(copy).not.toContain('s3cret');
      expect(stderr.match(/error broker-silent/g)).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a file that cannot be written is told of once', async () => {
    const { exit, stderr } = await tell(failure, ['--report=json=package.json/report'], process.cwd());
    expect(exit).toBe('failed');
    expect(stderr).toContain('error broker-silent');
    expect(stderr.match(/error report-not-writable/g)).toHaveLength(1);
  });

  test('needs no folder to be told', async () => {
    const host = testHost('.');
    const gone = Object.defineProperty({ ...host }, 'cwd', {
      get: () => {
        throw new Failure('no-working-folder', { message: 'The folder is gone.' });
      },
    });
    const run = { host: gone, command: 'plan', version: '0', issues: undefined };
    expect(await tellFailure(failure, { ...run, argv: [] })).toBe('failed');
    expect(host.stderr()).not.toContain('gone');
    expect(await tellFailure(failure, { ...run, argv: ['--report', 'json=x'] })).toBe('failed');
    expect(host.stderr()).toContain('The folder is gone.');
  });

  test('a --report that cannot be understood hides nothing', async () => {
    expect(await tell(failure, ['--report', 'html=x', '--format=sarif'])).toMatchObject({
      exit: 'failed',
      stdout: expect.stringContaining('broker-silent'),
      stderr: expect.stringContaining('broker-silent'),
    });
  });
});

describe('a bug', () => {
  test('is told with its stack and where to report it, without passwords', async () => {
    const { exit, stderr } = await tell(new TypeError('x is not a function at redis://:s3cret@cache'));
    expect(exit).toBe('bug');
    expect(stderr).toContain('This is a bug in msgctl 0: x is not a function at redis://:***@cache');
    expect(stderr).toContain('Please report it at https://example.org/issues, with what you ran and the lines below.');
    expect(stderr).toContain('tell-failure.test.ts');
    expect(stderr).not.toContain('s3cret');
  });

  test('can be anything that is thrown', async () => {
    expect((await tell('a text')).exit).toBe('bug');
    expect((await tell(undefined)).exit).toBe('bug');
  });
});

test('leaving on purpose is no failure', async () => {
  expect(await tell(new Errors.ExitError(0))).toEqual({ exit: 0, stdout: '', stderr: '' });
});
