/** What people should know of a RabbitMQ whose version is known, beside what `validate` says without asking it. */
import type { Transport } from '../../contract/model.ts';
import type { System } from '../../contract/system.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { checkFeatures } from '../../topology/check-features.ts';
import { checkQueues } from '../../topology/check-queues.ts';
import type { ActualTopology } from '../../topology/model.ts';

/** That the project says another version, and what the contracts ask for that this one does otherwise than the checks so far could know. */
export function rabbitmqNotes(system: System, transport: Transport, { version }: NonNullable<ActualTopology['server']>): readonly string[] {
  if (typeof version !== 'string' || !/^\d+(\.\d+)*/.test(version)) return [];
  const said = transport.version;
  if (said !== undefined && isSame(said, version)) return [];
  const known = new Set(findings(system, transport).map(sayFinding));
  const more = findings(system, { ...transport, version: numbersOf(version).join('.') })
    .map(sayFinding)
    .filter((text) => !known.has(text));
  return [...(said === undefined ? [] : [mismatch(transport, said, version)]), ...new Set(more)];
}

function mismatch({ name }: Transport, said: string, version: string): string {
  const short = numbersOf(version).slice(0, 2).join('.');
  return `The project says that "${name}" is RabbitMQ ${said}, and it is ${version}: without asking the broker, contracts are held against the wrong version. Write version: '${short}' in the project file, for this environment if others have another.`;
}

/** `3.13` is every 3.13.x. */
function isSame(said: string, version: string): boolean {
  const numbers = numbersOf(version);
  return numbersOf(said).every((number, index) => number === (numbers[index] ?? 0));
}

function numbersOf(version: string): readonly number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}

function findings(system: System, transport: Transport): readonly Diagnostic[] {
  return [...checkFeatures(system, transport, 'rabbitmq'), ...checkQueues(system, transport)];
}

function sayFinding({ at, message }: Diagnostic): string {
  return `${at.file}:${at.start.line}: ${message}`;
}
