/** Who waits for messages of groups, which the server tells of its clients and not of its groups. */
import { compareVersions } from '../../../topology/broker-features.ts';
import { IDLE, type Waiting } from '../removal.ts';
import { isRefused, textOf } from '../replies.ts';
import type { Connection } from './connection.ts';

/** Since then a server tells when a consumer last asked for messages; before, when it last got some. */
const TELLS_ASKING = '7.2.0';
/** The last command of a client that works with groups. */
const GROUP_COMMANDS = /^x(?:readgroup|ack|claim|autoclaim|pending)$/;

/**
 * A client that may be waiting for messages of a group, and for so long that nothing of it is seen among the group's consumers (XREADGROUP … BLOCK 0);
 * undefined where there is none. `key`: the stream, whose node is asked. Which groups a client reads with a server does not tell.
 */
export async function whoWaits(connection: Connection, key: string): Promise<Waiting | undefined> {
  const [[reply] = []] = await connection.run([{ key, commands: [['CLIENT', 'LIST']] }]);
  if (isRefused(reply)) return { kind: 'unknown' };
  const version = (await connection.facts()).get('redis_version');
  const tellsAsking = version !== undefined && compareVersions(version, TELLS_ASKING) >= 0;
  const clients = (textOf(reply) ?? '').split('\n').map(fieldsOf);
  const isHere = (client: Client) => client.get('db') === String(connection.access.database);
  const found = clients.find((client) => isHere(client) && (tellsAsking ? waitsLong(client) : worksWithGroups(client)));
  return found && { kind: 'client', client: [found.get('name'), found.get('addr')].filter((text) => text).join(' at ') };
}

type Client = ReadonlyMap<string, string>;

/** So long that its consumer is not busy any more. */
function waitsLong(client: Client): boolean {
  const seconds = Number(client.get('idle')) + 1;
  return client.get('cmd') === 'xreadgroup' && client.get('flags')?.includes('b') === true && seconds * 1_000 >= IDLE;
}

function worksWithGroups(client: Client): boolean {
  return GROUP_COMMANDS.test(client.get('cmd') ?? '');
}

/** `id=3 addr=127.0.0.1:50000 … idle=0 flags=b db=0 … cmd=xreadgroup` */
function fieldsOf(line: string): Client {
  return new Map(
    line.split(' ').map((field): [string, string] => {
      const equals = field.indexOf('=');
      return [field.slice(0, equals), field.slice(equals + 1)];
    }),
  );
}
