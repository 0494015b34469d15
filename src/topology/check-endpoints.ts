/** Whether two interactions are called in the same way over HTTP or gRPC. */
import type { Interaction, Transport } from '../contract/model.ts';
import { interactionsOver, type System } from '../contract/system.ts';
import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { sendAddress } from './addresses.ts';

/**
 * Templates that match the same URLs whatever the names of their parts are. A literal part beside a named one (`/orders/latest` and
 * `/orders/{id}`) is told apart by every router. Behind a `url` all services are in one place; found by discovery, each is in its own.
 */
export function checkEndpoints(system: System, transport: Transport): readonly Diagnostic[] {
  const shared = Object.hasOwn(transport.options, 'url');
  const first = new Map<string, Interaction>();
  return interactionsOver(system, transport.name).flatMap((interaction) => {
    const endpoint = endpointOf(system, interaction);
    if (endpoint === undefined) return [];
    const key = JSON.stringify([shared ? '' : interaction.service, endpoint.replaceAll(/\{[^{}]*\}/g, '{}')]);
    const other = first.get(key);
    if (!other) {
      first.set(key, interaction);
      return [];
    }
    const related = [{ at: other.at, label: `${other.id} is here` }];
    return [diagnose('endpoint-taken', interaction.at, { endpoint, id: interaction.id, other: other.id }, related)];
  });
}

function endpointOf(system: System, interaction: Interaction): string | undefined {
  const address = sendAddress(system, interaction);
  if (address.kind === 'http') return `${address.method} ${address.path}`;
  return address.kind === 'grpc' ? `${address.service}/${address.method}` : undefined;
}
