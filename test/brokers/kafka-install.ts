/** Apache Kafka's server for tests: from Maven Central, kept in the user's cache. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, ensureInstalled } from './broker-process.ts';

const VERSION = '4.1.1';
/** It logs nothing: Kafka speaks to SLF4J 1.7. */
const SLF4J_VERSION = '1.7.36';

const PROGRAMS: readonly { readonly name: string; readonly packageName: string }[] = [
  { name: 'java', packageName: 'default-jre-headless' },
  { name: 'mvn', packageName: 'maven' },
];

/** Where Java finds the server. */
export const CLASS_PATH = join(cacheFolder(`kafka-${VERSION}`), '*');

/** Brings the server into the cache, with Java and Maven where need be. Returns why it cannot be had, or undefined. */
export async function bringServer(): Promise<string | undefined> {
  for (const { name, packageName } of PROGRAMS) {
    if (isOnPath(name)) continue;
    const problem = ensureInstalled({ program: join('/usr/bin', name), packageName });
    if (problem !== undefined) return problem;
  }
  if (existsSync(cacheFolder(`kafka-${VERSION}`))) return undefined;
  try {
    await download();
    return undefined;
  } catch {
    // Somebody else may have brought it meanwhile.
    return existsSync(cacheFolder(`kafka-${VERSION}`)) ? undefined : `Apache Kafka ${VERSION} could not be brought from Maven Central`;
  }
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** The whole folder appears at once, so that a download that was cut off, or that ran twice, is never seen. */
async function download(): Promise<void> {
  const whole = cacheFolder(`kafka-${VERSION}`);
  const parent = join(whole, '..');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'download-'));
  try {
    writeFileSync(join(folder, 'pom.xml'), pom());
    const goals = ['-B', '-q', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'jars')}`];
    await promisify(execFile)('mvn', goals, { timeout: 300_000 });
    if (!existsSync(whole)) renameSync(join(folder, 'jars'), whole);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>msgctl</groupId><artifactId>test-kafka</artifactId><version>1</version><dependencies>',
    dependency('org.apache.kafka', 'kafka_2.13', VERSION),
    dependency('org.slf4j', 'slf4j-nop', SLF4J_VERSION),
    '</dependencies></project>\n',
  ].join('\n');
}
