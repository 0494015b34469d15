import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What each kind of transport says of itself, in the order in which kinds are told; those that the order does not know come last. A kind is
 * a file: src/brokers/<kind>/options.json, or src/contract/language/transports/<kind>.json where nothing has a topology.
 */
export function readKinds(sources, order) {
  const language = join(sources, 'contract/language/transports');
  const paths = [
    ...readdirSync(join(sources, 'brokers')).map((name) => join(sources, 'brokers', name, 'options.json')),
    ...readdirSync(language).map((name) => join(language, name)),
  ];
  const kinds = paths.filter((path) => existsSync(path)).map((path) => JSON.parse(readFileSync(path, 'utf8')));
  const rank = ({ kind }) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return kinds.sort((one, other) => rank(one) - rank(other) || one.kind.localeCompare(other.kind));
}
