import { describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import { checkGeneratedNames } from '../../../src/gen/check-names.ts';
import { participationsOf } from '../../../src/gen/participation.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import { loadSystem } from '../../support/load-system.ts';

const text = '{ type: object, properties: {} }';
const system = await loadSystem({
  'msgctl.yaml': `
msgctl: 1
project: asking
contracts: 'contracts/*.yaml'
transports: { memory: { kind: memory }, web: { kind: http } }
`,
  'contracts/asker.yaml': `
msgctl: 1
service: asker
version: 1.0.0
provides:
  asked:
    pattern: publish-async-responses
    via: memory
    message: ${text}
    response: ${text}
    errors: { unknown: ${text} }
    timeout: 1s
  told: { pattern: publish-subscribe, via: memory, message: ${text} }
  ordered: { pattern: notification, via: memory, message: ${text} }
  called: { pattern: request-response, via: web, request: ${text}, response: ${text}, timeout: 1s }
`,
  'contracts/answers.yaml': `
msgctl: 1
service: answers
version: 1.0.0
uses: { asker.asked: {}, asker.told: {}, asker.ordered: {}, asker.called: {} }
`,
  'contracts/listens.yaml': `
msgctl: 1
service: listens
version: 1.0.0
uses: { asker.asked: { respond: false } }
`,
});

function participations(service: string): readonly string[] {
  const contract = system.contracts.find((candidate) => candidate.service === service);
  if (!contract) throw new Error(`no service ${service}`);
  return participationsOf(system, contract, planTypes(narrowReads(system, system.contracts), system.contracts)).map(
    ({ interaction, side, payloads, responders }) =>
      [interaction.id, side, ...payloads.map((payload) => `${payload.validator}:${payload.side}`), ...responders].join(' '),
  );
}

describe('participationsOf', () => {
  test('tells a provider what it sends and receives', () => {
    expect(participations('asker')).toEqual([
      'asker.asked sender askedMessage:sender askedResponse:receiver askedUnknown:receiver answers',
      'asker.told sender toldMessage:sender',
      'asker.ordered receiver orderedMessage:receiver',
      'asker.called receiver calledRequest:receiver calledResponse:sender',
    ]);
  });

  test('tells a user the other side of it', () => {
    expect(participations('answers')).toEqual([
      'asker.asked receiver askerAskedMessage:receiver askerAskedResponse:sender askerAskedUnknown:sender answers',
      'asker.told receiver askerToldMessage:receiver',
      'asker.ordered sender askerOrderedMessage:sender',
      'asker.called sender askerCalledRequest:sender askerCalledResponse:receiver',
    ]);
  });

  test('asks no answer of a user that gives none', () => {
    expect(participations('listens')).toEqual(['asker.asked receiver askerAskedMessage:receiver']);
  });

  test('keeps apart a provider and an interaction that is called like it', async () => {
    const contract = (service: string, parts: string): string => `msgctl: 1\nservice: ${service}\nversion: 1.0.0\n${parts}`;
    const told = `{ pattern: notification, via: memory, message: ${text} }`;
    const clashing = await loadSystem({
      'msgctl.yaml': 'msgctl: 1\nproject: clash\ntransports: { memory: { kind: memory } }\n',
      'contracts/bank.yaml': contract('bank', `provides: { pay: ${told} }\n`),
      'contracts/shop.yaml': contract('shop', `provides: { bank: ${told} }\nuses: { bank.pay: {} }\n`),
    });
    const shop = clashing.contracts.find(({ service }) => service === 'shop');
    const found = shop && participationsOf(clashing, shop, planTypes(narrowReads(clashing, clashing.contracts), clashing.contracts));
    expect(found?.map(({ property, provider }) => [property, provider])).toEqual([
      ['bank', undefined],
      ['pay', 'bankService'],
    ]);
    expect(checkGeneratedNames(clashing).map(({ message }) => message)).toEqual([
      'In generated code "bank" would be shop.bank and what is used of bank.',
    ]);
  });
});
