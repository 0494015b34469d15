import { Failure } from '../../../diagnostics/failure.ts';
import { checkTls } from '../../admin/check-tls.ts';
import { redisCommandsFormat } from '../../file/redis-commands.ts';
import type { Importer } from '../../skeleton/importer.ts';
import { isAmong } from '../../skeleton/service-rules.ts';
import type { LeftOut } from '../../skeleton/skeleton.ts';
import { accessOf } from '../access.ts';
import { failureOf } from '../explain.ts';
import { isRefused, listOf, textOf } from '../replies.ts';
import { streamResource } from '../resources.ts';
import { outlineRedis } from '../skeleton.ts';
import { type Connection, openConnection } from './connection.ts';
import { readDatabase } from './read.ts';

/** Redis: the database itself, key by key, or the commands that make its streams and groups. */
export const redisImporter: Importer = {
  read({ transport, project, rules, only }, { text, path }) {
    const read = redisCommandsFormat.read(text, { path, project, transport: transport.name, vhost: '' });
    const actual = read.filter(({ kind, name, attributes }) => kind !== 'user' && isAmong(String(attributes.stream ?? name), only));
    return { target: path, actual, skeleton: outlineRedis({ resources: actual, transport: transport.name, rules }) };
  },
  async ask({ transport, project, rules, only }) {
    const access = accessOf(transport);
    checkTls(transport.name, access.tls ?? {});
    const connection = await openConnection(access);
    try {
      const { streams, unread } = await listStreams(connection, only);
      const { resources } = await readDatabase(connection, streams.map(streamResource), project);
      const actual = resources.filter(({ name, attributes }) => isAmong(String(attributes.stream ?? name), only));
      const { services, leftOut } = outlineRedis({ resources: actual, transport: transport.name, rules });
      const target = `database ${access.database} at ${access.endpoint.where}`;
      return { target, actual, skeleton: { services, leftOut: [...leftOut, ...unread] } };
    } finally {
      connection.close();
    }
  },
};

/** A database may hold millions of keys, and each look takes a moment of its server: this many are enough, in thousands at a time. */
const MOST_STREAMS = 10_000;
const MOST_LOOKS = 20_000;

/** The streams of a database, sorted. Where there is more than can be looked at, that is told. Throws `Failure`. */
async function listStreams(
  connection: Connection,
  only: readonly string[],
): Promise<{ readonly streams: readonly string[]; readonly unread: readonly LeftOut[] }> {
  if (connection.isCluster) throw cannotList(connection);
  const streams = new Set<string>();
  let cursor = '0';
  for (let looks = 0; looks < MOST_LOOKS && streams.size < MOST_STREAMS; looks += 1) {
    const reply = await connection.ask(['SCAN', cursor, 'COUNT', '1000', 'TYPE', 'stream']);
    if (isRefused(reply)) throw failureOf(reply, connection.access, 'list its streams (SCAN)');
    const [next, keys] = listOf(reply);
    for (const key of listOf(keys).map(textOf)) if (key !== undefined && isAmong(key, only)) streams.add(key);
    cursor = textOf(next) ?? '0';
    if (cursor === '0') return { streams: [...streams].sort(), unread: [] };
  }
  const reason = 'There are too many keys to look at all of them. Import by and by, with --only.';
  return { streams: [...streams].sort(), unread: [{ what: 'other streams, if there are any', reason }] };
}

function cannotList({ access }: Connection): Failure {
  return new Failure('live-broker', {
    message: `Transport "${access.endpoint.transport}": Redis at ${access.endpoint.where} is a cluster, and this version of msgctl lists no streams of clusters.`,
    advice: 'Import the commands that make its streams and groups: --from FILE.',
  });
}
