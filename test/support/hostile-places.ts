/** Places of a project in which text of its author can stand: how a text comes there, and projects in which it does. */
import { writeHostile } from './hostile-texts.ts';

/** What stands in a file. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A project in the making: what its files say, and whole files that are added to it. */
type Draft = {
  readonly project: Record<string, Json>;
  readonly contract: Record<string, Json>;
  readonly provides: Record<string, Json>;
  readonly uses: Record<string, Json>;
  readonly types: Record<string, Json>;
  readonly files: Record<string, Json>;
};

/** A place, how a text comes there, and, where it is a payload, messages that its validator must accept and refuse. */
export type HostilePlace = {
  readonly name: string;
  put(draft: Draft, text: string): void;
  readonly messages?: (text: string) => Messages;
};

/** Messages that fit a schema, and some that do not. */
export type Messages = { readonly good: readonly Json[]; readonly bad: readonly Json[] };

/** What the contract calls its service. */
export const SERVICE = 'hostile';

/** The files of a project in which a text stands at some places. Projects of other numbers share no package of Protobuf. */
export function projectWith(places: readonly HostilePlace[], text: string, number = 0): Record<string, string> {
  const draft: Draft = {
    project: {
      project: `injection${number}`,
      contracts: 'contracts/**/*.yaml',
      generate: { out: 'out' },
      transports: {
        memory: { kind: 'memory' },
        rabbit: { kind: 'rabbitmq' },
        log: { kind: 'kafka' },
        quick: { kind: 'redis' },
        web: { kind: 'http' },
        rpc: { kind: 'grpc' },
      },
    },
    contract: { service: SERVICE, version: '1.0.0' },
    provides: { plain: { pattern: 'notification', via: 'memory', message: PLAIN } },
    uses: {},
    types: {},
    files: {},
  };
  for (const place of places) place.put(draft, text);
  const { project, contract, provides, uses, types, files } = draft;
  const whole = {
    msgctl: 1,
    ...contract,
    provides,
    ...(Object.keys(uses).length > 0 && { uses }),
    ...(Object.keys(types).length > 0 && { types }),
  };
  const all: Record<string, Json> = { 'msgctl.yaml': { msgctl: 1, ...project }, [`contracts/${SERVICE}.yaml`]: whole, ...files };
  return Object.fromEntries(Object.entries(all).map(([path, value]) => [path, writeHostile(value)]));
}

/** The name of the interaction that stands for a place: the same for every text. */
export function slugOf(name: string): string {
  return `at-${name.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`;
}

/** An interaction in which a text stands somewhere. */
export function interaction(name: string, written: (text: string) => Record<string, Json>): HostilePlace {
  return { name, put: ({ provides }, text) => void Object.assign(provides, { [slugOf(name)]: written(text) }) };
}

/** An object with one property, also where its name is `__proto__`. */
export function one(key: string, value: Json): Record<string, Json> {
  return Object.fromEntries([[key, value]]);
}

/** Writes something under a key, also where that is `__proto__`. */
export function set(target: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A name as a part of a reference. */
export function pointerPart(name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
  // Half of a character cannot be written as one of a reference.
  return /\p{Cs}/u.test(escaped) ? escaped : encodeURIComponent(escaped);
}

/** The name of a file: no system has one with this character in it, or with half of one. */
export function fileName(text: string): string {
  return text.replaceAll(/[\0\p{Cs}]/gu, '');
}

/** A payload in which nothing is hostile. */
export const PLAIN = { type: 'object', properties: { plain: { type: 'string', 'x-field': 1 } } } as const;
