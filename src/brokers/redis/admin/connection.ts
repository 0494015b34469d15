/** A server, or all masters of a cluster, as one thing to send commands to. */
import { Failure } from '../../../diagnostics/failure.ts';
import type { RedisAccess } from '../access.ts';
import { failureOf } from '../explain.ts';
import { factsOf, isRefused, listOf, type Refused, type Reply, textOf } from '../replies.ts';
import { slotOf } from '../slots.ts';
import { type Command, connect, type Node } from './driver.ts';

/** Commands that belong together and go to the node of one key, in order and with nothing of ours in between. */
export type Unit = { readonly key: string; readonly commands: readonly Command[] };

/** What is connected to. */
export type Connection = {
  readonly access: RedisAccess;
  /** Several nodes with a part of the keys each: what concerns two keys cannot be one transaction there. */
  readonly isCluster: boolean;
  /** What the server says of itself (INFO); empty where the user may not ask. */
  facts(): Promise<ReadonlyMap<string, string>>;
  /** Asks the server itself. */
  ask(command: Command): Promise<Reply>;
  /** Sends commands to the server, or to every master of the cluster, and gives the replies of each: what a cluster keeps on every node by itself. */
  everywhere(commands: readonly Command[]): Promise<readonly (readonly Reply[])[]>;
  /** Sends units, many at once, and gives the replies of each. Never throws: what got no answer is told by a reply that says so. */
  run(units: readonly Unit[]): Promise<readonly (readonly Reply[])[]>;
  /** Connects anew where the connection broke while nothing was sent, for example while somebody thought about a plan. Throws `Failure`. */
  renew(): Promise<void>;
  close(): void;
};

type Range = { readonly from: number; readonly to: number; readonly at: string };

/** Connects, and finds out whether it is a cluster. Throws `Failure`. */
export async function openConnection(access: RedisAccess): Promise<Connection> {
  const nodes = new Map<string, Node>();
  const here = `${access.host}:${access.port}`;
  let ranges: readonly Range[] = [];
  const open = async (at: string) => {
    const known = nodes.get(at);
    if (known?.isOpen()) return known;
    const node = await connect(at === here ? access : accessAt(access, at));
    nodes.set(at, node);
    return node;
  };
  const first = await open(here);
  const facts = await readFacts(first, access);
  const isCluster = facts.get('cluster_enabled') === '1';
  if (isCluster) ranges = await readRanges(first, access);
  await Promise.all([...new Set(ranges.map(({ at }) => at))].map(open));
  const nodeOf = (key: string) => {
    if (!isCluster) return nodes.get(here);
    const slot = slotOf(key);
    const at = ranges.find(({ from, to }) => from <= slot && slot <= to)?.at;
    return at === undefined ? undefined : nodes.get(at);
  };
  return {
    access,
    isCluster,
    facts: async () => readFacts(await open(here), access),
    ask: async (command) => (await (await open(here)).send([command]))[0] as Reply,
    everywhere: (commands) => Promise.all((isCluster ? mastersIn(ranges, nodes) : [...nodes.values()]).map((node) => node.send(commands))),
    run: (units) => runUnits(units, nodeOf),
    async renew() {
      await Promise.all([...nodes.keys()].map(open));
    },
    close() {
      for (const node of nodes.values()) node.close();
    },
  };
}

/** Each node that has slots, once. */
function mastersIn(ranges: readonly Range[], nodes: ReadonlyMap<string, Node>): readonly Node[] {
  return [...new Set(ranges.flatMap(({ at }) => nodes.get(at) ?? []))];
}

const NO_NODE: Refused = { error: 'CLUSTERDOWN Hash slot not served' };

/** Every node gets its own share at once; replies come back in the order of the units. */
async function runUnits(units: readonly Unit[], nodeOf: (key: string) => Node | undefined): Promise<readonly (readonly Reply[])[]> {
  const replies: (readonly Reply[])[] = units.map(({ commands }) => commands.map(() => NO_NODE));
  const shares = new Map<Node, number[]>();
  for (const [index, { key }] of units.entries()) {
    const node = nodeOf(key);
    if (!node) continue;
    const share = shares.get(node);
    if (share) share.push(index);
    else shares.set(node, [index]);
  }
  await Promise.all(
    [...shares].map(async ([node, share]) => {
      const all = await node.send(share.flatMap((index) => units[index]?.commands ?? []));
      let taken = 0;
      for (const index of share) {
        const { length } = units[index]?.commands ?? [];
        replies[index] = all.slice(taken, taken + length);
        taken += length;
      }
    }),
  );
  return replies;
}

async function readFacts(node: Node, access: RedisAccess): Promise<ReadonlyMap<string, string>> {
  const [reply] = await node.send([['INFO']]);
  if (isRefused(reply) && !/^NOPERM|unknown command/i.test(reply.error)) throw failureOf(reply, access, 'say what it is (INFO)');
  return isRefused(reply) ? new Map() : factsOf(reply);
}

/** Which node has which slots: `[from, to, [host, port, …], …]` each, the master first. */
async function readRanges(node: Node, access: RedisAccess): Promise<readonly Range[]> {
  const [reply] = await node.send([['CLUSTER', 'SLOTS']]);
  if (isRefused(reply)) throw failureOf(reply, access, 'say which of its nodes has which keys (CLUSTER SLOTS)');
  if (access.database !== 0) {
    throw new Failure('malformed-address', {
      message: `Transport "${access.endpoint.transport}": Redis at ${access.endpoint.where} is a cluster, which has database 0 only, and "url" names database ${access.database}.`,
      why: 'Nothing can be read or changed there. Nothing was changed.',
      advice: 'Leave the path of "url" out, and tell apart what shares a cluster with "prefix".',
    });
  }
  return listOf(reply).map((entry) => {
    const [from, to, master] = listOf(entry);
    const [host, port] = listOf(master).map(textOf);
    return { from: Number(from), to: Number(to), at: `${host || access.host}:${port}` };
  });
}

function accessAt(access: RedisAccess, at: string): RedisAccess {
  const colon = at.lastIndexOf(':');
  return {
    ...access,
    host: at.slice(0, colon),
    port: Number(at.slice(colon + 1)),
    endpoint: { ...access.endpoint, what: 'a node of the Redis cluster', where: at },
  };
}
