/** Whether the version of a broker can do what the contracts ask of it. Without a version nothing is assumed. */
import type { Transport } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { BROKER_FEATURES, compareVersions } from './broker-features.ts';
import type { BrokerKind } from './model.ts';
import { receptionsOver } from './receptions.ts';

/** What each kind of broker is called. */
const BROKER_NAMES: Readonly<Record<BrokerKind, string>> = { rabbitmq: 'RabbitMQ', kafka: 'Kafka', redis: 'Redis' };

/** One finding for each feature that is too new, where it is asked for first. */
export function checkFeatures(system: System, transport: Transport, kind: BrokerKind): readonly Diagnostic[] {
  const { version, name } = transport;
  if (version === undefined) return [];
  const tooNew = BROKER_FEATURES[kind].filter(({ since }) => compareVersions(version, since) < 0);
  if (tooNew.length === 0) return [];
  const asked = { system, transport, receptions: receptionsOver(system, name) };
  return tooNew.flatMap(({ what, since, askedBy }) => {
    const at = askedBy(asked);
    if (!at) return [];
    const data = { transport: name, kind: BROKER_NAMES[kind], version, what, since };
    return [diagnose('broker-too-old', at, data, [{ at: transport.at, label: `${name} is ${BROKER_NAMES[kind]} ${version}` }])];
  });
}
