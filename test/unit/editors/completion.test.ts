import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { checkShape } from '../../../src/contract/check-shape.ts';
import { parseYaml } from '../../../src/source/yaml-tree.ts';
import { type Editor, type Proposal, startEditor } from '../../support/language-server.ts';
import { fillIn } from '../../support/published-schemas.ts';

/** What the real YAML language server offers and shows at the mark `¦`, for files that name the published schemas. */
const root = join(import.meta.dirname, '../../..');
const CONTRACT = '# yaml-language-server: $schema=../schema/contract.json\n';
const HEAD = `${CONTRACT}msgctl: 1\nservice: shop\nversion: 1.0.0\n`;
const PROJECT = '# yaml-language-server: $schema=./schema/project.json\nmsgctl: 1\nproject: school\n';

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor();
});
afterAll(() => editor.close());

let opened = 0;

/** A file that is not there, in a place from which the modeline finds the schema. */
function pathOf(marked: string): string {
  opened += 1;
  return marked.startsWith(PROJECT) ? join(root, `project-${opened}.yaml`) : join(root, 'contracts', `contract-${opened}.yaml`);
}

const complete = (marked: string) => editor.complete(pathOf(marked), marked);
const hover = async (marked: string) => (await editor.hover(pathOf(marked), marked)).replaceAll('\\', '');

const PROPERTY = 10;
const keysOf = (proposals: readonly Proposal[]) => proposals.filter(({ kind }) => kind === PROPERTY).map(({ label }) => label);
const labelsOf = (proposals: readonly Proposal[]) => proposals.map(({ label }) => label);

const provides = (lines: string) => `${HEAD}provides:\n  charge:\n${lines}`;
const transport = (lines: string) => `${PROJECT}transports:\n  one:\n${lines}`;

const PATTERNS = ['request-response', 'async-request-response', 'notification', 'publish-subscribe', 'publish-async-responses'];
const KINDS = ['rabbitmq', 'kafka', 'redis', 'http', 'grpc', 'memory'];

describe('the keys offered', () => {
  test.each([
    ['in an empty file', `${CONTRACT}¦`, 'msgctl service version description owner availability external channels provides uses types'],
    ['in a contract', `${HEAD}¦`, 'description owner availability external channels provides uses types'],
    [
      'under an interaction',
      provides('    pattern: notification\n    ¦'),
      'via channel description deprecated encoding request response responses errors message headers timeout reply responders quorum limit delivery http grpc address existing compatibility renamed-from examples',
    ],
    [
      'under delivery',
      provides('    delivery:\n      ¦'),
      'outbox key order partitions retain tombstone expire retry deduplicate max-length overflow dead-letters',
    ],
    ['under retry', provides('    delivery:\n      retry:\n        ¦'), 'attempts delay factor max-delay'],
    ['under limit', provides('    limit:\n      ¦'), 'concurrent queued'],
    ['under http', provides('    http:\n      ¦'), 'method path'],
    ['under an address', provides('    address:\n      ¦'), 'exchange routing-key topic stream'],
    ['under a use', `${HEAD}uses:\n  payments.charge:\n    ¦`, 'version reads limit timeout delivery start respond address existing'],
    ["under a user's queue", `${HEAD}uses:\n  a.b:\n    address:\n      queue:\n        ¦`, 'name type arguments'],
    [
      'in a transport without a kind',
      transport('    description: x\n    ¦'),
      'kind url management brokers client-id cluster version sasl tls configs own-configs target format prefix names users defaults discovery',
    ],
    ['in a RabbitMQ', transport('    kind: rabbitmq\n    ¦'), 'description url management version tls target format prefix names users'],
    [
      'in a Kafka',
      transport('    kind: kafka\n    ¦'),
      'description brokers client-id cluster version sasl tls configs own-configs target prefix names users defaults',
    ],
    ['in a Redis', transport('    kind: redis\n    ¦'), 'description url version tls target prefix names users defaults'],
    ['in HTTP', transport('    kind: http\n    ¦'), 'description url tls discovery'],
    ['in gRPC', transport('    kind: grpc\n    ¦'), 'description url tls discovery'],
    ['in memory', transport('    kind: memory\n    ¦'), 'description'],
    [
      'in the names of a Redis',
      transport('    kind: redis\n    names:\n      ¦'),
      'stream group subscription replies durable-replies due retry dead',
    ],
    ['in the defaults of a Redis', transport('    kind: redis\n    defaults:\n      ¦'), 'partitions'],
    ['in the SASL of a Kafka', transport('    kind: kafka\n    sasl:\n      ¦'), 'mechanism username password'],
    [
      'in a transport of an environment',
      `${PROJECT}environments:\n  production:\n    transports:\n      log:\n        ¦`,
      'kind description url management brokers client-id cluster version sasl tls configs own-configs target format prefix names users defaults discovery',
    ],
    [
      'in a transport of an environment that says its kind',
      `${PROJECT}environments:\n  production:\n    transports:\n      log:\n        kind: redis\n        ¦`,
      'description url version tls target prefix names users defaults',
    ],
    ['in a project', `${PROJECT}¦`, 'description contracts generate history transports environments accept'],
  ])('%s', async (_, marked, expected) => {
    const proposals = await complete(marked);
    expect(keysOf(proposals).sort()).toEqual(expected.split(' ').sort());
    for (const { label, told } of proposals) expect(told, label).toMatch(/\.(\n|$)/);
  });

  test.each(['request', 'response', 'message', 'headers'])('under %s: the keywords of schemas, each explained', async (payload) => {
    const proposals = await complete(provides(`    ${payload}:\n      ¦`));
    expect(keysOf(proposals)).toEqual(
      expect.arrayContaining(['$ref', 'type', 'properties', 'required', 'enum', 'const', 'x-open', 'x-field', '$defs']),
    );
    expect(proposals.filter(({ told }) => !told.endsWith('.'))).toEqual([]);
  });
});

describe('the values offered', () => {
  test.each([
    ['of pattern', provides('    pattern: ¦'), PATTERNS],
    ['of pattern, begun', provides('    pattern: noti¦'), ['notification']],
    ['of encoding', provides('    encoding: ¦'), ['json', 'protobuf']],
    ['of order', provides('    delivery:\n      order: ¦'), ['key', 'none']],
    ['of outbox', provides('    delivery:\n      outbox: ¦'), ['true', 'false']],
    ['of a type', provides('    request:\n      type: ¦'), ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']],
    ['of a format', provides('    request:\n      format: ¦'), ['date-time', 'uuid', 'email', 'int64']],
    ['of a reference', provides('    request:\n      $ref: ¦'), ['#/types/Charge', './common.types.yaml#/types/Money']],
    ['of a timeout', provides('    timeout: ¦'), ['250ms', '5s', '10m', '24h', '30d']],
    ['of via', provides('    via: ¦'), ['rabbit']],
    ['of start', `${HEAD}uses:\n  a.b:\n    start: ¦`, ['earliest', 'latest']],
    ["of a queue's type", `${HEAD}uses:\n  a.b:\n    address:\n      queue:\n        type: ¦`, ['classic', 'quorum', 'stream']],
    ['of kind', transport('    kind: ¦'), KINDS],
    ['of a mechanism', transport('    kind: kafka\n    sasl:\n      mechanism: ¦'), ['plain', 'scram-sha-256', 'scram-sha-512']],
  ])('%s', async (_, marked, expected) => {
    expect(labelsOf(await complete(marked))).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    ['pattern', provides('    pattern: ¦')],
    ['format', provides('    request:\n      format: ¦')],
    ['type', provides('    request:\n      type: ¦')],
    ['kind', transport('    kind: ¦')],
    ['existing', provides('    existing: ¦')],
  ])('of %s are explained', async (_, marked) => {
    for (const { label, told } of await complete(marked)) expect(told, label).toMatch(/\.$/);
  });
});

describe('the snippets offered', () => {
  test.each([
    ['for interactions', `${HEAD}provides:\n  ¦`, PATTERNS],
    ['for uses', `${HEAD}uses:\n  ¦`, ['a call', 'an event', 'the start of a log']],
    ['for types', `${HEAD}types:\n  ¦`, ['an object', 'an open list of values', 'one of several', 'a text of a format']],
    ['for channels', `${HEAD}channels:\n  ¦`, ['an ordered log', 'an exchange']],
    ['for transports', `${PROJECT}transports:\n  ¦`, ['a RabbitMQ', 'a Kafka', 'a Redis', 'HTTP', 'gRPC', 'memory']],
    ['for environments', `${PROJECT}environments:\n  ¦`, ['plan and provision into files', 'another server']],
  ])('%s, where no name is known', async (_, marked, expected) => {
    expect(labelsOf(await complete(marked))).toEqual(expected);
  });
});

/** The text with a proposal accepted as it is, further lines as deep as the first: what an editor does with a snippet. */
function accept(marked: string, { text }: Proposal): string {
  const before = marked.split('¦')[0] ?? '';
  const indent = /^ */.exec(before.split('\n').at(-1) ?? '')?.[0] ?? '';
  return marked.replace('¦', () => fillIn(text).replaceAll('\n', `\n${indent}`));
}

describe('what is accepted', () => {
  test.each([
    ['a contract', `${CONTRACT}¦`],
    ['an interaction', `${HEAD}provides:\n  ¦`],
    ['a use', `${HEAD}uses:\n  ¦`],
    ['a type', `${HEAD}types:\n  ¦`],
    ['a channel', `${HEAD}channels:\n  ¦`],
    ['an error', provides('    pattern: notification\n    errors:\n      ¦')],
    ['a kind of value', `${HEAD}types:\n  A:\n    type: ¦`],
    ['a format', `${HEAD}types:\n  A:\n    format: ¦`],
    ['a reference', `${HEAD}types:\n  A:\n    $ref: ¦`],
    ['a timeout', provides('    pattern: notification\n    timeout: ¦')],
    ['a retention', provides('    pattern: notification\n    delivery:\n      retain: ¦')],
    ['a range of versions', `${HEAD}uses:\n  a.b:\n    version: ¦`],
    ['a transport', `${PROJECT}transports:\n  ¦`],
    ['a url', transport('    kind: rabbitmq\n    url: ¦')],
    ['brokers', transport('    kind: kafka\n    brokers: ¦')],
    ['a password', transport('    kind: kafka\n    sasl:\n      mechanism: plain\n      password: ¦')],
    ['a template', transport('    kind: rabbitmq\n    names:\n      queue: ¦')],
    ['a target', transport('    kind: redis\n    target: ¦')],
    ['a version of a broker', transport('    kind: redis\n    version: ¦')],
    ['tags', `${PROJECT}history:\n  tags: ¦`],
    ['an environment', `${PROJECT}environments:\n  ¦`],
  ])('%s becomes what is valid', async (_, marked) => {
    const proposals = (await complete(marked)).filter(({ kind, told }) => kind !== PROPERTY && !told.includes('----'));
    expect(proposals.length).toBeGreaterThan(0);
    for (const proposal of proposals) {
      const text = accept(marked, proposal);
      const findings = checkShape(parseYaml('file.yaml', text), marked.startsWith(PROJECT) ? 'project' : 'contract');
      expect(
        findings.map(({ message }) => message),
        text,
      ).toEqual([]);
    }
  });

  test.each([
    ['in a contract', `${HEAD}¦`],
    ['under an interaction', provides('    ¦')],
    ['under delivery', provides('    delivery:\n      ¦')],
    ['in a schema', provides('    request:\n      ¦')],
    ['in an example', provides('    examples:\n      - description: x\n        ¦')],
    ['in a RabbitMQ', transport('    kind: rabbitmq\n    ¦')],
    ['in its names', transport('    kind: rabbitmq\n    names:\n      ¦')],
    ['in a Kafka', transport('    kind: kafka\n    ¦')],
    ['in a project', `${PROJECT}¦`],
  ])('%s a key begins its value', async (_, marked) => {
    for (const proposal of (await complete(marked)).filter(({ kind }) => kind === PROPERTY)) {
      const text = accept(marked, proposal);
      expect(parseDocument(text).errors, text).toEqual([]);
      expect(proposal.text, text).toMatch(/^\S+:/);
    }
  });
});

describe('what is shown', () => {
  test.each([
    ['a pattern', provides('    patt¦ern: notification\n'), ['Who sends what to whom', '`publish-subscribe`: One to many, one way']],
    [
      'a timeout',
      provides('    pattern: notification\n    time¦out: 5s\n'),
      ['within which an answer is worth having', 'Required wherever somebody waits'],
    ],
    ['outbox', provides('    delivery:\n      out¦box: true\n'), ['in the same transaction', 'Decided by whoever sends it.']],
    ['a type', `${HEAD}types:\n  A:\n    type: obj¦ect\n`, ['`object`: A mapping with named properties.']],
    ['a format', `${HEAD}types:\n  A:\n    format: da¦te\n`, ['`date`: A day: 2026-11-02.']],
    ['a use', `${HEAD}uses:\n  a.b:\n    rea¦ds: [x]\n`, ['A change that no user reads breaks nobody.']],
    [
      'a kind',
      transport('    ki¦nd: kafka\n'),
      ['Which broker or protocol it is', '`kafka`: Apache Kafka', '`memory`: Within one process'],
    ],
    ['the url of a RabbitMQ', transport('    kind: rabbitmq\n    u¦rl: amqp://a\n'), ['the path is the virtual host']],
    ['the url of a Redis', transport('    kind: redis\n    u¦rl: redis://a\n'), ['the path is the number of the database']],
    ['a transport', transport('    kind: redis\n').replace('one:', 'o¦ne:'), ['Redis or Valkey']],
    [
      'the url of a transport whose kind is elsewhere',
      `${PROJECT}environments:\n  p:\n    transports:\n      one:\n        u¦rl: a\n`,
      ['RabbitMQ: Where the broker is', 'Redis: Where the server is', 'HTTP and gRPC: Where the service is'],
    ],
  ])('of %s', async (_, marked, expected) => {
    const shown = await hover(marked);
    for (const text of expected) expect(shown).toContain(text);
  });
});

describe('a file of types', () => {
  test('is told by what it holds', async () => {
    const path = join(root, 'contracts/more.types.yaml');
    expect(await editor.complaintsOf(path, `${CONTRACT}msgctl: 1\ntypes:\n  A: { type: string }\n`)).toEqual([]);
    const complaints = await editor.complaintsOf(path, `${CONTRACT}types:\n  A: { type: string }\nowner: somebody\n`);
    expect(complaints.map(({ message }) => message)).toContain('Missing property "service".');
  });
});

describe('the line at the head of', () => {
  test.each(['msgctl.yaml', ...readdirSync(join(root, 'contracts')).map((name) => `contracts/${name}`)])(
    '%s finds its schema',
    async (file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const misspelt = await editor.complaintsOf(join(root, file), `${text}\ncolour: red\n`);
      expect(misspelt.map(({ message }) => message)).toContain('Property colour is not allowed.');
    },
  );
});

describe('settings in place of modelines', () => {
  test('find the schemas by the names of files, as docs/editors.md shows them', async () => {
    const page = readFileSync(join(root, 'docs/editors.md'), 'utf8');
    const settings = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '')['yaml.schemas'] as Readonly<Record<string, string>>;
    const schemas = Object.fromEntries(Object.entries(settings).map(([path, glob]) => [path.replace('./node_modules/msgctl', root), glob]));
    const other = await startEditor({ schemas });
    const offered = await other.complete(join(root, 'contracts/orders.yaml'), 'msgctl: 1\nservice: a\nversion: 1.0.0\n¦');
    expect(keysOf(offered)).toContain('provides');
    expect(keysOf(await other.complete(join(root, 'elsewhere/msgctl.yaml'), 'msgctl: 1\n¦'))).toContain('transports');
    await other.close();
  });
});
