import type { System } from '../../contract/system.ts';
import { keysWithin } from '../../payload/protobuf/model.ts';
import { indent } from '../code.ts';
import { deprecationTag } from '../deprecation.ts';
import type { Emitter, GeneratedFile } from '../emitter.ts';
import { contractSource, plainHeader } from '../header.ts';
import { pascalCase } from '../identifiers.ts';
import type { PlannedProtoFile, ProtobufPlan } from '../protobuf-plan.ts';
import type { Named } from './name-model.ts';
import type { PlannedRpc, PlannedRpcFile } from './plan-rpcs.ts';
import { allow, comment, printDeclared, referTo } from './print-proto.ts';

/** The folder of all `.proto` files below the output folder, from which they import each other. */
const FOLDER = 'proto';

/** Messages for other languages: a `.proto` file for each file of the project that something in Protobuf reaches, and for each service of gRPC. */
export const protobufEmitter: Emitter = {
  id: 'protobuf',
  describes: '.proto files of what travels as Protobuf, and of the services of gRPC',
  emit: async ({ system, protobuf }) => [
    ...protobuf.files.map((file) => emitMessages(system, protobuf, file)),
    ...protobuf.rpcs.map((file) => emitRpcs(protobuf, file)),
  ],
};

function emitMessages(system: System, plan: ProtobufPlan, file: PlannedProtoFile): GeneratedFile {
  const { package: name, path, sources, declared } = file;
  const printing = { model: plan.model, named: plan.named, valueNames: new Map() };
  const used = declared.flatMap((each) => keysBelow(plan, each));
  const body = declared.flatMap((each) => ['', ...printDeclared(printing, each)]);
  return render({
    path,
    name,
    sources: sources.map((source) => describeSource(system, source)),
    imports: importsOf(plan, path, used),
    body,
  });
}

/** The keys of everything that a message and what stands in it hold. */
function keysBelow(plan: ProtobufPlan, { key, nested }: Named): readonly string[] {
  return [...keysWithin(plan.model, key), ...nested.flatMap((each) => keysBelow(plan, each))];
}

function importsOf(plan: ProtobufPlan, path: string, keys: readonly string[]): readonly string[] {
  const paths = new Set(keys.map((key) => plan.named(key).place.path));
  return [...paths].filter((other) => other !== path).sort();
}

function describeSource(system: System, file: string): string {
  const contract = system.contracts.find((candidate) => candidate.file === file);
  return contract ? contractSource(contract) : file;
}

function emitRpcs(plan: ProtobufPlan, { path, package: name, service, rpcs }: PlannedRpcFile): GeneratedFile {
  const payloads = rpcs.flatMap(({ request, response }) => [plan.payload(request), plan.payload(response)]);
  const body = [
    '',
    ...allow('SERVICE_SUFFIX', !service.endsWith('Service')),
    ...allow('SERVICE_PASCAL_CASE', !isPascalCase(service)),
    `service ${service} {`,
    ...indent(rpcs.flatMap((rpc, index) => [...(index === 0 ? [] : ['']), ...printRpc(plan, service, rpc)])),
    '}',
  ];
  const sources = [...new Set(rpcs.map(({ interaction }) => interaction.id))];
  return render({
    path,
    name,
    sources,
    imports: importsOf(
      plan,
      path,
      payloads.map(({ key }) => key),
    ),
    body,
  });
}

function printRpc(plan: ProtobufPlan, service: string, rpc: PlannedRpc): readonly string[] {
  const { method, interaction } = rpc;
  const [request, response] = [plan.payload(rpc.request), plan.payload(rpc.response)];
  const all = plan.rpcs.flatMap((file) => file.rpcs).flatMap((each) => [plan.payload(each.request), plan.payload(each.response)]);
  const shared = [request, response].some((message) => all.filter((other) => other === message).length > 1);
  const isNamed = ({ name }: Named, kind: string): boolean => name === `${method}${kind}` || name === `${service}${method}${kind}`;
  const { deprecated } = interaction;
  const head = `rpc ${method}(${referTo(request, undefined)}) returns (${referTo(response, undefined)})`;
  return [
    ...comment(interaction.description, deprecated && deprecationTag(deprecated)),
    ...allow('RPC_PASCAL_CASE', !isPascalCase(method)),
    ...allow('RPC_REQUEST_STANDARD_NAME', !isNamed(request, 'Request')),
    ...allow('RPC_RESPONSE_STANDARD_NAME', !isNamed(response, 'Response')),
    ...allow('RPC_REQUEST_RESPONSE_UNIQUE', shared),
    ...(deprecated ? [`${head} {`, '  option deprecated = true;', '}'] : [`${head};`]),
  ];
}

function isPascalCase(name: string): boolean {
  return pascalCase(name) === name;
}

type ProtoText = {
  readonly path: string;
  readonly name: string;
  readonly sources: readonly string[];
  readonly imports: readonly string[];
  readonly body: readonly string[];
};

function render({ path, name, sources, imports, body }: ProtoText): GeneratedFile {
  const lines = [
    ...plainHeader(sources.join(', ')),
    'syntax = "proto3";',
    ...(name === ''
      ? []
      : [
          '',
          ...allow('PACKAGE_VERSION_SUFFIX', !/\.v[1-9][0-9]*$/.test(name)),
          ...allow('PACKAGE_LOWER_SNAKE_CASE', !name.split('.').every((word) => /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(word))),
          `package ${name};`,
        ]),
    ...(imports.length > 0 ? ['', ...imports.map((path) => `import "${path}";`)] : []),
    ...body,
  ];
  return { path: `${FOLDER}/${path}`, text: `${lines.join('\n')}\n` };
}
