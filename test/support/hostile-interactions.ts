/** Places of interactions, contracts, files and the project in which text can stand. */
import { fileName, type HostilePlace, interaction, type Json, one, PLAIN, pointerPart, SERVICE, set, slugOf } from './hostile-places.ts';

/** A notification of which something is said. */
function told(name: string, more: (text: string) => Record<string, Json>): HostilePlace {
  return interaction(name, (text) => ({ pattern: 'notification', via: 'memory', message: PLAIN, ...more(text) }));
}

/** A request that is answered at once. */
function request(name: string, more: (text: string) => Record<string, Json>): HostilePlace {
  return interaction(name, (text) => ({
    pattern: 'request-response',
    via: 'web',
    timeout: '1s',
    request: PLAIN,
    response: PLAIN,
    ...more(text),
  }));
}

/** The same over gRPC. */
function call(name: string, more: (text: string) => Record<string, Json>): HostilePlace {
  return request(name, (text) => ({ via: 'rpc', encoding: 'protobuf', ...more(text) }));
}

function event(more: Record<string, Json>): Record<string, Json> {
  return { pattern: 'publish-subscribe', via: 'rabbit', message: PLAIN, ...more };
}

/** Places of interactions. */
export const INTERACTION_PLACES: readonly HostilePlace[] = [
  {
    name: 'name of an interaction',
    put: ({ provides }, text) => set(provides, text, { pattern: 'notification', via: 'memory', message: PLAIN }),
  },
  interaction('pattern of an interaction', (text) => ({ pattern: text, via: 'memory', message: PLAIN })),
  interaction('transport of an interaction', (text) => ({ pattern: 'notification', via: text, message: PLAIN })),
  interaction('key of an interaction', (text) => ({ ...one(text, text), pattern: 'notification', via: 'memory', message: PLAIN })),
  interaction('own key of an interaction', (text) => ({
    ...one(`x-${text}`, text),
    pattern: 'notification',
    via: 'memory',
    message: PLAIN,
  })),
  told('description of an interaction', (text) => ({ description: text })),
  told('deprecation of an interaction', (text) => ({ deprecated: { since: text, remove: text } })),
  told('instead of an interaction', (text) => ({ deprecated: { since: '1.0.0', remove: '9.0.0', instead: text } })),
  told('header', (text) => ({
    headers: { type: 'object', required: [text], properties: one(text, { type: 'string', description: text, enum: [text] }) },
  })),
  told('example', (text) => ({ examples: [{ description: text, message: { value: text } }] })),
  request('error', (text) => ({ errors: one(text, { type: 'object', description: text }) })),
  request('method', (text) => ({ http: { method: text, path: '/p' } })),
  request('path', (text) => ({ http: { method: 'POST', path: `/${text}` } })),
  request('parameter', (text) => ({
    request: { type: 'object', required: [text], properties: one(text, { type: 'string' }) },
    http: { method: 'POST', path: `/parameter/{${text}}` },
  })),
  call('service of gRPC', (text) => ({ grpc: { service: `a.v1.${text}`, method: 'Get' } })),
  call('package of gRPC', (text) => ({ grpc: { service: `${text}.v1.Service`, method: 'Get' } })),
  call('method of gRPC', (text) => ({ grpc: { service: 'b.v1.Service', method: text } })),
  call('error in Protobuf', (text) => ({
    errors: one(text, { type: 'object', description: text, properties: { value: { type: 'string', 'x-field': 1 } } }),
  })),
  interaction('exchange', (text) => event({ address: { exchange: { name: text, type: 'topic' }, 'routing-key': text } })),
  interaction('type of an exchange', (text) => event({ address: { exchange: { name: 'e', type: text }, 'routing-key': 'r' } })),
  interaction('topic', (text) => event({ via: 'log', address: { topic: text } })),
  interaction('stream', (text) => event({ via: 'quick', delivery: { retain: '30d' }, address: { stream: text } })),
  interaction('key of messages', (text) => ({
    ...event({ via: 'log' }),
    message: { type: 'object', required: [text], properties: one(text, { type: 'string' }) },
    delivery: { key: text },
  })),
  interaction('deduplication', (text) => ({
    pattern: 'notification',
    via: 'rabbit',
    message: { type: 'object', required: [text], properties: one(text, { type: 'string' }) },
    delivery: { deduplicate: { by: [`/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`], within: '24h' } },
  })),
  interaction('responder', (text) => ({
    pattern: 'publish-async-responses',
    via: 'rabbit',
    timeout: '1s',
    message: PLAIN,
    response: PLAIN,
    responders: [text],
  })),
  interaction('response of a responder', (text) => ({
    pattern: 'publish-async-responses',
    via: 'rabbit',
    timeout: '1s',
    message: PLAIN,
    responses: one(text, PLAIN),
  })),
  {
    name: 'user',
    put: ({ provides, files }, text) => {
      provides[slugOf('user')] = {
        ...event({ via: 'rabbit' }),
        message: { type: 'object', required: [text], properties: one(text, { type: 'string' }) },
      };
      files['contracts/user.yaml'] = {
        msgctl: 1,
        service: 'user',
        version: '1.0.0',
        uses: { [`${SERVICE}.at-user`]: { reads: [text], address: { queue: { name: text, arguments: one(`x-${text}`, text) } } } },
      };
    },
  },
  {
    name: 'group',
    put: ({ provides, files }, text) => {
      provides[slugOf('group')] = event({ via: 'log' });
      files['contracts/grouped.yaml'] = {
        msgctl: 1,
        service: 'grouped',
        version: '1.0.0',
        uses: { [`${SERVICE}.at-group`]: { address: { group: text } } },
      };
    },
  },
  { name: 'use', put: ({ uses }, text) => set(uses, text, {}) },
  {
    name: 'channel',
    put: ({ contract, provides }, text) => {
      contract.channels = one(text, { via: 'log', description: text });
      provides[slugOf('channel')] = { pattern: 'publish-subscribe', channel: text, message: PLAIN };
    },
  },
];

/** Places of contracts, of files and of the project. */
export const FILE_PLACES: readonly HostilePlace[] = [
  { name: 'description of a service', put: ({ contract }, text) => Object.assign(contract, { description: text }) },
  { name: 'owner', put: ({ contract }, text) => Object.assign(contract, { owner: text }) },
  { name: 'version', put: ({ contract }, text) => Object.assign(contract, { version: `1.0.0-${text}` }) },
  { name: 'key of a contract', put: ({ contract }, text) => set(contract, text, text) },
  { name: 'own key of a contract', put: ({ contract }, text) => set(contract, `x-${text}`, one(text, text)) },
  {
    name: 'service',
    put: ({ files }, text) => {
      files['contracts/named.yaml'] = {
        msgctl: 1,
        service: text,
        version: '1.0.0',
        provides: { told: event({ via: 'log' }) },
        uses: { [`${SERVICE}.plain`]: {} },
      };
    },
  },
  {
    name: 'type name',
    put: ({ types, provides }, text) => {
      set(types, text, { type: 'object', description: text, properties: one(text, { type: 'string' }) });
      provides[slugOf('type name')] = {
        pattern: 'notification',
        via: 'memory',
        message: { type: 'object', properties: { value: { $ref: `#/types/${pointerPart(text)}` } } },
      };
    },
  },
  {
    name: 'file of types',
    put: ({ provides, files }, text) => {
      provides[slugOf('file of types')] = {
        pattern: 'notification',
        via: 'memory',
        message: { $ref: `./${fileName(text)}.types.yaml#/types/There` },
      };
      files[`contracts/${fileName(text)}.types.yaml`] = { msgctl: 1, description: text, types: { There: PLAIN } };
    },
  },
  {
    name: 'file of types in Protobuf',
    put: ({ provides, files }, text) => {
      provides[slugOf('file of types in Protobuf')] = {
        pattern: 'publish-subscribe',
        via: 'log',
        encoding: 'protobuf',
        message: { $ref: `./proto/${fileName(text)}.types.yaml#/types/There` },
      };
      files[`contracts/proto/${fileName(text)}.types.yaml`] = { msgctl: 1, types: { There: PLAIN } };
    },
  },
  {
    name: 'file of a contract',
    put: ({ files }, text) => {
      files[`contracts/c${fileName(text)}.yaml`] = {
        msgctl: 1,
        service: 'elsewhere',
        version: '1.0.0',
        provides: { told: event({ via: 'log', encoding: 'protobuf', message: PLAIN }) },
      };
    },
  },
  { name: 'project', put: ({ project }, text) => Object.assign(project, { project: text }) },
  { name: 'description of a project', put: ({ project }, text) => Object.assign(project, { description: text }) },
  { name: 'output folder', put: ({ project }, text) => Object.assign(project, { generate: { out: `out/${fileName(text)}` } }) },
  { name: 'service to generate', put: ({ project }, text) => Object.assign(project, { generate: { out: 'out', services: [text] } }) },
  {
    name: 'transport',
    put: ({ project, provides }, text) => {
      project.transports = { ...(project.transports as Record<string, Json>), ...one(text, { kind: 'memory', description: text }) };
      provides[slugOf('transport')] = { pattern: 'notification', via: text, message: PLAIN };
    },
  },
];
