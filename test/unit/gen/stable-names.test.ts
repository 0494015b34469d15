/**
 * What stands beside a type, an interaction, an error, a responder or a user does not name it: with a random one more or less, everything else keeps
 * its name in code, but for what a finding tells of.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import type { System } from '../../../src/contract/system.ts';
import { checkGeneratedNames } from '../../../src/gen/check-names.ts';
import { descriptorNames } from '../../../src/gen/descriptors/descriptor-names.ts';
import { participationsOf } from '../../../src/gen/participation.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import type { JsonObject } from '../../../src/source/json.ts';
import { loadSystem } from '../../support/load-system.ts';
import { PATIENCE, runs } from '../../support/size.ts';

type Kind = 'call' | 'notification' | 'event' | 'question';
type Provided = { readonly key: string; readonly kind: Kind; readonly errors: readonly string[]; readonly headers: boolean };
type User = { readonly service: string; readonly reads: boolean; readonly own: readonly string[] };
/** A shop with its users, in the order in which all of it is written. */
type Shop = { readonly types: readonly string[]; readonly provides: readonly Provided[]; readonly users: readonly User[] };

const TYPES = [
  'ChargeRequest',
  'ChargeMessage',
  'ChargeV2Message',
  'ChargeCardLost',
  'Date',
  'DateType',
  'BaseTotal',
  'ShopUses',
  'Plain',
  'Other',
];
const KEYS = ['charge', 'charge-v2', 'charge@2', 'charge-card', 'charge2', 'charge-2', 'refund', 'ship', 'close'];
const ERRORS = ['lost', 'card-lost', 'request', 'message', 'first-response', 'late'];

const provided: fc.Arbitrary<Provided> = fc.record({
  key: fc.constantFrom(...KEYS),
  kind: fc.constantFrom<Kind>('call', 'notification', 'event', 'question'),
  errors: fc.uniqueArray(fc.constantFrom(...ERRORS), { maxLength: 3 }),
  headers: fc.boolean(),
});
const user: fc.Arbitrary<User> = fc.record({
  service: fc.constantFrom('first', 'second', 'shop-charge', 'shop2', 'shop-2'),
  reads: fc.boolean(),
  own: fc.uniqueArray(fc.constantFrom('shop-charge', 'shop-charge-v2', 'told'), { maxLength: 2 }),
});
const shops: fc.Arbitrary<Shop> = fc.record({
  types: fc.uniqueArray(fc.constantFrom(...TYPES), { maxLength: 5 }),
  provides: fc.uniqueArray(provided, { selector: ({ key }) => key, minLength: 1, maxLength: 5 }),
  users: fc.uniqueArray(user, { selector: ({ service }) => service, maxLength: 3 }),
});

/** The same shop without one of its parts, whichever `pick` means: with it, that part is the neighbour that was added. */
function without({ types, provides, users }: Shop, pick: number): Shop {
  const drops: readonly Shop[] = [
    ...types.map((name) => ({ types: types.filter((other) => other !== name), provides, users })),
    ...provides.map((one) => ({ types, provides: provides.filter((other) => other !== one), users })),
    ...provides.flatMap((one) =>
      one.errors.map((code) => {
        const fewer = { ...one, errors: one.errors.filter((other) => other !== code) };
        return { types, provides: provides.map((other) => (other === one ? fewer : other)), users };
      }),
    ),
    ...users.map((one) => ({ types, provides, users: users.filter((other) => other !== one) })),
  ];
  return drops[pick % drops.length] ?? { types, provides, users };
}

const schema: JsonObject = { type: 'object', properties: { total: { type: 'object', properties: { base: { $ref: '#/types/Base' } } } } };
const place: JsonObject = { type: 'object', properties: { total: { $ref: '#/types/Base/properties/total' } } };

function describeInteraction({ kind, errors, headers }: Provided, users: readonly User[]): JsonObject {
  const failures = { errors: Object.fromEntries(errors.map((code) => [code, schema])), timeout: '1s' };
  const common = { via: 'memory', ...(headers && { headers: { type: 'object', properties: { tenant: { type: 'string' } } } }) };
  switch (kind) {
    case 'call':
      return { ...common, pattern: 'async-request-response', request: place, response: schema, ...failures };
    case 'notification':
      return { ...common, pattern: 'notification', message: schema };
    case 'event':
      return { ...common, pattern: 'publish-subscribe', message: schema };
    case 'question': {
      const responses = Object.fromEntries(users.map(({ service }) => [service, schema]));
      const response = users.length > 0 ? { responses } : { response: schema };
      return { ...common, pattern: 'publish-async-responses', message: schema, ...response, ...failures };
    }
  }
}

function filesOf({ types, provides, users }: Shop): Readonly<Record<string, string>> {
  const contract = (service: string, parts: JsonObject): string => JSON.stringify({ msgctl: 1, service, version: '1.0.0', ...parts });
  return {
    'msgctl.yaml': 'msgctl: 1\nproject: names\ntransports: { memory: { kind: memory } }\n',
    'contracts/shop.yaml': contract('shop', {
      provides: Object.fromEntries(provides.map((one) => [one.key, describeInteraction(one, users)])),
      types: Object.fromEntries([...types, 'Base'].map((name) => [name, schema])),
    }),
    ...Object.fromEntries(
      users.map(({ service, reads, own }) => [
        `contracts/${service}.yaml`,
        contract(service, {
          provides: Object.fromEntries(own.map((name) => [name, { pattern: 'notification', via: 'memory', message: schema }])),
          uses: Object.fromEntries(
            provides.map(({ key, kind }) => [`shop.${key}`, reads && kind !== 'notification' ? { reads: ['/total'] } : {}]),
          ),
          types: { Base: schema },
        }),
      ]),
    ),
  };
}

/** What something is called, and how a finding would speak of it. */
type Given = { readonly name: string; readonly mention: string };

/** What everything is called, by what it is. */
function namesOf(system: System): ReadonlyMap<string, Given> {
  const plan = planTypes(narrowReads(system, system.contracts), system.contracts);
  const names = new Map<string, Given>();
  for (const { path, types } of plan.modules) {
    for (const { named, name } of types)
      names.set(`${path}: ${named.what()}`, { name, mention: named.of.includes('/') ? named.what() : named.of });
  }
  for (const contract of system.contracts) {
    const { service } = contract;
    for (const { interaction, property, provider, payloads } of participationsOf(system, contract, plan)) {
      const { id } = interaction;
      names.set(`${service}: ${id}`, { name: property, mention: id });
      if (provider !== undefined)
        names.set(`${service}: provider ${interaction.service}`, { name: provider, mention: interaction.service });
      for (const { validator, role, name } of payloads) names.set(`${service}: ${id} ${role} ${name}`, { name: validator, mention: id });
    }
    const { provides, uses, constant } = descriptorNames(contract, plan);
    names.set(`${service}: provides`, { name: provides, mention: `what ${service} provides` });
    names.set(`${service}: uses`, { name: uses, mention: `what ${service} uses` });
    names.set(`${service}: descriptor`, { name: constant, mention: `the descriptor of ${service}` });
  }
  return names;
}

function mentions(message: string, { mention }: Given): boolean {
  const at = message.indexOf(mention);
  return at !== -1 && (!/[\w@-]/.test(message[at + mention.length] ?? '') || mentions(message.slice(at + 1), { name: '', mention }));
}

test(
  'a neighbour more or less renames nothing but what a finding tells of',
  async () => {
    let untold = 0;
    const keeps = async (shop: Shop, pick: number): Promise<void> => {
      const [before, after] = [await loadSystem(filesOf(without(shop, pick))), await loadSystem(filesOf(shop))];
      const messages = [before, after].flatMap((system) => checkGeneratedNames(system).map(({ message }) => message));
      if (messages.length === 0) untold++;
      const names = namesOf(after);
      for (const [what, given] of namesOf(before)) {
        const now = names.get(what);
        if (now && now.name !== given.name && !messages.some((message) => mentions(message, given)))
          throw new Error(`${what} was ${given.name} and is ${now.name}:\n${messages.join('\n')}`);
      }
    };
    const numRuns = runs(150, 5_000);
    await fc.assert(fc.asyncProperty(shops, fc.nat(), keeps), { numRuns, seed: 23 });
    expect(untold).toBeGreaterThan(numRuns / 10);
    expect(untold).toBeLessThan(numRuns);
  },
  PATIENCE,
);

test(
  'names do not depend on the order in which a contract is written',
  async () => {
    const reversed = ({ types, provides, users }: Shop): Shop => ({
      types: types.toReversed(),
      provides: provides.toReversed(),
      users: users.toReversed(),
    });
    const keeps = async (shop: Shop): Promise<void> => {
      const [one, other] = [await loadSystem(filesOf(shop)), await loadSystem(filesOf(reversed(shop)))];
      if (checkGeneratedNames(one).length > 0) return;
      const sorted = (system: System): readonly unknown[] => [...namesOf(system)].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(other)).toEqual(sorted(one));
    };
    await fc.assert(fc.asyncProperty(shops, keeps), { numRuns: runs(50, 1_000), seed: 24 });
  },
  PATIENCE,
);
