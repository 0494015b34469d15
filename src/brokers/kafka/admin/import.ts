import { strimziFormat } from '../../file/strimzi-topics.ts';
import type { Importer } from '../../skeleton/importer.ts';
import { isAmong } from '../../skeleton/service-rules.ts';
import { accessOf } from '../access.ts';
import { openKafka } from '../admin.ts';
import { outlineKafka } from '../skeleton.ts';
import { connect } from './connection.ts';
import { failureOf } from './failures.ts';
import { readReaders } from './readers.ts';

/** Kafka: the cluster itself with its groups, or Strimzi's topics without any. */
export const kafkaImporter: Importer = {
  read({ transport, project, rules, only }, { text, path }) {
    const read = strimziFormat.read(text, { path, project, transport: transport.name, vhost: '' });
    const actual = read.filter(({ name }) => isAmong(name, only));
    return { target: path, actual, skeleton: outlineKafka({ resources: actual, groups: [], transport: transport.name, rules }) };
  },
  async ask({ transport, project, rules, only }) {
    const admin = await openKafka(transport, project);
    try {
      const { resources } = await admin.inspect(new AbortController().signal);
      const actual = resources.filter(({ name }) => isAmong(name, only));
      const all = await groupsOf(accessOf(transport));
      const groups = only.length === 0 ? all : all.filter(({ topics }) => topics.some((topic) => isAmong(topic, only)));
      return { target: admin.target, actual, skeleton: outlineKafka({ resources: actual, groups, transport: transport.name, rules }) };
    } finally {
      await admin.close();
    }
  },
};

async function groupsOf(access: ReturnType<typeof accessOf>): Promise<Awaited<ReturnType<typeof readReaders>>> {
  const connection = await connect(access);
  try {
    return await readReaders(connection);
  } catch (error) {
    throw failureOf(error, access);
  } finally {
    await connection.close();
  }
}
