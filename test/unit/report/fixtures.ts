import type { Finding } from '../../../src/compat/finding.ts';
import type { RenderContext } from '../../../src/report/context.ts';
import { PLAIN, type Style } from '../../../src/report/style.ts';
import type { View } from '../../../src/report/views.ts';
import { createSourceFile, type Range, rangeBetween, type SourceFile } from '../../../src/source/source-file.ts';
import { parseYaml, pointerAt } from '../../../src/source/yaml-tree.ts';
import type { Plan, Step } from '../../../src/topology/steps.ts';

/** A file in which `«` and `»` mark the ranges that a test is about; they are taken out. */
export function markedFile(path: string, marked: string): { readonly source: SourceFile; readonly ranges: readonly Range[] } {
  const offsets: [number, number][] = [];
  const open: number[] = [];
  let text = '';
  for (const character of marked) {
    if (character === '«') open.push(offsets.push([text.length, text.length]) - 1);
    else if (character === '»') {
      const index = open.pop() ?? 0;
      offsets[index] = [offsets[index]?.[0] ?? 0, text.length];
    } else text += character;
  }
  const source = createSourceFile(path, text);
  return { source, ranges: offsets.map(([start, end]) => rangeBetween(source, start, end)) };
}

/** A context of plain text that knows these files. */
export function contextOf(sources: readonly SourceFile[], style: Partial<Style> = {}): RenderContext {
  const source = (file: string) => sources.find((candidate) => candidate.path === file);
  return {
    style: { ...PLAIN, ...style },
    version: '0.0.0-test',
    source,
    sourceBefore: (_, file) => source(file),
    pointer: (at) => pointerAt(parseYaml(at.file, source(at.file)?.text ?? ''), at),
    path: (file) => file,
  };
}

const payments = markedFile(
  'contracts/payments.yaml',
  `msgctl: 1
service: payments
provides:
  payment-settled:
    pattern: «event»
    delivery:
      expire: «30s»
      retry: «{ attempts: 6 }»
`,
);
const [pattern, expire, retry] = payments.ranges;
if (!pattern || !expire || !retry) throw new Error('The fixture marks three ranges.');

/** The files that the sample views speak of. */
export const sampleSources: readonly SourceFile[] = [payments.source];

const step: Step = {
  action: 'create',
  resource: { kind: 'queue', name: 'payments.charge', attributes: { durable: true } },
  fields: [
    { name: 'arguments.x-dead-letter-exchange', to: 'payments.dead' },
    { name: 'arguments.x-queue-type', to: 'quorum' },
    { name: 'durable', to: true },
  ],
  cause: pattern,
  risk: 'safe',
  waitsFor: [],
  needs: ['exchange/payments.inbox'],
};

/** What a broker's set-up is worth telling. */
const note = 'When its memory is full, whole streams are deleted with all messages that wait in them. Set maxmemory-policy to noeviction.';

const plan: Plan = {
  transport: 'rabbit',
  broker: 'rabbitmq',
  target: 'file topology/rabbit.definitions.json',
  readHash: 'abc',
  unchanged: 27,
  phases: [
    [
      {
        ...step,
        action: 'create',
        resource: { ...step.resource, kind: 'exchange', name: 'payments.inbox' },
        fields: [{ name: 'type', to: 'direct' }],
        needs: [],
      },
    ],
    [step],
    [
      {
        ...step,
        resource: { kind: 'binding', name: 'payments.inbox → payments.charge "charge"', attributes: {} },
        fields: [
          { name: 'routing_key', to: 'charge' },
          { name: 'source', to: 'payments.inbox' },
        ],
      },
      {
        ...step,
        action: 'change',
        resource: { ...step.resource, name: 'mailer.welcome' },
        fields: [{ name: 'definition.max-length', from: 10000, to: 50000 }],
      },
      {
        ...step,
        action: 'migrate',
        fields: [{ name: 'arguments.x-queue-type', from: 'classic', to: 'quorum' }],
        risk: 'duplicates',
        reason: 'A queue keeps its type for life.',
        waitsFor: ['migrate'],
      },
      {
        ...step,
        action: 'refuse',
        resource: { ...step.resource, name: 'theirs' },
        fields: [],
        reason: 'It is there already and msgctl did not make it.',
      },
    ],
    [
      {
        ...step,
        action: 'delete',
        resource: { ...step.resource, name: 'payments.old' },
        fields: [],
        cause: 'not-in-contract',
        risk: 'data-loss',
        reason: 'Made or taken over by msgctl, no longer in any contract.',
        waitsFor: ['delete'],
      },
    ],
  ],
};

const finding: Finding = {
  id: 'property-removed',
  verdict: 'breaking',
  change: {
    kind: 'property-removed',
    service: 'catalog',
    interaction: 'catalog.course-created',
    payload: { role: 'message' },
    path: '/price',
    name: 'price',
    before: { value: { type: 'integer' }, at: expire },
    after: { at: pattern },
  },
  message: 'learners (1.4.0) relies on it; catalog (1.5.0) stops sending it.',
  why: 'A property that is required by who receives it may not disappear.',
  advice: 'Keep sending it, or put a second major beside the first.',
  parties: { senders: ['catalog'], receivers: ['learners', 'mailer'] },
  proof: { kind: 'message', message: { courseId: 'c-1' }, sentBy: 'after', rejection: 'must have property "price"' },
  fingerprint: '0123456789ab',
};

const risky: Finding = {
  ...finding,
  id: 'enum-value-added',
  verdict: 'risky',
  change: {
    ...finding.change,
    kind: 'enum-value-added',
    path: '/level',
    name: '"expert"',
    before: {},
    after: { value: 'expert', at: retry },
  },
  message: 'An open list: users on 1.4.0 get it as unknown and may not handle it.',
  proof: { kind: 'values', after: 'expert' },
};
const compatible: Finding = { ...risky, id: 'property-added', verdict: 'compatible', message: 'Nobody minds.' };
const accepted: Finding = { ...finding, accepted: { reason: 'learners moved in October', until: '2027-01-31' } };

const services = [
  { service: 'orders', file: 'contracts/orders.yaml', interactions: [{ name: 'place', pointer: '/provides/place' }] },
  {
    service: 'payments',
    file: 'contracts/payments.yaml',
    interactions: [
      { name: 'charge', pointer: '/provides/charge' },
      { name: 'payment-settled', pointer: '/provides/payment-settled' },
    ],
  },
] as const;

/** One view of each kind, with everything that views can hold. */
export const sampleViews = {
  invalid: {
    kind: 'validation',
    command: 'gen',
    contracts: 6,
    interactions: 23,
    services,
    diagnostics: [
      {
        id: 'unknown-pattern',
        severity: 'error',
        message: '"event" is not a pattern.',
        why: 'The pattern decides which queues and which client code are made.',
        advice: 'Use one of request-response, async-request-response, notification.',
        at: pattern,
        related: [],
      },
      {
        id: 'retry-outlives-expiry',
        severity: 'warning',
        message: 'payment-settled is retried for up to 31s, but expires after 30s.',
        why: 'The last attempt never happens.',
        advice: 'Make expire at least 31s, or attempts at most 5.',
        at: retry,
        related: [
          { at: expire, label: 'expires here' },
          { at: { ...expire, file: 'contracts/other.yaml' }, label: 'the same in' },
        ],
      },
      { id: 'something-to-know', severity: 'info', message: 'Line one\nline two: 100%, really.', at: retry, related: [] },
    ],
    notDone: 'No code was generated: the contracts must be valid first.',
  },
  valid: { kind: 'validation', command: 'validate', contracts: 6, interactions: 23, services, diagnostics: [] },
  initialized: {
    kind: 'initialization',
    command: 'init',
    project: 'shop',
    files: [
      { path: '.gitignore', state: 'unchanged' },
      { path: 'contracts/orders.yaml', state: 'written' },
      { path: 'msgctl.yaml', state: 'written' },
      { path: 'package.json', state: 'kept' },
    ],
    notes: ['The script "test" of package.json stays as it is.'],
    next: ['cd shop', 'npm pkg set scripts.gen="msgctl gen"', 'npm run plan'],
  },
  generated: {
    kind: 'generation',
    command: 'gen',
    mode: 'write',
    files: [
      { path: 'src/generated/catalog.ts', state: 'unchanged' },
      { path: 'src/generated/old.ts', state: 'surplus' },
      { path: 'src/generated/payments.ts', state: 'changed' },
      { path: 'src/generated/users.ts', state: 'new' },
    ],
  },
  stale: {
    kind: 'generation',
    command: 'gen',
    mode: 'check',
    files: [
      { path: 'src/generated/catalog.ts', state: 'unchanged' },
      { path: 'src/generated/old.ts', state: 'surplus' },
      { path: 'src/generated/payments.ts', state: 'changed' },
      { path: 'src/generated/users.ts', state: 'new' },
    ],
  },
  formatted: {
    kind: 'formatting',
    command: 'fmt',
    mode: 'write',
    files: [
      { path: 'contracts/common.types.yaml', state: 'changed', numbers: 3 },
      { path: 'contracts/payments.yaml', state: 'changed', numbers: 0 },
      { path: 'msgctl.yaml', state: 'unchanged', numbers: 0 },
    ],
    diagnostics: [],
  },
  unformatted: {
    kind: 'formatting',
    command: 'fmt',
    mode: 'check',
    files: [
      { path: 'contracts/catalog.yaml', state: 'changed', numbers: 1 },
      { path: 'contracts/payments.yaml', state: 'invalid', numbers: 0 },
      { path: 'msgctl.yaml', state: 'unchanged', numbers: 0 },
    ],
    diagnostics: [
      {
        id: 'yaml-syntax',
        severity: 'error',
        message: 'This is not YAML.',
        why: 'The file cannot be read beyond doubt, so nothing in it is checked.',
        advice: 'Mend this line.',
        at: pattern,
        related: [],
      },
    ],
  },
  compared: {
    kind: 'comparison',
    command: 'diff',
    failOn: 'breaking',
    all: false,
    versions: [
      {
        label: 'main (3f2a9c1)',
        patterns: new Map([['catalog.course-created', 'publish-subscribe']]),
        comparison: {
          services: [
            { service: 'catalog', before: '1.4.0', after: '1.5.0' },
            { service: 'orders', before: '1.0.0', after: '1.0.0' },
          ],
          findings: [
            finding,
            risky,
            compatible,
            accepted,
            { ...compatible, change: { ...compatible.change, service: 'orders', interaction: 'orders.place' } },
          ],
          order: 'users-first',
          rollbackSafe: false,
        },
      },
    ],
  },
  same: {
    kind: 'comparison',
    command: 'diff',
    failOn: 'breaking',
    all: false,
    versions: [
      {
        label: 'main (3f2a9c1)',
        patterns: new Map(),
        comparison: { services: [{ service: 'orders', before: '1.5.0', after: '1.5.0' }], findings: [], order: 'any', rollbackSafe: true },
      },
    ],
  },
  planned: {
    kind: 'plan',
    command: 'plan',
    project: 'school',
    plans: [
      { ...plan, notes: [note] },
      { ...plan, transport: 'log', phases: [], unchanged: 1, notes: [note] },
    ],
  },
  settled: { kind: 'plan', command: 'plan', project: 'school', plans: [{ ...plan, phases: [], unchanged: 12 }] },
  provisioned: {
    kind: 'provision',
    command: 'provision',
    project: 'school',
    plans: [plan],
    applied: [{ transport: 'rabbit', step }],
    failed: [{ transport: 'rabbit', step, message: 'RabbitMQ refused it.', raw: 'PRECONDITION_FAILED - inequivalent arg' }],
    skipped: [{ transport: 'rabbit', step, because: 'It needs queue payments.charge, which could not be done.' }],
    verified: false,
    interrupted: false,
  },
  listed: {
    kind: 'rules',
    command: 'rules',
    rules: [
      { id: 'unknown-pattern', severity: 'error', family: 'shape', describes: 'A pattern is none of the five | it is "another".' },
      { id: 'retry-outlives-expiry', severity: 'warning', family: 'delivery', describes: 'Messages expire before the last attempt.' },
      { id: 'property-removed', severity: 'change', family: 'presence', describes: 'A property was removed.' },
    ],
  },
  explained: {
    kind: 'explanation',
    command: 'explain',
    rule: { id: 'property-removed', severity: 'change', family: 'presence', describes: 'A property was removed.' },
    page: `# property-removed

change · presence

A property was removed.

## Why

Receivers may need it, as \`required\` says, and **nobody** sends it any more;
see [the language](../language.md).

- one thing
- and another, which
  takes two lines

## Example

\`\`\`yaml
# contracts/catalog.yaml
provides:

  course-created: {}
\`\`\`
`,
  },
  unexplained: {
    kind: 'explanation',
    command: 'explain',
    rule: { id: 'unknown-pattern', severity: 'error', family: 'shape', describes: 'A pattern is none of the five.' },
  },
  failed: {
    kind: 'failure',
    command: 'diff',
    id: 'unknown-revision',
    message: 'There is no revision "v9".',
    why: 'Without it there is nothing to compare with.',
    advice: 'Fetch it, or name another one with --against.',
  },
} as const satisfies Record<string, View>;
