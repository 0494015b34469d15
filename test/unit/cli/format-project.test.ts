import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatProject } from '../../../src/cli/format-project.ts';
import { openSession } from '../../../src/cli/session.ts';
import { NO_FLAGS, testHost } from './fixtures.ts';

const inForm = "msgctl: 1\nservice: shop\nversion: 1.0.0\ndescription: 'Sells: all.'\n";
let folder = '';
const contract = () => join(folder, 'contracts/shop.yaml');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgctl-fmt-'));
  mkdirSync(join(folder, 'contracts'));
  writeFileSync(join(folder, 'msgctl.yaml'), 'msgctl: 1\nproject: p\ncontracts: contracts/*.yaml\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(mode: 'check' | 'write') {
  const host = testHost(folder);
  const exit = await formatProject(openSession(host, NO_FLAGS, '1.0.0'), [], mode);
  return `${exit}\n${host.stdout()}`;
}

describe('a file is not formatted that has', () => {
  test.each([
    ['line ends of Windows', inForm.replaceAll('\n', '\r\n')],
    ['one line end of Windows', inForm.replace('\n', '\r\n')],
    ['a byte order mark', `\ufeff${inForm}`],
    ['both', `\ufeff${inForm}`.replaceAll('\n', '\r\n')],
    ['blank lines at its start', `\n\n${inForm}`],
  ])('%s', async (_, text) => {
    writeFileSync(contract(), text);
    expect(await run('check')).toMatch(/^bad\nunformatted contracts\/shop\.yaml\n1 of 2 files not formatted\./);
    expect(readFileSync(contract(), 'utf8')).toBe(text);
    expect(await run('write')).toMatch(/^good\nformatted contracts\/shop\.yaml\n/);
    expect(readFileSync(contract())).toEqual(Buffer.from(inForm));
    expect(await run('check')).toMatch(/^good\n/);
  });
});

test('a carriage return alone is a finding, and the file stays as it is', async () => {
  const text = inForm.replace('\nversion', '\rversion');
  writeFileSync(contract(), text);
  expect(await run('write')).toMatch(/^bad\nerror yaml-character {2}contracts\/shop\.yaml:2:14\n/);
  expect(readFileSync(contract(), 'utf8')).toBe(text);
});
