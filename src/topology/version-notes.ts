/** What people should know where a live broker is another version than the project says: the same words for every broker. */
import type { Transport } from '../contract/model.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** The version that a broker was found to be. */
export type LiveVersion = {
  /** How it is told, to follow "it is": `4.0.5`. */
  readonly told: string;
  /** How the version that the project says is called: `RabbitMQ`. */
  readonly product: string;
  /** What contracts are held against, and what the project file should say; dotted numbers. */
  readonly numbers: string;
  /** All that the project may say without being wrong; `numbers` where nothing else. */
  readonly fits?: (said: string) => boolean;
};

/**
 * That the project says another version than the one that is there, and what `check` then has against the contracts that it has not against the
 * version that the project says.
 */
export function versionNotes(
  transport: Transport,
  { told, product, numbers, fits = (said) => isVersion(said, numbers) }: LiveVersion,
  check: (transport: Transport) => readonly Diagnostic[],
): readonly string[] {
  const { name, version: said } = transport;
  if (said !== undefined && fits(said)) return [];
  const known = new Set(check(transport).map(sayFinding));
  const more = check({ ...transport, version: numbers })
    .map(sayFinding)
    .filter((text) => !known.has(text));
  const short = numbers.split('.').slice(0, 2).join('.');
  const mismatch = `The project says that "${name}" is ${product} ${said}, and it is ${told}: without asking the broker, contracts are held against the wrong version. Write version: '${short}' in the project file, for this environment if others have another.`;
  return [...(said === undefined ? [] : [mismatch]), ...new Set(more)];
}

/** The numbers that a version begins with, without what follows them (`-rc.1`); undefined for what is no version. */
export function versionNumbers(version: unknown): string | undefined {
  return typeof version === 'string' ? /^\d+(?:\.\d+)*/.exec(version)?.[0] : undefined;
}

/** Whether a version is what somebody says: `3.13` is every 3.13.x. */
export function isVersion(said: string, numbers: string): boolean {
  const live = numbers.split('.').map(Number);
  return said.split('.').every((number, index) => Number(number) === (live[index] ?? 0));
}

function sayFinding({ at, message }: Diagnostic): string {
  return `${at.file}:${at.start.line}: ${message}`;
}
