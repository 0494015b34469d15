import type { Transport } from '../../contract/model.ts';
import { Failure } from '../../diagnostics/failure.ts';
import type { BrokerAdmin } from '../../topology/port.ts';

/** Opens the RabbitMQ that a transport points at. */
export async function openRabbitmq(transport: Transport, _project: string): Promise<BrokerAdmin> {
  throw new Failure('live-broker', { message: `Transport "${transport.name}" points at a live RabbitMQ.` });
}
