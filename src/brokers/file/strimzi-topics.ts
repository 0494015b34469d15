import { stringify } from 'yaml';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { type ActualResource, resourceKey } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';
import { type FileContext, type FileFormat, malformedFile } from './format.ts';
import {
  freeObjectName,
  joinDocuments,
  kubernetesName,
  type MemberPath,
  OWNER_LABEL,
  openDocument,
  printDocument,
  setMember,
  splitDocuments,
} from './yaml-documents.ts';

const API = 'kafka.strimzi.io/';
const API_VERSION = `${API}v1beta2`;
const KIND = 'KafkaTopic';
/** The label that Strimzi finds a topic's cluster by. */
const CLUSTER_LABEL = 'strimzi.io/cluster';

/**
 * Strimzi's KafkaTopic resources, one YAML document each, as `kubectl apply` takes them.
 *
 * Own documents are sorted by topic and stand after all others; documents that msgctl did not make, and own ones that no step touches, stay as
 * they were, comments included.
 */
export const strimziFormat: FileFormat = {
  suffix: '.topics.yaml',
  // A KafkaUser of Strimzi has its rights in one document with how it logs in.
  without: ['user', 'acl'],
  replacing: 'In the file it is simply rewritten, but a cluster that has the old topic keeps it: the operator refuses such a change.',
  read: (text, context) => readDocuments(text, context).flatMap(({ resource }) => resource ?? []),
  write: writeTopics,
};

/** One YAML document of the file with the text that it stands in, from its `---` to the next. `head`: of a KafkaTopic, also of one that says no topic. */
type TopicDocument = { readonly text: string; readonly head?: Head; readonly resource?: ActualResource };

/** What a document says of itself as an object of Kubernetes. */
type Head = { readonly version: string; readonly name?: string; readonly cluster?: string };

function readDocuments(text: string, context: FileContext): readonly TopicDocument[] {
  const names = new Set<string>();
  return splitDocuments(text, context).map(({ text: chunk, offset, value }) => {
    const head = headOf(value);
    const resource = head && topicOf(value);
    if (resource && names.has(resource.name))
      throw malformedFile(text, offset, `topic ${resource.name} stands here a second time.`, context);
    if (resource) names.add(resource.name);
    return { text: chunk, ...(head && { head }), ...(resource && { resource }) };
  });
}

function headOf(value: JsonValue | undefined): Head | undefined {
  const version = ownProperty(value, 'apiVersion');
  if (typeof version !== 'string' || !version.startsWith(API) || ownProperty(value, 'kind') !== KIND) return undefined;
  const metadata = ownProperty(value, 'metadata');
  const [name, cluster] = [ownProperty(metadata, 'name'), ownProperty(ownProperty(metadata, 'labels'), CLUSTER_LABEL)];
  return { version, ...(typeof name === 'string' && { name }), ...(typeof cluster === 'string' && { cluster }) };
}

function topicOf(value: JsonValue | undefined): ActualResource | undefined {
  const metadata = ownProperty(value, 'metadata');
  const spec = ownProperty(value, 'spec');
  const name = ownProperty(spec, 'topicName') ?? ownProperty(metadata, 'name');
  if (typeof name !== 'string') return undefined;
  const owner = ownProperty(ownProperty(metadata, 'labels'), OWNER_LABEL);
  const partitions = ownProperty(spec, 'partitions');
  const replication = ownProperty(spec, 'replicas');
  const config = ownProperty(spec, 'config');
  const attributes: Readonly<Record<string, JsonValue>> = {
    ...(partitions !== undefined && { partitions }),
    ...(replication !== undefined && { replication }),
    ...Object.fromEntries(Object.entries(isObject(config) ? config : {}).map(([key, item]) => [`configs.${key}`, configText(item)])),
  };
  return { kind: 'topic', name, attributes, ...(typeof owner === 'string' && { owner }) };
}

/** Kafka's config values are texts; YAML may write them as numbers or flags. */
function configText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function writeTopics(before: string | undefined, steps: readonly Step[], context: FileContext): string {
  const documents = readDocuments(before ?? '', context);
  const touched = new Map(steps.map((step) => [resourceKey(step.resource), step]));
  const kept: TopicDocument[] = [];
  for (const document of documents) {
    const step = document.resource && touched.get(resourceKey(document.resource));
    if (document.resource && step) touched.delete(resourceKey(document.resource));
    if (step?.action === 'delete') continue;
    kept.push(step && document.resource ? changeDocument(document, document.resource, step, context) : document);
  }
  const making = makingIn(documents, kept, context);
  for (const step of touched.values()) if (step.action !== 'delete') kept.push(createDocument(step, making));
  const isOurs = ({ resource }: TopicDocument) => resource?.owner === context.project;
  const ours = kept.filter(isOurs).sort((a, b) => ((a.resource as ActualResource).name < (b.resource as ActualResource).name ? -1 : 1));
  return joinDocuments([...kept.filter((document) => !isOurs(document)), ...ours].map(({ text }) => text));
}

/** What new documents have in common. The first one that names a cluster is followed, since somebody may have corrected it, and so is its version. */
type Making = { readonly context: FileContext; readonly version: string; readonly cluster: string; readonly names: Set<string> };

function makingIn(documents: readonly TopicDocument[], kept: readonly TopicDocument[], context: FileContext): Making {
  const example = documents.find(({ head }) => head?.cluster !== undefined)?.head;
  const names = kept.flatMap(({ head }) => (head?.name === undefined ? [] : [`${KIND} ${head.name}`]));
  return { context, version: example?.version ?? API_VERSION, cluster: example?.cluster ?? context.transport, names: new Set(names) };
}

function createDocument({ resource }: Step, { context, version, cluster, names }: Making): TopicDocument {
  const { partitions, replication } = resource.attributes;
  const config = configOf(resource.attributes);
  const topic: JsonObject = {
    apiVersion: version,
    kind: KIND,
    metadata: {
      name: freeObjectName(KIND, kubernetesName(resource.name), names),
      labels: { [CLUSTER_LABEL]: cluster, [OWNER_LABEL]: context.project },
    },
    spec: {
      topicName: resource.name,
      ...(partitions !== undefined && { partitions }),
      ...(replication !== undefined && { replicas: replication }),
      ...(Object.keys(config).length > 0 && { config }),
    },
  };
  return { text: `---\n${stringify(topic)}`, resource: { ...resource, owner: context.project } };
}

function changeDocument({ text, ...rest }: TopicDocument, found: ActualResource, { fields }: Step, context: FileContext): TopicDocument {
  const document = openDocument(text);
  setMember(document, ['metadata', 'labels', OWNER_LABEL], context.project);
  for (const { name, to } of fields)
    if (name !== 'owner') setMember(document, pathOf(name), name.startsWith('configs.') ? configValue(to) : to);
  return { ...rest, text: printDocument(document, text), resource: { ...found, owner: context.project } };
}

function pathOf(name: string): MemberPath {
  if (name.startsWith('configs.')) return ['spec', 'config', name.slice('configs.'.length)];
  return ['spec', name === 'replication' ? 'replicas' : name];
}

function configOf(attributes: Readonly<Record<string, JsonValue>>): JsonObject {
  const configs = Object.entries(attributes).filter(([name]) => name.startsWith('configs.'));
  return Object.fromEntries(
    configs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name.slice('configs.'.length), configValue(value)]),
  );
}

/** A whole number is written as one where YAML and every reader keep it exact. */
function configValue<Value extends JsonValue | undefined>(value: Value): Value | number {
  return typeof value === 'string' && /^-?(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value;
}
