import { type JsonValue, ownProperty } from '../../../source/json.ts';
import { quoteText } from '../../../source/quote.ts';
import { definitionsFormat } from '../../file/definitions.ts';
import { operatorFormat } from '../../file/operator-resources.ts';
import type { Importer } from '../../skeleton/importer.ts';
import { accessOf } from '../access.ts';
import { SECTIONS } from '../entries.ts';
import { amongQueues } from '../found.ts';
import { outlineRabbitmq } from '../skeleton.ts';
import { vhostOf } from '../vhost.ts';
import { readConsumers } from './consumers.ts';
import { openManagement } from './management.ts';
import { readVhost } from './read.ts';

/** RabbitMQ: the management API, or the definitions that it exports. One virtual host, as the transport's `url` names it. */
export const rabbitmqImporter: Importer = {
  addressIn: (text) => addressOf(hostsIn(text)),
  read({ transport, project, rules, only }, { text, path }) {
    const vhost = vhostOf(transport);
    // Definitions are one JSON object; the operator's resources begin with a word, a comment or ---.
    const format = /^\ufeff?\s*\{/.test(text) ? definitionsFormat : operatorFormat;
    const actual = amongQueues(format.read(text, { path, project, transport: transport.name, vhost }), only);
    const { services, leftOut } = outlineRabbitmq({ resources: actual, consumers: new Map(), transport: transport.name, project, rules });
    const others = hostsIn(text).filter((host) => host !== vhost);
    const unread = others.map((host) => ({
      what: `virtual host ${quoteText(host)}`,
      reason: `A transport speaks of one virtual host. Import it by itself: --url ${addressOf([host]) ?? 'amqp://localhost'}.`,
    }));
    return { target: `vhost ${vhost} in ${path}`, actual, skeleton: { services, leftOut: [...leftOut, ...unread] } };
  },
  async ask({ transport, project, rules, only }) {
    const access = accessOf(transport);
    const management = openManagement(access);
    try {
      const read = await readVhost(management, access, { rights: false });
      if ('keptOut' in read) throw read.keptOut;
      const { overview, resources } = read;
      const actual = amongQueues(resources, only);
      const consumers = await readConsumers(management, access);
      const skeleton = outlineRabbitmq({ resources: actual, consumers, transport: transport.name, project, rules });
      return { target: `vhost ${access.vhost} of ${overview.cluster}, RabbitMQ ${overview.version}`, actual, skeleton };
    } finally {
      management.close();
    }
  },
};

/** The virtual hosts that definitions speak of, by the lists that hold resources; none where they cannot be read, which reading them tells. */
function hostsIn(text: string): readonly string[] {
  try {
    const definitions: JsonValue = JSON.parse(text);
    const entries = SECTIONS.flatMap((section) => {
      const list = ownProperty(definitions, section);
      return Array.isArray(list) ? list : [];
    });
    const hosts = new Set(entries.flatMap((entry) => ownProperty(entry, 'vhost') ?? []));
    return [...hosts].filter((host) => typeof host === 'string').sort();
  } catch {
    return [];
  }
}

/** The address of the only virtual host; of several the usual one is meant. */
function addressOf(hosts: readonly string[]): string | undefined {
  const [host] = hosts;
  return hosts.length === 1 && host !== undefined && host !== '/' ? `amqp://localhost/${encodeURIComponent(host)}` : undefined;
}
