import type { Transport } from '../contract/model.ts';
import type { BrokerKind } from '../topology/model.ts';
import type { BrokerAdmin, BrokerSpec } from '../topology/port.ts';
import type { FileFormat } from './file/format.ts';
import { kafkaSpec } from './kafka/spec.ts';
import { rabbitmqSpec } from './rabbitmq/spec.ts';
import { vhostOf } from './rabbitmq/vhost.ts';
import { redisSpec } from './redis/spec.ts';
import type { Importer } from './skeleton/importer.ts';

/** One kind of broker: its pure side, how the file that stands for it is written, and how the live one is opened. */
export type Broker = {
  readonly spec: BrokerSpec;
  /** How the file is written that a transport's target names. */
  readonly loadFormat: (transport: Transport) => Promise<FileFormat>;
  /** Reads contracts off what is there. */
  readonly loadImporter: () => Promise<Importer>;
  /** Opens the live broker. */
  readonly open: (transport: Transport, project: string) => Promise<BrokerAdmin>;
};

/** Every broker with a topology. A new one is a row here; what touches the outside is loaded on demand. */
export const BROKERS: Readonly<Record<BrokerKind, Broker>> = {
  rabbitmq: {
    spec: rabbitmqSpec,
    loadFormat: async ({ options }) =>
      options.format === 'operator'
        ? (await import('./file/operator-resources.ts')).operatorFormat
        : (await import('./file/definitions.ts')).definitionsFormat,
    loadImporter: async () => (await import('./rabbitmq/admin/import.ts')).rabbitmqImporter,
    open: async (transport, project) => (await import('./rabbitmq/admin.ts')).openRabbitmq(transport, project),
  },
  kafka: {
    spec: kafkaSpec,
    loadFormat: async () => (await import('./file/strimzi-topics.ts')).strimziFormat,
    loadImporter: async () => (await import('./kafka/admin/import.ts')).kafkaImporter,
    open: async (transport, project) => (await import('./kafka/admin.ts')).openKafka(transport, project),
  },
  redis: {
    spec: redisSpec,
    loadFormat: async () => (await import('./file/redis-commands.ts')).redisCommandsFormat,
    loadImporter: async () => (await import('./redis/admin/import.ts')).redisImporter,
    open: async (transport, project) => (await import('./redis/admin.ts')).openRedis(transport, project),
  },
};

/** The broker of a transport; undefined for transports without a topology (HTTP, gRPC, memory). */
export function brokerOf(transport: Transport): Broker | undefined {
  return Object.hasOwn(BROKERS, transport.kind) ? BROKERS[transport.kind as BrokerKind] : undefined;
}

/**
 * Opens what a transport points at: the file that stands for its broker, or the broker. `root` is the project's folder.
 * Throws `Failure` where it cannot be reached.
 */
export async function openTarget(transport: Transport, place: { readonly root: string; readonly project: string }): Promise<BrokerAdmin> {
  const broker = brokerOf(transport);
  if (!broker) throw new Error(`${transport.name} (${transport.kind}) has no topology`);
  if (!transport.target) return broker.open(transport, place.project);
  const [{ openFileTarget }, format] = await Promise.all([import('./file/admin.ts'), broker.loadFormat(transport)]);
  const path = [transport.target.directory.replace(/\/+$/, ''), `${transport.name}${format.suffix}`]
    .filter((part) => part !== '')
    .join('/');
  return openFileTarget({
    root: place.root,
    format,
    context: { path, project: place.project, transport: transport.name, vhost: vhostOf(transport) },
  });
}
