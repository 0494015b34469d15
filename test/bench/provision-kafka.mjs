// How fast a thousand Kafka topics are made, planned again when all is there, and changed by one config each: msgctl, beside kafkajs's own admin
// in requests of 200, beside kafka-topics.sh and kafka-configs.sh started once for each topic (a sample of them, times as many), and beside one
// kafka-configs.sh that describes all topics: who plans with scripts looks with --describe and compares by himself. Medians of interleaved rounds,
// connecting included. It measures and decides nothing.
//
//   npm run brokers -- node test/bench/provision-kafka.mjs [topics] [rounds] [sample]
import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import kafkajs from 'kafkajs';

// Its module for `import` does not name them.
const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;

const [count = 1000, rounds = 3, sample = 5] = process.argv.slice(2, 5).map(Number);
const { MSGCTL_TEST_KAFKA_BROKERS: brokers } = process.env;
if (!brokers) {
  process.stderr.write('It needs a Kafka: run it as "npm run brokers -- node test/bench/provision-kafka.mjs".\n');
  process.exit(2);
}
const PARTITIONS = 3;
const AT_ONCE = 200;
const VERSION = '4.1.1';
const DESCRIBE = ['--describe', '--entity-type', 'topics'];
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });

const folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.msgctl-bench-'));
const msgctl = await bundleMsgctl();
const tools = bringTools();

/** Each with how to make topics, to look whether all is there, and to set one config of each; `share`: of how many topics it does that. */
const subjects = {
  msgctl: {
    share: 1,
    create: (names) => provision(names, '1000000'),
    again: (names) => provision(names, '1000000'),
    change: (names) => provision(names, '2000000'),
  },
  "kafkajs's admin, 200 at once": { share: 1, create: createWithKafkajs, again: readWithKafkajs },
  'kafka-topics.sh, one by one': { share: sample / count, create: createWithScript, again: describeTopics },
  'kafka-configs.sh, one by one': { share: sample / count, again: describeConfigs, change: changeWithScript, needs: createWithKafkajs },
  'kafka-configs.sh, all at once': { share: 1, again: describeAllConfigs, needs: createWithKafkajs },
};
const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, { create: [], again: [], change: [] }]));

try {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { share, needs, ...works }] of Object.entries(subjects)) {
      const run = randomUUID();
      const names = Array.from({ length: Math.ceil(count * share) }, (_, index) => `bench-${run}-${index}`);
      await needs?.(names);
      for (const [work, go] of Object.entries(works)) times[name][work].push((await timed(() => go(names))) / share);
      await checkCount(run, names.length);
      await withAdmin((admin) => admin.deleteTopics({ topics: names }));
      await provisionNothing(run);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

process.stdout.write(`${count} topics of ${PARTITIONS} partitions, medians of ${rounds} rounds; scripts by a sample of ${sample}\n`);
process.stdout.write(`${''.padEnd(30)} ${['create', 'plan again', 'one config each'].map((word) => word.padStart(16)).join('')}\n`);
for (const [name, { create, again, change }] of Object.entries(times)) {
  process.stdout.write(`${name.padEnd(30)} ${[create, again, change].map(figure).join('')}\n`);
}

/** The core of msgctl as one module: the sources are TypeScript, and the command line's bundle exports none of it. */
async function bundleMsgctl() {
  const outfile = join(folder, 'msgctl.mjs');
  const lines = [
    "export { openKafka } from './src/brokers/kafka/admin.ts';",
    "export { kafkaSpec } from './src/brokers/kafka/spec.ts';",
    "export { planTopology } from './src/topology/plan.ts';",
    "export { applyPlan } from './src/topology/apply.ts';",
    "export { stepsOf } from './src/topology/steps.ts';",
  ];
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: join(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/** Reads, plans, asks Kafka and applies what is missing: `msgctl provision` without the reading of contracts and the reading back. */
async function provision(names, retention) {
  const options = { brokers };
  const admin = await msgctl.openKafka({ name: 'bench', kind: 'kafka', options, defaults: {}, names: {}, prefix: '' }, projectOf(names[0]));
  const { signal } = new AbortController();
  try {
    const resources = names.map((name) => ({
      kind: 'topic',
      name,
      attributes: { partitions: PARTITIONS, 'configs.cleanup.policy': 'delete', 'configs.retention.ms': retention },
      causes: [{ file: 'bench', start: {}, end: {} }],
      needs: [],
    }));
    const desired = { transport: 'bench', broker: 'kafka', resources };
    const plan = msgctl.planTopology(desired, await admin.inspect(signal, resources), msgctl.kafkaSpec, {
      project: projectOf(names[0]),
      allow: ['delete'],
      target: '',
    });
    const steps = msgctl.stepsOf(plan);
    if (steps.length > 0 && (await admin.rehearse(steps, signal)).length > 0) throw new Error('Kafka would not take it');
    for await (const event of msgctl.applyPlan(plan, admin, signal)) {
      if (event.type === 'step-failed') throw new Error(event.message);
    }
  } finally {
    await admin.close();
  }
}

function projectOf(name) {
  return name.slice(0, name.lastIndexOf('-'));
}

/** Nothing of a round is left that would make the next one slower but for its records, which are taken away by the log's own compaction. */
async function provisionNothing(run) {
  const left = async () => (await withAdmin((admin) => admin.listTopics())).filter((topic) => topic.startsWith(`bench-${run}`)).length;
  while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function createWithKafkajs(names) {
  await withAdmin(async (admin) => {
    for (let start = 0; start < names.length; start += AT_ONCE) {
      const topics = names.slice(start, start + AT_ONCE).map((topic) => ({
        topic,
        numPartitions: PARTITIONS,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: '1000000' },
        ],
      }));
      // Its own waiting fails where the broker does not show a topic yet.
      await admin.createTopics({ topics, waitForLeaders: false });
    }
  });
  await checkCount(projectOf(names[0]).slice('bench-'.length), names.length);
}

/** Everything that a plan compares: partitions, and what is set on each topic. */
async function readWithKafkajs(names) {
  await withAdmin(async (admin) => {
    for (let start = 0; start < names.length; start += AT_ONCE) {
      const topics = names.slice(start, start + AT_ONCE);
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      const resources = topics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
      const { resources: described } = await admin.describeConfigs({ includeSynonyms: false, resources });
      if (found.length !== topics.length || described.length !== topics.length) throw new Error('not all topics were told of');
    }
  });
}

/** What kafka-topics.sh and kafka-configs.sh start, without their shell; gives what it prints. */
async function script(main, ...options) {
  const words = ['-cp', join(tools, '*'), main, '--bootstrap-server', brokers, ...options];
  return (await promisify(execFile)('java', words, { maxBuffer: 1 << 28 })).stdout;
}

async function describeTopics(names) {
  for (const name of names) expectNames(await script('org.apache.kafka.tools.TopicCommand', '--describe', '--topic', name), [name]);
}

async function describeConfigs(names) {
  for (const name of names) expectNames(await script('kafka.admin.ConfigCommand', ...DESCRIBE, '--entity-name', name), [name]);
}

async function describeAllConfigs(names) {
  expectNames(await script('kafka.admin.ConfigCommand', ...DESCRIBE), names);
}

/** What is not told was not looked at. */
function expectNames(text, names) {
  const missing = names.find((name) => !text.includes(name));
  if (missing !== undefined) throw new Error(`nothing was told of ${missing}`);
}

async function createWithScript(names) {
  for (const name of names) {
    const options = ['--partitions', String(PARTITIONS), '--config', 'cleanup.policy=delete', '--config', 'retention.ms=1000000'];
    await script('org.apache.kafka.tools.TopicCommand', '--create', '--topic', name, ...options);
  }
}

async function changeWithScript(names) {
  for (const name of names) {
    await script(
      'kafka.admin.ConfigCommand',
      '--alter',
      '--entity-type',
      'topics',
      '--entity-name',
      name,
      '--add-config',
      'retention.ms=2000000',
    );
  }
}

/** Kafka's command line tools from Maven Central, kept in the user's cache. */
function bringTools() {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'msgctl-test');
  const whole = join(cache, `kafka-tools-${VERSION}`);
  if (existsSync(whole)) return whole;
  mkdirSync(cache, { recursive: true });
  const dependency = (artifact, version, group = 'org.apache.kafka') =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>msgctl</groupId><artifactId>bench</artifactId><version>1</version><dependencies>${dependency('kafka-tools', VERSION)}${dependency('kafka_2.13', VERSION)}${dependency('slf4j-nop', '1.7.36', 'org.slf4j')}</dependencies></project>`;
  writeFileSync(join(folder, 'pom.xml'), pom);
  const output = join(folder, 'jars');
  execFileSync('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${output}`]);
  renameSync(output, whole);
  return whole;
}

/** Brokers show what was made a moment later. */
async function checkCount(run, expected) {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const made = (await withAdmin((admin) => admin.listTopics())).filter((topic) => topic.startsWith(`bench-${run}`)).length;
    if (made === expected) return;
    if (Date.now() > end) throw new Error(`${made} topics were made instead of ${expected}`);
  }
}

async function withAdmin(work) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function timed(run) {
  const begun = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

function figure(values) {
  if (values.length === 0) return '-'.padStart(16);
  const median = [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return (median < 10_000 ? `${median.toFixed(0)} ms` : `${(median / 1000).toFixed(0)} s`).padStart(16);
}
