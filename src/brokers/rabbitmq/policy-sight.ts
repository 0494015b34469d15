/** What a plan's policies are held against: the policies of others, the operator's, and everything of ours that one may apply to. */
import { isObject, type JsonObject, ownProperty } from '../../source/json.ts';
import type { ActualResource, ActualTopology, DesiredResource, Resource, Topology } from '../../topology/model.ts';
import { resourceKey } from '../../topology/model.ts';
import { byPriority, type Circumstances, type Policy, policyOf, type Target, targetType } from './policy-choice.ts';
import type { TargetType } from './policy-keys.ts';
import { nestedAttributes } from './resources.ts';

/** The kind of the policies that only an operator can set. msgctl makes none; they are read since they overrule everything. */
export const OPERATOR_POLICY = 'operator-policy';

/** A queue or an exchange that the contracts ask for. */
export type Asked = {
  readonly resource: Resource & Pick<DesiredResource, 'existing'>;
  readonly found: ActualResource | undefined;
  readonly target: Target;
  readonly type: TargetType;
  /** Ours after the plan; false: it is somebody else's now, and is refused for that. */
  readonly isOurs: boolean;
  /** It is somebody else's, and the contract says to take it over. */
  readonly isTakenOver: boolean;
  /** The arguments it has, or will have. */
  readonly arguments: JsonObject;
  /** The policy that the plan makes for it, and what that says. */
  readonly policy: string | undefined;
  readonly settings: JsonObject;
};

/** Everything at once. */
export type Sight = {
  readonly asked: readonly Asked[];
  /** Queues of the project that no contract asks for any more: they stand until they are taken away, and hold what they hold. */
  readonly left: readonly Asked[];
  /** Of the project: those that are there, and those that the plan wants. */
  readonly own: readonly Policy[];
  readonly made: readonly Policy[];
  /** Of everybody else, sorted by priority. */
  readonly foreign: readonly Policy[];
  readonly operators: readonly Policy[];
  readonly circumstances: Circumstances;
};

/** Lays together what is wanted and what is there. */
export function sightOf(desired: Topology, actual: ActualTopology, project: string): Sight {
  const policies = actual.resources.filter(({ kind }) => kind === 'policy');
  const operators = actual.resources.filter(({ kind }) => kind === OPERATOR_POLICY).map(policyOf);
  const found = new Map(actual.resources.filter(mayHavePolicy).map((resource) => [resourceKey(resource), resource]));
  const made = desired.resources.filter(({ kind }) => kind === 'policy').map(policyOf);
  const settings = settingsByQueue(made);
  const version = actual.server?.version;
  const queues = new Set(desired.resources.flatMap(({ kind, name }) => (kind === 'queue' ? [name] : [])));
  const sightOfOne = (resource: Asked['resource']) => askedOf(resource, { found, settings, actual, project });
  return {
    asked: desired.resources
      .filter((resource) => mayHavePolicy(resource) && resource.existing !== 'keep' && resource.existing !== 'shared')
      .map(sightOfOne),
    left: actual.resources
      .filter((resource) => resource.kind === 'queue' && resource.owner === project && !queues.has(resource.name))
      .map(sightOfOne),
    own: policies.filter(({ owner }) => owner === project).map(policyOf),
    made,
    foreign: byPriority(policies.filter(({ owner }) => owner !== project).map(policyOf)),
    operators: byPriority(operators),
    circumstances: {
      version: typeof version === 'string' ? version : undefined,
      priorities: new Map(policies.map(({ name, attributes: { priority } }) => [name, typeof priority === 'number' ? priority : 0])),
    },
  };
}

function mayHavePolicy({ kind }: Resource): boolean {
  return kind === 'queue' || kind === 'exchange';
}

type Settings = ReadonlyMap<string, { readonly policy: string; readonly settings: JsonObject }>;

/** What the plan's own policies say of each queue: their patterns are lists of names. */
function settingsByQueue(made: readonly Policy[]): Settings {
  return new Map(
    made.flatMap(({ name, names = [], definition }) => names.map((queue) => [queue, { policy: name, settings: definition }] as const)),
  );
}

type Rest = {
  readonly found: ReadonlyMap<string, ActualResource>;
  readonly settings: Settings;
  readonly actual: ActualTopology;
  readonly project: string;
};

function askedOf(resource: Asked['resource'], { found: all, settings, actual, project }: Rest): Asked {
  const key = resourceKey(resource);
  const found = all.get(key);
  const isTakenOver = resource.existing === 'adopt' && found !== undefined && found.owner === undefined;
  const type = targetType(found ?? resource);
  const own = resource.kind === 'queue' ? settings.get(resource.name) : undefined;
  const inForce = inForceOn(actual, key);
  return {
    resource,
    found,
    type,
    target: { name: resource.name, type, ...(found && inForce !== undefined && { inForce }) },
    isOurs: !found || isTakenOver || found.owner === project,
    isTakenOver,
    get arguments() {
      // Only looked at where policies of others are: sorting them for thousands of queues takes time.
      return nestedAttributes((found ?? resource).attributes, 'arguments.');
    },
    policy: own?.policy,
    settings: own?.settings ?? {},
  };
}

/** What the broker says is in force: its name, null where none is, undefined where the broker was not asked. */
function inForceOn({ server }: ActualTopology, key: string): string | null | undefined {
  const all = server?.['policies-in-force'];
  if (!isObject(all)) return undefined;
  const name = ownProperty(all, key);
  return typeof name === 'string' ? name : null;
}
