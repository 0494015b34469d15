import { stringify } from 'yaml';
import { isObject, type JsonObject, ownProperty } from '../../source/json.ts';
import { type ActualResource, resourceKey } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';
import { wholeOf } from '../rabbitmq/entries.ts';
import { ownerMark, policyOwner } from '../rabbitmq/resources.ts';
import { type FileContext, type FileFormat, malformedFile } from './format.ts';
import {
  API_VERSION,
  type OperatorDocument,
  objectName,
  operatorArguments,
  operatorDocument,
  operatorPath,
  operatorResource,
  operatorSpec,
} from './operator-entries.ts';
import { freeObjectName, joinDocuments, OWNER_LABEL, openDocument, printDocument, setMember, splitDocuments } from './yaml-documents.ts';

/**
 * Resources of RabbitMQ's Messaging Topology Operator, one YAML document each, as `kubectl apply` takes them.
 *
 * Own documents are sorted and stand after all others; documents that msgctl did not make, and own ones that no step touches, stay as they were,
 * comments included.
 */
export const operatorFormat: FileFormat = {
  suffix: '.rabbitmq.yaml',
  // The operator makes users with secrets of their own.
  without: ['user', 'topic-permission', 'permission'],
  replacing: 'In the file it is simply rewritten, but the operator refuses such a change while the old resource is there.',
  read: (text, context) => readFile(text, context).flatMap(({ resource }) => resource ?? []),
  write: writeResources,
};

type FileDocument = { readonly text: string; readonly operator?: OperatorDocument; readonly resource?: ActualResource };

function readFile(text: string, context: FileContext): readonly FileDocument[] {
  const keys = new Set<string>();
  const documents = splitDocuments(text, context).map(({ text: chunk, offset, value }): FileDocument => {
    const operator = operatorDocument(value);
    if (!operator) return { text: chunk };
    const resource = (ownProperty(operator.spec, 'vhost') ?? '/') === context.vhost ? operatorResource(operator) : undefined;
    if (!resource) return { text: chunk, operator };
    const key = resourceKey(resource);
    if (keys.has(key)) throw malformedFile(text, offset, `${resource.kind} ${resource.name} stands here a second time.`, context);
    keys.add(key);
    const owner = ownerOf(operator, resource.name);
    return { text: chunk, operator, resource: owner === undefined ? resource : { ...resource, owner } };
  });
  const owners = new Map(documents.flatMap(({ resource }) => (resource ? [[resourceKey(resource), resource.owner]] : [])));
  return documents.map((document) => {
    const { resource } = document;
    if (resource?.kind !== 'binding') return document;
    const { owner: _, ...binding } = resource;
    const owner = owners.get(wholeOf(resource) ?? '');
    return { ...document, resource: owner === undefined ? binding : { ...binding, owner } };
  });
}

/** By its label, by the mark that the broker has too, or by the name of a policy. */
function ownerOf(document: OperatorDocument, name: string): string | undefined {
  const label = ownProperty(ownProperty(document.metadata, 'labels'), OWNER_LABEL);
  if (typeof label === 'string') return label;
  return document.kind === 'Policy' ? policyOwner(name) : ownerMark(operatorArguments(document)).owner;
}

function writeResources(before: string | undefined, steps: readonly Step[], context: FileContext): string {
  const documents = readFile(before ?? '', context);
  const touched = new Map(steps.map((step) => [resourceKey(step.resource), step]));
  const kept: FileDocument[] = [];
  for (const document of documents) {
    const step = document.resource && touched.get(resourceKey(document.resource));
    if (document.resource && step) touched.delete(resourceKey(document.resource));
    if (step?.action === 'delete') continue;
    kept.push(step && document.resource ? changeDocument(document, document.resource, step, context) : document);
  }
  const making: Making = { context, cluster: clusterIn(documents, context), names: namesIn(kept) };
  const vhost = vhostDocument(kept, making);
  for (const step of touched.values()) if (step.action !== 'delete') kept.push(createDocument(step, making));
  const isOurs = ({ resource }: FileDocument) => resource?.owner === context.project;
  const ours = kept.filter(isOurs).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return joinDocuments([...kept.filter((document) => !isOurs(document)), ...vhost, ...ours].map(({ text }) => text));
}

const ORDER = ['policy', 'exchange', 'queue', 'binding'];

function orderOf({ resource }: FileDocument): string {
  return resource ? `${ORDER.indexOf(resource.kind)} ${resource.name}` : '';
}

type Making = { readonly context: FileContext; readonly cluster: JsonObject; readonly names: Set<string> };

/** The cluster that documents of this file speak of; the first that names one is followed, since somebody may have corrected it. */
function clusterIn(documents: readonly FileDocument[], { transport }: FileContext): JsonObject {
  for (const { operator } of documents) {
    const cluster = operator && ownProperty(operator.spec, 'rabbitmqClusterReference');
    if (isObject(cluster)) return cluster;
  }
  return { name: transport };
}

function namesIn(documents: readonly FileDocument[]): Set<string> {
  return new Set(documents.flatMap(({ operator }) => (operator ? [`${operator.kind} ${ownProperty(operator.metadata, 'name')}`] : [])));
}

/** Whoever names a virtual host of its own needs it; it is made once, and never taken away. */
function vhostDocument(documents: readonly FileDocument[], making: Making): readonly FileDocument[] {
  const { vhost, transport } = making.context;
  const isThere = documents.some(({ operator }) => operator?.kind === 'Vhost' && ownProperty(operator.spec, 'name') === vhost);
  if (vhost === '/' || isThere) return [];
  const name = freeObjectName('Vhost', objectName(transport, { kind: 'vhost', name: vhost, attributes: {} }), making.names);
  return [{ text: documentText({ kind: 'Vhost', name, spec: { name: vhost } }, making) }];
}

function createDocument({ resource }: Step, making: Making): FileDocument {
  const { context } = making;
  const { kind, spec } = operatorSpec(resource, context.project);
  const name = freeObjectName(kind, objectName(context.transport, resource), making.names);
  const text = documentText({ kind, name, spec: { ...spec, vhost: context.vhost } }, making);
  return { text, resource: { ...resource, owner: context.project } };
}

type Parts = { readonly kind: string; readonly name: string; readonly spec: JsonObject };

function documentText({ kind, name, spec }: Parts, { context, cluster }: Making): string {
  const metadata = { name, labels: { [OWNER_LABEL]: context.project } };
  return `---\n${stringify({ apiVersion: API_VERSION, kind, metadata, spec: { ...spec, rabbitmqClusterReference: cluster } }, { lineWidth: 0 })}`;
}

function changeDocument(document: FileDocument, found: ActualResource, { fields, resource }: Step, context: FileContext): FileDocument {
  const parsed = openDocument(document.text);
  setMember(parsed, ['metadata', 'labels', OWNER_LABEL], context.project);
  for (const { name, to } of fields) {
    const path = operatorPath(resource.kind, name);
    if (path === undefined || name === 'owner') continue;
    if (name === 'arguments.x-queue-type') setMember(parsed, ['spec', 'arguments', 'x-queue-type'], undefined);
    setMember(parsed, path, to);
  }
  const { owner: _, ...changed } = found;
  return { ...document, text: printDocument(parsed, document.text), resource: { ...changed, owner: context.project } };
}
