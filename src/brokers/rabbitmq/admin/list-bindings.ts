/** The bindings of a virtual host, without those that every queue has with the default exchange where these are most of them. */
import { isObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import type { Management } from './management.ts';

/** All that is compared: the rest takes as long again to write and to read. */
const COLUMNS = '?columns=source,destination,destination_type,routing_key,arguments';

/** An exchange asked for by itself costs as much as so many queues' bindings with the default exchange in the list of all (measured on 3.10 and 4.0). */
const QUEUES_PER_EXCHANGE = 50;

/** What the bindings are read with. `exchanges` and `totals` as RabbitMQ gives them: the list, and what its overview counts. */
export type AskedBindings = {
  readonly management: Management;
  readonly vhost: string;
  readonly exchanges: Promise<JsonValue | undefined>;
  readonly totals: JsonValue | undefined;
};

/** Lists them as RabbitMQ gives them: in one request, or in one for each exchange where there are few beside many queues. Undefined where there is no such virtual host. */
export async function listBindings({ management, vhost, exchanges, totals }: AskedBindings): Promise<JsonValue | undefined> {
  const whole = () => management.read(`/api/bindings/${encodeURIComponent(vhost)}${COLUMNS}`, 'bindings');
  if (!hasFewExchanges(totals)) return whole();
  const listed = await exchanges;
  if (!Array.isArray(listed)) return listed;
  const lists = await Promise.all(
    listed.filter(isObject).map(async ({ name }) => {
      if (name === '') return [];
      const path = `/api/exchanges/${encodeURIComponent(vhost)}/${encodeURIComponent(String(name))}/bindings/source${COLUMNS}`;
      // One that is gone meanwhile has taken its bindings with it.
      return (await management.read(path, 'bindings')) ?? [];
    }),
  );
  return lists.every(Array.isArray) ? lists.flat() : whole();
}

function hasFewExchanges(totals: JsonValue | undefined): boolean {
  const [queues, exchanges] = [ownProperty(totals, 'queues'), ownProperty(totals, 'exchanges')];
  return typeof queues === 'number' && typeof exchanges === 'number' && queues > exchanges * QUEUES_PER_EXCHANGE;
}
