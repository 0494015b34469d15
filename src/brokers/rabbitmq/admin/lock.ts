import { Failure } from '../../../diagnostics/failure.ts';
import { isObject, ownProperty } from '../../../source/json.ts';
import type { Lock, Unlocked } from '../../../topology/port.ts';
import { type Locking, lockedBy } from '../../admin/lock.ts';
import { unreachable } from '../../unreachable.ts';
import { explainRefusal } from '../explain.ts';
import type { Declaring } from './channels.ts';
import { pathOn, type Site } from './site.ts';

const HOLDER = 'x-msgctl-holder';

/**
 * Keeps other runs out of a virtual host by an exclusive queue: it belongs to this connection alone, and goes with it, however that ends. Throws
 * `Failure` where another run is at work.
 */
export async function lockVhost(site: Site, locking: Locking): Promise<Lock | Unlocked> {
  const queue = `msgctl.lock.${locking.project}.${locking.transport}`;
  const open = await site.declaring().catch(asFailure);
  // Whoever only changes policies needs no AMQP.
  if (open instanceof Failure) return { unlocked: `Another run at the same time is not kept out. ${open.message}` };
  let release: () => Promise<void>;
  try {
    await open.using((channel) =>
      channel.assertQueue(queue, { exclusive: true, durable: false, autoDelete: false, arguments: { [HOLDER]: locking.holder } }),
    );
    release = await keepFromExpiring(open, queue);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (/RESOURCE.LOCKED/.test(said)) {
      const { endpoint } = site.access.amqp;
      const ends = `The lock goes with its connection, named "msgctl provision"; where its machine is gone, RabbitMQ notices within a minute.`;
      throw lockedBy(endpoint, locking, await holderOf(site, queue), ends);
    }
    // Without the code of an answer there was none.
    if (!/\b\d{3} \(/.test(said)) throw unreachable(site.access.amqp.endpoint, Object.assign(new Error(said), { code: 'ECONNRESET' }));
    const reason = explainRefusal(said) ?? 'RabbitMQ refused it.';
    return { unlocked: `The queue ${queue} could not be made, so another run at the same time is not kept out. ${reason}` };
  }
  return {
    // What is done over this connection fails with it.
    lost: new AbortController().signal,
    release,
  };
}

/**
 * Receives from a queue, for as long as it is not given back: a policy of somebody else may let a queue expire that nobody uses, and the lock with it. Where
 * the user may not receive from it, it stays as it is. Gives how to give it back.
 */
async function keepFromExpiring({ using }: Declaring, queue: string): Promise<() => Promise<void>> {
  let end: () => void = nothing;
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  const receiving = new Promise<void>((resolve) => {
    void using(async (channel) => {
      await channel.consume(queue, nothing, { noAck: true });
      resolve();
      await until;
    })
      .then(nothing, nothing)
      .then(resolve);
  });
  await receiving;
  return async () => {
    end();
    await using((channel) => channel.deleteQueue(queue)).then(nothing, nothing);
  };
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

function nothing(): void {}

async function holderOf(site: Site, queue: string): Promise<string | undefined> {
  const found = await site.management.read(pathOn(site, 'queues', queue), 'who is provisioning').catch(nothing);
  const args = found === undefined ? undefined : ownProperty(found, 'arguments');
  const holder = isObject(args) ? ownProperty(args, HOLDER) : undefined;
  return typeof holder === 'string' ? holder : undefined;
}
