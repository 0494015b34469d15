import { type Document, isAlias, isMap, parseDocument, stringify } from 'yaml';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../source/json.ts';
import { parseYaml } from '../../source/yaml-tree.ts';
import { type ActualResource, resourceKey } from '../../topology/model.ts';
import type { Step } from '../../topology/steps.ts';
import { type FileContext, type FileFormat, malformedFile } from './format.ts';

const API = 'kafka.strimzi.io/';
const API_VERSION = `${API}v1beta2`;
/** The label that Strimzi finds a topic's cluster by. */
const CLUSTER_LABEL = 'strimzi.io/cluster';
/** The label that tells whose a topic is. */
const OWNER_LABEL = 'msgctl/project';

/**
 * Strimzi's KafkaTopic resources, one YAML document each, as `kubectl apply` takes them.
 *
 * Own documents are sorted by topic and stand after all others; documents that msgctl did not make, and own ones that no step touches, stay as
 * they were, comments included.
 */
export const strimziFormat: FileFormat = {
  suffix: '.topics.yaml',
  replacing: 'In the file it is simply rewritten, but a cluster that has the old topic keeps it: the operator refuses such a change.',
  read: (text, context) => readDocuments(text, context).flatMap(({ resource }) => resource ?? []),
  write: writeTopics,
};

/** One YAML document of the file with the text that it stands in, from its `---` to the next. */
type TopicDocument = { readonly text: string; readonly resource?: ActualResource };

function readDocuments(text: string, context: FileContext): readonly TopicDocument[] {
  const documents: TopicDocument[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (const chunk of text.split(/^(?=---(?:\s|$))/m)) {
    const tree = parseYaml(context.path, chunk);
    const problem = tree.problems.find(({ fatal }) => fatal);
    if (problem) throw malformedFile(text, offset + problem.at.start.offset, problem.message, context);
    const resource = topicOf(tree.value);
    if (resource && names.has(resource.name))
      throw malformedFile(text, offset, `topic ${resource.name} stands here a second time.`, context);
    if (resource) names.add(resource.name);
    if (chunk !== '') documents.push(resource ? { text: chunk, resource } : { text: chunk });
    offset += chunk.length;
  }
  return documents;
}

function topicOf(value: JsonValue | undefined): ActualResource | undefined {
  const version = ownProperty(value, 'apiVersion');
  if (typeof version !== 'string' || !version.startsWith(API) || ownProperty(value, 'kind') !== 'KafkaTopic') return undefined;
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
    kept.push(step && document.resource ? changeDocument(document.text, document.resource, step, context) : document);
  }
  for (const step of touched.values()) if (step.action !== 'delete') kept.push(createDocument(step, context));
  const isOurs = ({ resource }: TopicDocument) => resource?.owner === context.project;
  const ours = kept.filter(isOurs).sort((a, b) => ((a.resource as ActualResource).name < (b.resource as ActualResource).name ? -1 : 1));
  return joinDocuments([...kept.filter((document) => !isOurs(document)), ...ours].map(({ text }) => text));
}

function createDocument({ resource }: Step, context: FileContext): TopicDocument {
  const { partitions, replication } = resource.attributes;
  const config = configOf(resource.attributes);
  const topic: JsonObject = {
    apiVersion: API_VERSION,
    kind: 'KafkaTopic',
    metadata: { name: kubernetesName(resource.name), labels: { [CLUSTER_LABEL]: context.transport, [OWNER_LABEL]: context.project } },
    spec: {
      topicName: resource.name,
      ...(partitions !== undefined && { partitions }),
      ...(replication !== undefined && { replicas: replication }),
      ...(Object.keys(config).length > 0 && { config }),
    },
  };
  return { text: `---\n${stringify(topic)}`, resource: { ...resource, owner: context.project } };
}

function changeDocument(text: string, found: ActualResource, { fields }: Step, context: FileContext): TopicDocument {
  const document = parseDocument(text);
  setMember(document, ['metadata', 'labels', OWNER_LABEL], context.project);
  for (const { name, to } of fields)
    if (name !== 'owner') setMember(document, pathOf(name), name.startsWith('configs.') ? configValue(to) : to);
  const printed = document.toString({ lineWidth: 0 });
  return {
    text: text.startsWith('---') && !printed.startsWith('---') ? `---\n${printed}` : printed,
    resource: { ...found, owner: context.project },
  };
}

function pathOf(name: string): Path {
  if (name.startsWith('configs.')) return ['spec', 'config', name.slice('configs.'.length)];
  return ['spec', name === 'replication' ? 'replicas' : name];
}

type Path = readonly [string, ...string[]];

/** Sets or takes away a member; what it stands in becomes a map where it is empty or an alias. */
function setMember(document: Document, path: Path, to: JsonValue | undefined): void {
  for (let length = 1; length < path.length; length += 1) {
    const outer = path.slice(0, length);
    const node = document.getIn(outer, true);
    if (!isMap(node)) document.setIn(outer, document.createNode(isAlias(node) ? (node.resolve(document)?.toJS(document) ?? {}) : {}));
  }
  if (to === undefined) document.deleteIn(path);
  else document.setIn(path, to);
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

/** Each document begins with `---` on a line of its own, but for the first where it had none. */
function joinDocuments(texts: readonly string[]): string {
  return texts
    .map((text, index) => {
      const begun = index === 0 || text.startsWith('---') ? text : `---\n${text}`;
      return begun === '' || begun.endsWith('\n') ? begun : `${begun}\n`;
    })
    .join('');
}

/** A name that Kubernetes takes for an object: the topic's own where it is one, else one made of it, with a checksum that keeps it unique. */
export function kubernetesName(topic: string): string {
  const plain = topic
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/[^a-z0-9]*\.[^a-z0-9]*/g, '.')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return plain === topic ? topic : `${plain || 'topic'}-${checksum(topic)}`;
}

/** FNV-1a, 32 bits, over UTF-16 code units: enough to tell names apart that differ only in what Kubernetes does not take. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
