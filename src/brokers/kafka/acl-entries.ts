/** Kafka's ACLs, one for each operation that a principal may do with something, and the resources that they make together. */
import type { ActualResource } from '../../topology/model.ts';
import { type AclTarget, aclResource } from './service-rights.ts';

/** One ACL as Kafka's protocol has it, in numbers. */
export type AclEntry = {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
};

/** Any of each: what a filter says of what it does not look at. */
export const ANY = 1;
const LITERAL = 3;
const PREFIXED = 4;
const DENY = 2;
const ALLOW = 3;
const EVERYWHERE = '*';
const PRINCIPAL = 'User:';

const TYPES: readonly (readonly [string, number])[] = [
  ['topic', 2],
  ['group', 3],
  ['cluster', 4],
  ['transactional id', 5],
  ['delegation token', 6],
];

const OPERATIONS: readonly (readonly [string, number])[] = [
  ['All', 2],
  ['Read', 3],
  ['Write', 4],
  ['Create', 5],
  ['Delete', 6],
  ['Alter', 7],
  ['Describe', 8],
  ['ClusterAction', 9],
  ['DescribeConfigs', 10],
  ['AlterConfigs', 11],
  ['IdempotentWrite', 12],
];

/** The entries of each user on each target as one resource. What is said of principals that are no users is nobody's business here. */
export function aclResources(entries: readonly AclEntry[]): readonly ActualResource[] {
  const found = new Map<string, { readonly user: string; readonly target: AclTarget; readonly operations: string[] }>();
  for (const entry of entries) {
    if (!entry.principal.startsWith(PRINCIPAL)) continue;
    const user = entry.principal.slice(PRINCIPAL.length);
    const target = targetOf(entry);
    const key = JSON.stringify([user, target.type, target.pattern, target.resource]);
    const known = found.get(key) ?? { user, target, operations: [] };
    known.operations.push(operationOf(entry));
    found.set(key, known);
  }
  return [...found.values()].map(({ user, target, operations }) => aclResource(user, target, operations));
}

/** The entry that stands for an operation of a resource; undefined for words that Kafka does not know. */
export function entryOf(user: string, target: AclTarget, operation: string): AclEntry | undefined {
  const [, denied, name = '', host = EVERYWHERE] = /^(not )?(\w+)(?: from (.+))?$/.exec(operation) ?? [];
  const [resourceType, code] = [numberOf(TYPES, target.type), numberOf(OPERATIONS, name)];
  if (resourceType === undefined || code === undefined) return undefined;
  return {
    resourceType,
    resourceName: target.resource,
    resourcePatternType: target.pattern === 'prefixed' ? PREFIXED : LITERAL,
    principal: PRINCIPAL + user,
    host,
    operation: code,
    permissionType: denied ? DENY : ALLOW,
  };
}

function targetOf({ resourceType, resourceName, resourcePatternType }: AclEntry): AclTarget {
  return { type: nameOf(TYPES, resourceType), pattern: resourcePatternType === PREFIXED ? 'prefixed' : 'literal', resource: resourceName };
}

/** `Read`, `Read from 10.0.0.1`, `not Read`: what msgctl never gives is told, so that it is found. */
function operationOf({ operation, host, permissionType }: AclEntry): string {
  return `${permissionType === DENY ? 'not ' : ''}${nameOf(OPERATIONS, operation)}${host === EVERYWHERE ? '' : ` from ${host}`}`;
}

function nameOf(table: readonly (readonly [string, number])[], code: number): string {
  return table.find(([, number]) => number === code)?.[0] ?? `number${code}`;
}

function numberOf(table: readonly (readonly [string, number])[], name: string): number | undefined {
  return table.find(([known]) => known === name)?.[1] ?? (/^number\d+$/.test(name) ? Number(name.slice('number'.length)) : undefined);
}
