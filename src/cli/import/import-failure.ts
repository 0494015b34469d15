/** What stops an import at its broker, in words that fit an import: nothing is planned or changed, and the address may stand in flags. */
import { Failure } from '../../diagnostics/failure.ts';
import type { BrokerKind } from '../../topology/model.ts';
import { PROJECT_FILE } from './project-to-be.ts';

/** Which broker, and whether the folder has a project already, whose file says where it is. */
export type ImportPlace = { readonly kind: BrokerKind; readonly hasProject: boolean };

/** How the address of each kind of broker is said where there is no project yet. */
const FLAGS: Readonly<Record<BrokerKind, { readonly address: string; readonly example: string; readonly login: string }>> = {
  rabbitmq: {
    address: '--url, and --management for its management API',
    example: '--url amqp://localhost:5672/shop --management http://localhost:15672',
    login: 'Give user and password in the address: --url amqp://USER:PASSWORD@HOST, or the variable RABBITMQ_URL. They are not written.',
  },
  kafka: {
    address: '--brokers',
    example: '--brokers kafka-1:9092,kafka-2:9092',
    login: 'Write "sasl" into the transport of a project, and import into its folder: --out FOLDER.',
  },
  redis: {
    address: '--url',
    example: '--url redis://localhost:6379/0',
    login: 'Give user and password in the address: --url redis://USER:PASSWORD@HOST, or the variable REDIS_URL. They are not written.',
  },
};

const INSTEAD = 'What a broker holds can be imported from a file as well: --from FILE.';

type Words = { readonly why?: string; readonly advice?: string };

/** By the id of the failure; what is absent stays as it is said elsewhere. */
const WORDS: Readonly<Record<string, (place: ImportPlace) => Words>> = {
  'broker-unreachable': (place) => ({
    why: 'Without it there is nothing to import. Nothing was written.',
    advice: `Start it, or correct its address: ${addressIn(place)}. ${INSTEAD}`,
  }),
  'broker-not-trusted': ({ hasProject }) =>
    hasProject
      ? {}
      : {
          advice:
            'Check the address. Whom to trust is said with "tls" of a transport: write a project that has it, and import into its folder (--out FOLDER).',
        },
  'login-refused': ({ kind, hasProject }) => ({
    why: 'The user is not known there, the password is another, or there is none. Nothing was written.',
    ...(!hasProject && { advice: FLAGS[kind].login }),
  }),
  'right-missing': () => ({ why: 'What may not be read cannot be imported. Nothing was written.' }),
  'broker-refused': (place) => ({
    advice: `Check that it is the right one: ${addressIn(place)}. Else ask those who run it. ${INSTEAD}`,
  }),
  'malformed-address': ({ kind, hasProject }) => ({
    why: 'Without it there is nothing to import. Nothing was written.',
    ...(!hasProject && {
      advice: `Write for example ${FLAGS[kind].example}. A user or password with special characters must be percent-encoded.`,
    }),
  }),
  'unknown-vhost': ({ hasProject }) => ({
    why: 'Virtual hosts separate systems from each other, and an import reads one. Nothing was written.',
    advice: hasProject
      ? `Correct the path of "url" in ${PROJECT_FILE}.`
      : 'Name one that is there as the path of the address: --url amqp://HOST/VHOST.',
  }),
  'package-missing': () => ({
    why: 'msgctl brings only the drivers that most projects need. Nothing was written.',
    advice: `Add it where msgctl is installed: npm install --save-dev ioredis. ${INSTEAD}`,
  }),
};

/** The same failure in words of an import; anything else is given back as it is. */
export function importFailure(error: unknown, place: ImportPlace): unknown {
  if (!(error instanceof Failure) || !Object.hasOwn(WORDS, error.id)) return error;
  const { message, cause } = error;
  const { why = error.why, advice = error.advice } = WORDS[error.id]?.(place) ?? {};
  return new Failure(error.id, { message, cause, ...(why !== undefined && { why }), ...(advice !== undefined && { advice }) });
}

function addressIn({ kind, hasProject }: ImportPlace): string {
  return hasProject ? `in ${PROJECT_FILE}` : FLAGS[kind].address;
}
