import { attribute } from './compare.ts';
import { compareText } from './derive.ts';
import { type ActualResource, type ActualTopology, type DesiredResource, type Resource, resourceKey, type Topology } from './model.ts';
import type { BrokerSpec } from './port.ts';
import type { Approval, FieldChange, Plan, Risk, Step } from './steps.ts';

/** What a plan depends on besides what is wanted and what is there. */
export type PlanOptions = {
  /** Whose mark makes a resource ours. */
  readonly project: string;
  /** The consents given (`--allow`). */
  readonly allow: readonly Approval[];
  /** Where, in words and without secrets (`BrokerAdmin.target`). */
  readonly target: string;
};

/**
 * What it takes to bring a target from what was found to what the contracts ask for.
 *
 * - Equal states give a plan without steps.
 * - What carries no mark of this project is never changed and never listed, but where a contract wants its name: that is refused, with the reason.
 * - What this project made and no contract asks for any more is deleted last, and only with consent; so is what can only be made anew.
 */
export function planTopology(desired: Topology, actual: ActualTopology, spec: BrokerSpec, options: PlanOptions): Plan {
  const context = createContext(desired, actual, spec, options);
  const wanted = planWanted(desired, context);
  const unwanted = planUnwanted(context);
  const removalPhaseOf = (kind: string) => -(spec.removalPhaseOf ?? spec.phaseOf)(kind);
  const phases = [...inPhases(wanted, spec.phaseOf), ...inPhases(unwanted, removalPhaseOf)];
  const { transport, broker } = desired;
  return {
    transport,
    broker,
    target: options.target,
    readHash: actual.readHash,
    phases,
    unchanged: desired.resources.length - wanted.length,
  };
}

type Context = {
  readonly desired: ReadonlyMap<string, DesiredResource>;
  readonly actual: ReadonlyMap<string, ActualResource>;
  /** What is there of resources that are being made anew, by their key. */
  readonly migrations: ReadonlyMap<string | undefined, readonly ActualResource[]>;
  readonly replacing: string | undefined;
  readonly cannot: NonNullable<ActualTopology['cannot']>;
  readonly spec: BrokerSpec;
  readonly options: PlanOptions;
};

function createContext(desired: Topology, actual: ActualTopology, spec: BrokerSpec, options: PlanOptions): Context {
  return {
    desired: new Map(desired.resources.map((resource) => [resourceKey(resource), resource])),
    actual: new Map(actual.resources.map((resource) => [resourceKey(resource), resource])),
    migrations: groupBy(
      actual.resources.filter(({ migrates, owner }) => migrates !== undefined && owner === options.project),
      ({ migrates }) => migrates,
    ),
    replacing: actual.replacing,
    cannot: actual.cannot ?? {},
    spec,
    options,
  };
}

/** Steps towards what is wanted, without what is as it should be. What needs something refused is refused with it. */
function planWanted(desired: Topology, context: Context): readonly Step[] {
  const steps = new Map<string, Step>();
  for (const resource of desired.resources) {
    const step = planResource(resource, context);
    if (!step) continue;
    const blocker = resource.needs.find((key) => steps.get(key)?.action === 'refuse');
    const blocked = blocker !== undefined && step.action !== 'refuse';
    steps.set(
      resourceKey(resource),
      blocked ? refuse(resource, `It needs ${describeKey(blocker)}, which is refused.`) : waitWithNeeds(step, steps, context),
    );
  }
  return [...steps.values()].map((step) => ({ ...step, needs: step.needs.filter((key) => steps.has(key)) }));
}

/** What needs something that is not there yet and waits for consent waits with it. */
function waitWithNeeds(step: Step, steps: ReadonlyMap<string, Step>, { actual }: Context): Step {
  const missingNeeds = step.needs.filter((key) => !actual.has(key));
  const waitsFor = new Set([...step.waitsFor, ...missingNeeds.flatMap((key) => steps.get(key)?.waitsFor ?? [])]);
  return step.action === 'refuse' || waitsFor.size === step.waitsFor.length ? step : { ...step, waitsFor: [...waitsFor] };
}

function planResource(desired: DesiredResource, context: Context): Step | undefined {
  const found = context.actual.get(resourceKey(desired));
  const parts = context.migrations.get(resourceKey(desired));
  if (parts) return finishMigration(desired, found, parts, context);
  if (!found) {
    if (desired.existing === 'keep') return refuse(desired, 'It is not there, and "existing: keep" says that msgctl must not make it.');
    return { ...stepFor(desired, 'create', 'safe'), fields: createdFields(desired) };
  }
  const fields = context.spec.compare(desired, found);
  if (desired.existing === 'keep') {
    return fields.length === 0
      ? undefined
      : refuse(desired, 'It is not as the contract says, and "existing: keep" says that msgctl must not change it.', fields);
  }
  const changed = fields.length === 0 ? undefined : changeOf(desired, fields, context);
  // What is part of something else has no owner of its own; where the whole is refused it is refused with it.
  if (context.spec.belongsTo(desired) !== undefined) return changed;
  const { project } = context.options;
  if (found.owner === project) return changed;
  if (found.owner !== undefined) {
    return refuse(desired, `Project "${found.owner}" owns it. Two projects cannot own one ${desired.kind}: give this one another name.`);
  }
  if (desired.existing === 'adopt') return changeOf(desired, [{ name: 'owner', to: project }, ...fields], context);
  return refuse(
    desired,
    'It is there already and msgctl did not make it. Take it over with "existing: adopt", leave it as it is with "existing: keep", or give it another name with "address", or "names" or "prefix" of the transport.',
    fields,
  );
}

function changeOf(desired: DesiredResource, fields: readonly FieldChange[], context: Context): Step {
  const effects = fields.map((field) => (field.name === 'owner' ? adoption : context.spec.mutability(desired.kind, field)));
  const replaces = effects.some(({ how }) => how === 'replace');
  const reasons = effects.flatMap(({ reason }) => reason ?? []);
  if (replaces && context.replacing) reasons.push(context.replacing);
  if (replaces && context.cannot.migrate) return refuse(desired, [...new Set([...reasons, context.cannot.migrate])].join(' '), fields);
  const reason = [...new Set(reasons)].join(' ');
  const risk = worstRisk(effects.map((effect) => effect.risk));
  return {
    ...stepFor(desired, replaces ? 'migrate' : 'change', risk),
    fields,
    // What loses messages waits for the same consent whether it takes away a queue or what is in it.
    waitsFor: [...(replaces ? missing('migrate', context) : []), ...(risk === 'data-loss' ? missing('delete', context) : [])],
    ...(reason && { reason }),
  };
}

/** The rest of a migration that was cut off. How far it came the broker itself shows, so it is begun again where it stands. */
function finishMigration(
  desired: DesiredResource,
  found: ActualResource | undefined,
  parts: readonly ActualResource[],
  context: Context,
): Step {
  const fields = found ? context.spec.compare(desired, found) : [];
  const effects = fields.map((field) => context.spec.mutability(desired.kind, field));
  const standIns = parts.filter(({ kind }) => kind === desired.kind).map(({ name }) => name);
  const where = standIns.length === 0 ? '' : ` What came for it meanwhile waits in ${standIns.join(', ')}.`;
  return {
    ...stepFor(desired, 'migrate', worstRisk(['duplicates', ...effects.map(({ risk }) => risk)])),
    fields,
    waitsFor: missing('migrate', context),
    reason: `It is being made anew, and that was cut off.${found ? '' : ' It is not there at this moment.'}${where} This finishes it.`,
  };
}

const adoption = { how: 'in-place', risk: 'safe', reason: 'msgctl takes it over.' } as const;

/** Deletions of what this project owns and nothing asks for any more. */
function planUnwanted(context: Context): readonly Step[] {
  const unwanted = [...context.actual.values()].filter(
    (resource) =>
      !context.desired.has(resourceKey(resource)) &&
      !(resource.migrates !== undefined && context.desired.has(resource.migrates)) &&
      isOurs(resource, context),
  );
  const parts = groupBy(unwanted, (resource) => context.spec.belongsTo(resource));
  return unwanted.map((resource) => {
    const { consent, log, risk } = context.spec.deletion(resource.kind, resource);
    const unwantedStep = { resource: plainResource(resource), fields: [], cause: 'not-in-contract' } as const;
    if (consent && context.cannot.delete) {
      const reason = `Made by msgctl, no longer in any contract. ${context.cannot.delete}`;
      return { ...unwantedStep, action: 'refuse', risk: 'safe', reason, waitsFor: [], needs: [] };
    }
    return {
      ...unwantedStep,
      action: 'delete',
      risk,
      reason: consent
        ? 'Made by msgctl, no longer in any contract.'
        : 'Made by msgctl, no longer in any contract. It holds no messages, so it goes without consent.',
      waitsFor: [...(consent ? missing('delete', context) : []), ...(log ? missing('delete-log', context) : [])],
      needs: (parts.get(resourceKey(resource)) ?? []).map(resourceKey).sort(),
    };
  });
}

/** Ours by its own mark, or as a part of something that is ours and that msgctl may change. */
function isOurs(resource: ActualResource, context: Context): boolean {
  const whole = context.spec.belongsTo(resource);
  if (whole === undefined) return resource.owner === context.options.project;
  const wanted = context.desired.get(whole);
  if (wanted?.existing === 'keep') return false;
  const found = context.actual.get(whole);
  // A part of what is missing (a file changed by hand) becomes ours together with the whole.
  if (!found) return wanted !== undefined;
  return found.owner === context.options.project || (wanted?.existing === 'adopt' && found.owner === undefined);
}

function missing(approval: Approval, { options }: Context): readonly Approval[] {
  return options.allow.includes(approval) ? [] : [approval];
}

function stepFor(desired: DesiredResource, action: Step['action'], risk: Risk): Step {
  return { action, resource: plainResource(desired), fields: [], cause: desired.causes[0], risk, waitsFor: [], needs: desired.needs };
}

function refuse(desired: DesiredResource, reason: string, fields: readonly FieldChange[] = []): Step {
  return { ...stepFor(desired, 'refuse', 'safe'), fields, reason };
}

function createdFields(desired: DesiredResource): readonly FieldChange[] {
  return Object.keys(desired.attributes)
    .sort()
    .flatMap((name) => {
      const to = attribute(desired, name);
      return to === undefined ? [] : [{ name, to }];
    });
}

function plainResource({ kind, name, attributes }: Resource): Resource {
  return { kind, name, attributes };
}

const riskOrder: readonly Risk[] = ['safe', 'duplicates', 'order', 'data-loss'];

/** The worst of some risks. */
function worstRisk(risks: readonly Risk[]): Risk {
  return riskOrder[Math.max(0, ...risks.map((risk) => riskOrder.indexOf(risk)))] ?? 'safe';
}

/** Groups steps by the phase of their resource, sorted by kind and name within one. */
function inPhases(steps: readonly Step[], phaseOf: (kind: string) => number): readonly (readonly Step[])[] {
  const phases = groupBy(steps, ({ resource }) => phaseOf(resource.kind));
  return [...phases.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, phase]) => [...phase].sort((a, b) => compareText(resourceKey(a.resource), resourceKey(b.resource))));
}

/** A resource by its key, in words: `queue payments.charge`. */
export function describeKey(key: string): string {
  const slash = key.indexOf('/');
  return `${key.slice(0, slash)} ${key.slice(slash + 1)}`;
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
