/**
 * A pull request as its checks show it: a project in a clone with a branch of its own, and one run of the built `msgctl diff` that writes what GitHub
 * annotates, a SARIF log, a JUnit report and a summary. The files are held against schemas (SARIF's own; of JUnit, which has no standard, one written down by hand), and every place they name
 * against the files of the branch.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'msgctl-pull-request-'));
const clone = join(folder, 'clone');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ORDERS = `msgctl: 1
service: orders
version: 1.4.0
provides:
  placed:
    pattern: publish-subscribe
    via: rabbit
    message: { $ref: '#/types/Placed' }
  cancel:
    pattern: async-request-response
    via: rabbit
    request: { $ref: '#/types/Cancel' }
    response: { type: object }
    timeout: 5s
  list:
    pattern: async-request-response
    via: rabbit
    request: { type: object }
    response: { type: object }
    timeout: 5s
types:
  Placed:
    type: object
    required: [orderId]
    properties:
      orderId: { type: string }
      total: { type: integer }
      level: { enum: [basic, gold] }
  Cancel:
    type: object
    required: [orderId]
    properties:
      orderId: { type: string }
      why: { type: string }
`;

const FILES = {
  'msgctl.yaml': `msgctl: 1
project: shop
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`,
  'contracts/orders.yaml': ORDERS,
  'contracts/mailer.yaml': `msgctl: 1
service: mailer
version: 1.0.0
uses:
  orders.placed: {}
  orders.cancel: {}
  orders.list: {}
`,
};

/** What the pull request does: it breaks two interactions, one of them with signs that every format must escape, and leaves the third alone. */
const CHANGED = ORDERS.replace('version: 1.4.0', 'version: 2.0.0')
  .replace('      total: { type: integer }\n', "      total: { type: integer, multipleOf: 5 }\n      'a,b: 100%<&\">': { type: string }\n")
  .replace(
    'required: [orderId]\n    properties:\n      orderId: { type: string }\n      total',
    "required: [orderId, 'a,b: 100%<&\">']\n    properties:\n      orderId: { type: string }\n      total",
  )
  .replace('      why: { type: string }', '      why: { type: string, minLength: 3 }');

type Region = { readonly startLine: number; readonly startColumn: number; readonly endLine: number; readonly endColumn: number };
type Place = { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: Region } };
type Result = {
  readonly ruleId: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Place[];
};

let annotated: readonly Annotation[] = [];
let seen: { readonly status: number | null; readonly stderr: string } = { status: null, stderr: '' };

beforeAll(() => {
  const origin = join(folder, 'origin');
  write(origin, FILES);
  git(origin, 'init', '-q', '-b', 'main', '.');
  git(origin, 'add', '.');
  git(origin, 'commit', '-qm', 'Begin');
  git(folder, 'clone', '-q', origin, clone);
  git(clone, 'switch', '-qc', 'change');
  write(clone, { 'contracts/orders.yaml': CHANGED });
  git(clone, 'commit', '-qam', 'Change');
  const reports = ['--report', 'sarif=out/msgctl.sarif', '--report', 'junit=out/junit.xml', '--report', 'markdown=out/summary.md'];
  const options = [join(root, 'bin/run.js'), 'diff', '--format', 'github', ...reports];
  const variables = { GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main' };
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { cwd: clone, env: environment(variables), encoding: 'utf8' });
  seen = { status, stderr };
  annotated = stdout.trimEnd().split('\n').map(readCommand);
}, 300_000);

function write(where: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(where, path)), { recursive: true });
    writeFileSync(join(where, path), text);
  }
}

function git(cwd: string, ...options: readonly string[]): void {
  const { status, stderr } = spawnSync('git', options, { cwd, env: environment(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${options.join(' ')}: ${stderr}`);
}

/** Nothing of the machine that runs the tests. */
function environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@example.org'],
  ]);
  const config = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return { ...Object.fromEntries(who), ...config, PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', ...more };
}

type Annotation = { readonly level: string; readonly properties: Readonly<Record<string, string>>; readonly text: string };

/** A workflow command, read as GitHub's runner reads it: unescaped after it is taken apart. */
function readCommand(line: string): Annotation {
  const [, level = '', list = '', data = ''] = /^::(\w+) ?([^:]*)::(.*)$/.exec(line) ?? [];
  const properties = list.split(',').filter((one) => one !== '');
  return {
    level,
    properties: Object.fromEntries(
      properties.map((one) => [one.slice(0, one.indexOf('=')), unescapeCommand(one.slice(one.indexOf('=') + 1))]),
    ),
    text: unescapeCommand(data),
  };
}

function unescapeCommand(text: string): string {
  const signs: Readonly<Record<string, string>> = { '%25': '%', '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' };
  return text.replace(/%(25|0D|0A|3A|2C)/g, (sign) => signs[sign] ?? sign);
}

/** Whether a range is in the file of the branch, and not empty. */
function expectInFile(path: string, { startLine, startColumn, endLine, endColumn }: Region): void {
  const lines = readFileSync(join(clone, path), 'utf8').split('\n');
  expect(startLine).toBeLessThanOrEqual(endLine);
  expect(lines[endLine - 1]?.length ?? -1).toBeGreaterThanOrEqual(endColumn - 1);
  if (startLine === endLine) expect(startColumn).toBeLessThan(endColumn);
}

describe('a pull request that breaks somebody', () => {
  test('fails its check, and nothing but the report is in what GitHub reads', () => {
    expect(seen).toEqual({ status: 1, stderr: '' });
    expect(annotated.map(({ level }) => level)).toEqual(expect.arrayContaining(['error', 'notice']));
    expect(annotated.every(({ level }) => ['error', 'warning', 'notice'].includes(level))).toBe(true);
  });

  test('is annotated at lines of the branch, with a message that breaks', () => {
    const errors = annotated.filter(({ level }) => level === 'error');
    expect(errors.map(({ properties }) => properties.title).sort()).toEqual(['constraint-changed', 'constraint-changed', 'property-added']);
    for (const { properties, text } of errors) {
      const { file = '', line, endLine, col, endColumn } = properties;
      expectInFile(file, { startLine: Number(line), endLine: Number(endLine), startColumn: Number(col), endColumn: Number(endColumn) });
      expect(text).toMatch(/is sent by .* and rejected by /);
    }
    expect(errors.some(({ text }) => text.includes('a,b: 100%<&'))).toBe(true);
  });

  test('has a SARIF log that is what the schema of the standard says, at places of the branch', () => {
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(readFileSync(join(import.meta.dirname, 'support/sarif/schema-2.1.0.json'), 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    formats.default(ajv);
    const log = JSON.parse(readFileSync(join(clone, 'out/msgctl.sarif'), 'utf8'));
    const validate = ajv.compile(schema);
    expect(validate(log), JSON.stringify(validate.errors, null, 2)).toBe(true);
    const results: readonly Result[] = log.runs[0].results;
    const errors = annotated.filter(({ level }) => level === 'error').map(({ properties }) => properties.title);
    expect(results.filter(({ level }) => level === 'error').map(({ ruleId }) => ruleId)).toEqual(errors);
    for (const { locations } of results) {
      for (const { physicalLocation } of locations) {
        const { uri } = physicalLocation.artifactLocation;
        expect(physicalLocation.region).toBeDefined();
        if (physicalLocation.region) expectInFile(decodeURIComponent(uri), physicalLocation.region);
      }
    }
  });

  test('has a JUnit report of the shape that readers of it take, in which what breaks has failed', () => {
    const text = readFileSync(join(clone, 'out/junit.xml'), 'utf8');
    expect(XMLValidator.validate(text)).toBe(true);
    const read = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      parseAttributeValue: false,
      isArray: (name) => /^test(suite|case)$/.test(name),
    }).parse(text);
    const validate = new Ajv().compile(JSON.parse(readFileSync(join(import.meta.dirname, 'support/junit/report.json'), 'utf8')));
    expect(validate(read), JSON.stringify(validate.errors, null, 2)).toBe(true);
    const [orders] = read.testsuites.testsuite;
    const failed = orders.testcase.filter((one: object) => 'failure' in one).map((one: { readonly '@name': string }) => one['@name']);
    expect(failed).toEqual(['cancel', 'placed']);
    expect(orders['@failures']).toBe('2');
  });

  test('has a summary', () => {
    expect(readFileSync(join(clone, 'out/summary.md'), 'utf8')).toMatch(/3 breaking/);
  });
});
