/**
 * What the documentation shows is so: its examples are valid, its tables are those of the code, and the example of this repository has
 * everything that its guide promises.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../src/cli/exit-code.ts';
import { loadProject } from '../src/contract/load.ts';
import type { Interaction } from '../src/contract/model.ts';
import { generateCode } from '../src/gen/generate.ts';
import { FORMATS, KEYWORDS } from '../src/payload/keywords.ts';
import { ALL_FORMATS as REPORT_FORMATS } from '../src/report/reporters.ts';
import { NAME_ROLES } from '../src/topology/names.ts';
import { loadSystem, readProjectFiles } from './support/load-system.ts';
import { memoryProject } from './support/memory-project.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The first YAML block after a piece of text. */
function yamlAfter(text: string, start: string): string {
  const [, block] = /```yaml\n(.*?)```/s.exec(text.slice(text.indexOf(start))) ?? [];
  if (!text.includes(start) || block === undefined) throw new Error(`no YAML after ${start}`);
  return block;
}

/** What stands between backticks. */
function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

const catalog = `
msgctl: 1
service: catalog
version: 1.4.0
provides:
  get-price:
    pattern: request-response
    via: web
    request: { type: object }
    response: { type: object }
    timeout: 1s
  course-published:
    pattern: publish-subscribe
    via: rabbit
    message:
      type: object
      properties: { courseId: { type: string }, price: { type: object, properties: { amount: { type: integer } } } }
`;

const reports = `
msgctl: 1
service: reports
version: 1.0.0
uses:
  catalog.course-published:
  payments.payment-settled:
`;

describe('the examples of the documentation', () => {
  test.each([
    { file: 'docs/language.md', contract: '## A contract file', project: '## The project file' },
    { file: 'README.md', contract: '## The language in one page', project: '`msgctl.yaml` at the root' },
  ])('$file: its contract and its project are valid together', async ({ file, contract, project }) => {
    const shown = yamlAfter(read(file), project);
    const files = {
      'msgctl.yaml': shown.includes('  web:') ? shown : shown.replace('transports:', 'transports:\n  web: { kind: http }'),
      'contracts/payments.yaml': yamlAfter(read(file), contract),
      'contracts/catalog.yaml': catalog,
      'contracts/reports.yaml': reports,
    };
    const { diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', environment: 'offline' });
    expect(diagnostics.map(({ at, id, message }) => `${at.file}:${at.start.line} ${id}: ${message}`)).toEqual([]);
  });
});

describe('the tables of the documentation', () => {
  test('README.md has the exit codes', () => {
    const codes = [...read('README.md').matchAll(/^\| (\d+) \| /gm)].map((match) => Number(match[1]));
    expect(codes).toEqual(Object.values(EXIT_CODES).map(({ code }) => code));
  });

  test('docs/reports.md has the formats of reports', () => {
    const formats = [...read('docs/reports.md').matchAll(/^\| `([a-z]+)` \|/gm)].map(([, name]) => name);
    expect(formats).toEqual(REPORT_FORMATS);
  });

  test('docs/language.md has the keywords and formats of payload schemas', () => {
    const text = read('docs/language.md');
    const types = text.slice(text.indexOf('\n## Types'), text.indexOf('\n## Protobuf'));
    const [table = ''] = /(?:^\| .*\n)+/m.exec(types) ?? [];
    expect([...quoted(table)].sort()).toEqual([...KEYWORDS.keys()].sort());
    const [formats = ''] = /^Formats are asserted:(?:.|\n(?!\n))*/m.exec(types) ?? [];
    expect([...quoted(formats)].sort()).toEqual([...FORMATS].sort());
  });

  test('docs/topology.md has every derived name', () => {
    const text = read('docs/topology.md');
    const names = text.slice(text.indexOf('\n## Names'), text.indexOf('\n## Whose is it'));
    const rows = [...names.matchAll(/^\| (`.*|\s*)\|$/gm)].map(([row]) => row.split('|').map((cell) => cell.trim()));
    const column = (at: number) =>
      Object.fromEntries(rows.flatMap((cells) => (cells[at] ? [[quoted(cells[at])[0], quoted(cells[at + 1] ?? '')[0]]] : [])));
    const templates = (roles: Readonly<Record<string, { readonly template: string }>>) =>
      Object.fromEntries(Object.entries(roles).map(([name, { template }]) => [name, template]));
    expect(column(1)).toEqual(templates(NAME_ROLES.rabbitmq));
    expect(column(3)).toEqual(templates(NAME_ROLES.kafka));
    expect(column(5)).toEqual(templates(NAME_ROLES.redis));
  });
});

describe('the example', async () => {
  const files = readProjectFiles(root);
  const system = await loadSystem(files);
  const { project, contracts } = system;
  const interactions = contracts.flatMap((contract) => contract.provides);
  const uses = contracts.flatMap((contract) => contract.uses);
  const has = (holds: (interaction: Interaction) => unknown) => interactions.some((interaction) => Boolean(holds(interaction)));

  test.each([undefined, 'offline', 'production'])('is valid without a single remark in the environment %s', async (environment) => {
    const { diagnostics } = await loadProject(memoryProject(files), { projectFile: 'msgctl.yaml', ...(environment && { environment }) });
    expect(diagnostics).toEqual([]);
  });

  test('is counted in README.md as msgctl counts it', () => {
    expect(read('README.md')).toContain(`${contracts.length} contracts, ${interactions.length} interactions: valid.`);
  });

  test('has the code that msgctl gen writes, and no other (if not: npm run build && node bin/run.js gen)', async () => {
    const folder = project.generate.out;
    const there = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.(js|json|proto|ts)$/.test(path),
    );
    const wanted = await generateCode(system);
    expect(there.map((path) => `${folder}/${path.replaceAll('\\', '/')}`).sort()).toEqual(wanted.map(({ path }) => path).sort());
    expect(wanted.filter(({ path, text }) => read(path) !== text).map(({ path }) => path)).toEqual([]);
  });

  test('has an example of every interaction', () => {
    expect(interactions.filter(({ examples }) => examples.length === 0).map(({ id }) => id)).toEqual([]);
  });

  test('is used throughout: nobody provides what nobody uses, unless it is about to go', () => {
    const current = interactions.filter(({ deprecated }) => !deprecated);
    expect(current.filter(({ id }) => !uses.some((use) => use.id === id)).map(({ id }) => id)).toEqual([]);
  });

  test.each([
    ['all five patterns', new Set(interactions.map(({ pattern }) => pattern)).size === 5],
    [
      'all transports',
      ['rabbitmq', 'kafka', 'redis', 'http', 'grpc'].every((kind) => project.transports.some((transport) => transport.kind === kind)),
    ],
    ['both encodings', has(({ encoding }) => encoding === 'json') && has(({ encoding }) => encoding === 'protobuf')],
    ['a channel that several events share', interactions.filter(({ channel }) => channel === 'money').length > 1],
    ['a second major beside the first', has(({ major }) => major === 2) && has(({ id }) => id === 'payments.charge')],
    ['a deprecated interaction', has(({ deprecated }) => deprecated)],
    ['a retry policy of its own, and none', has(({ delivery }) => delivery.retry) && has(({ delivery }) => delivery.retry === false)],
    ['an outbox', has(({ delivery }) => delivery.outbox)],
    ['deduplication', has(({ delivery }) => delivery.deduplicate)],
    ['a durable reply', has(({ reply }) => reply === 'durable')],
    ['an answer of each responder, and a quorum', has(({ responders }) => responders) && has(({ quorum }) => quorum)],
    ['a user that does not answer', uses.some(({ respond }) => !respond)],
    ['tombstones', has(({ delivery }) => delivery.tombstone)],
    ['headers', has(({ headers }) => headers)],
    ['an external service', contracts.some(({ external }) => external)],
    [
      'something kept and something adopted',
      has(({ existing }) => existing === 'keep') && uses.some(({ existing }) => existing === 'adopt'),
    ],
    ['limits of callers and receivers', has(({ limit }) => limit) && uses.some(({ limit }) => limit)],
    ['users that read a part', uses.some(({ reads }) => reads)],
  ])('shows %s', (_, shown) => {
    expect(shown).toBe(true);
  });
});
