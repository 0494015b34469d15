import { attribute } from './compare.ts';
import type { Approval } from './consent.ts';
import { type ActualResource, type ActualTopology, type DesiredResource, type Resource, resourceKey, type Topology } from './model.ts';
import { describeKey, groupBy, inPhases, worstRisk } from './phases.ts';
import type { BrokerSpec, Review } from './port.ts';
import { holdBack, UNWANTED, weighLosses } from './review.ts';
import { lookedAt, notesOf, tellRepeats } from './sight.ts';
import type { FieldChange, Plan, Risk, Step } from './steps.ts';

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
  const looked = lookedAt(desired, actual, spec, options.allow);
  const review = spec.review?.(looked, actual, options.project);
  const context = { ...createContext(review?.desired ?? looked, actual, spec, options), review };
  const notes = [...notesOf(desired, looked, actual), ...(review?.notes ?? [])];
  const [towards, away] = [tellRepeats(planWanted(context), actual), planUnwanted(context)].map((steps) =>
    weighLosses(steps, review, options.allow),
  );
  const [wanted, unwanted] = holdBack([towards ?? [], away ?? []], review);
  const removalPhaseOf = (kind: string) => -(spec.removalPhaseOf ?? spec.phaseOf)(kind);
  const phases = [...inPhases(wanted, spec.phaseOf), ...inPhases(unwanted, removalPhaseOf)];
  const { transport, broker } = desired;
  return {
    transport,
    broker,
    target: options.target,
    readHash: actual.readHash,
    phases,
    unchanged: context.desired.size - wanted.length,
    ...(notes.length > 0 && { notes }),
  };
}

type Context = {
  readonly desired: ReadonlyMap<string, DesiredResource>;
  readonly actual: ReadonlyMap<string, ActualResource>;
  /** What is there of resources that are being made anew, by their key. */
  readonly migrations: ReadonlyMap<string | undefined, readonly ActualResource[]>;
  readonly replacing: string | undefined;
  readonly unseen: ActualTopology['unseen'];
  readonly adoptionUnseen: boolean;
  readonly cannot: NonNullable<ActualTopology['cannot']>;
  readonly spec: BrokerSpec;
  readonly options: PlanOptions;
  readonly review: Review | undefined;
};

function createContext(desired: Topology, actual: ActualTopology, spec: BrokerSpec, options: PlanOptions): Omit<Context, 'review'> {
  return {
    desired: new Map(desired.resources.map((resource) => [resourceKey(resource), resource])),
    actual: new Map(actual.resources.map((resource) => [resourceKey(resource), resource])),
    migrations: groupBy(
      actual.resources.filter(({ migrates, owner }) => migrates !== undefined && owner === options.project),
      ({ migrates }) => migrates,
    ),
    replacing: actual.replacing,
    unseen: actual.unseen,
    adoptionUnseen: actual.adoptionUnseen === true,
    cannot: actual.cannot ?? {},
    spec,
    options,
  };
}

/** Steps towards what is wanted, without what is as it should be. What needs something refused is refused with it. */
function planWanted(context: Context): readonly Step[] {
  const steps = new Map<string, Step>();
  for (const [key, resource] of context.desired) {
    const step = planResource(key, resource, context);
    if (!step) continue;
    const blocker = resource.needs.find((key) => steps.get(key)?.action === 'refuse');
    const blocked = blocker !== undefined && step.action !== 'refuse';
    steps.set(key, blocked ? refuse(resource, `It needs ${describeKey(blocker)}, which is refused.`) : waitWithNeeds(step, steps, context));
  }
  return [...steps.values()].map((step) => ({ ...step, needs: step.needs.filter((key) => steps.has(key)) }));
}

/**
 * What needs something that is not there yet and waits for consent waits with it. So does what needs something that is half way to being made
 * anew: a binding in the middle of that would give it again what is held beside it already.
 */
function waitWithNeeds(step: Step, steps: ReadonlyMap<string, Step>, { actual, migrations }: Context): Step {
  const missingNeeds = step.needs.filter((key) => !actual.has(key) || migrations.has(key));
  const waitsFor = new Set([...step.waitsFor, ...missingNeeds.flatMap((key) => steps.get(key)?.waitsFor ?? [])]);
  return step.action === 'refuse' || waitsFor.size === step.waitsFor.length ? step : { ...step, waitsFor: [...waitsFor] };
}

function planResource(key: string, desired: DesiredResource, context: Context): Step | undefined {
  if (context.unseen?.kinds.includes(desired.kind)) return refuse(desired, context.unseen.reason);
  const found = context.actual.get(key);
  const parts = context.migrations.get(key);
  if (parts) return finishMigration(desired, found, parts, context);
  const refusal = context.review?.refusals.get(key);
  if (refusal) return refuse(desired, refusal.reason, refusal.fields);
  if (found) return planFound(desired, found, context);
  if (desired.existing === 'keep') return refuse(desired, 'It is not there, and "existing: keep" says that msgctl must not make it.');
  const waitsFor = missing(context.spec.consentFor(desired.kind), context);
  return ofOthers(desired, context) ?? { ...stepFor(desired, 'create', 'safe'), fields: createdFields(desired), waitsFor };
}

function planFound(desired: DesiredResource, found: ActualResource, context: Context): Step | undefined {
  const fields = context.spec.compare(desired, found);
  const isEqual = fields.length === 0;
  switch (desired.existing) {
    case 'keep':
      if (isEqual) return undefined;
      return refuse(desired, 'It is not as the contract says, and "existing: keep" says that msgctl must not change it.', fields);
    case 'shared':
      return isEqual ? undefined : refuse(desired, sharedReason(desired, fields, context), fields);
    default: {
      const changed = isEqual ? undefined : changeOf(desired, fields, context);
      // What is part of something else has no owner of its own; where the whole is refused it is refused with it.
      if (context.spec.belongsTo(desired) !== undefined) return changed && (ofOthers(desired, context) ?? changed);
      return found.owner === context.options.project ? changed : planUnmarked(desired, found, fields, context);
    }
  }
}

/** What is there and does not carry this project's mark. */
function planUnmarked(desired: DesiredResource, found: ActualResource, fields: readonly FieldChange[], context: Context): Step | undefined {
  const isAdopted = desired.existing === 'adopt';
  if (isAdopted && context.adoptionUnseen) {
    const reason = 'Whether it was taken over earlier cannot be told with the rights at hand.';
    return fields.length === 0 ? undefined : refuse(desired, reason, fields);
  }
  if (found.owner !== undefined) {
    return refuse(desired, `Project "${found.owner}" owns it. Two projects cannot own one ${desired.kind}: give this one another name.`);
  }
  if (isAdopted) return changeOf(desired, [{ name: 'owner', to: context.options.project }, ...fields], context);
  return refuse(
    desired,
    'It is there already and msgctl did not make it. Take it over with "existing: adopt", leave it as it is with "existing: keep", or give it another name with "address", or "names" or "prefix" of the transport.',
    fields,
  );
}

/** The refusal of a part whose whole another project owns. */
function ofOthers(desired: DesiredResource, { spec, actual, options }: Context): Step | undefined {
  const whole = spec.belongsTo(desired);
  const owner = whole === undefined ? undefined : actual.get(whole)?.owner;
  if (whole === undefined || owner === undefined || owner === options.project) return undefined;
  return refuse(desired, `It belongs to ${describeKey(whole)}, which project "${owner}" owns.`);
}

function changeOf(desired: DesiredResource, fields: readonly FieldChange[], context: Context): Step {
  const effects = fields.map((field) => (field.name === 'owner' ? adoption : context.spec.mutability(desired.kind, field)));
  const replaces = effects.some(({ how }) => how === 'replace');
  const reasons = effects.flatMap(({ reason }) => reason ?? []);
  if (replaces && context.replacing) reasons.push(context.replacing);
  if (replaces && context.cannot.migrate) return refuse(desired, [...new Set([...reasons, context.cannot.migrate])].join(' '), fields);
  const reason = [...new Set(reasons)].join(' ');
  const risk = worstRisk(effects.map((effect) => effect.risk));
  const consent = context.spec.consentFor(desired.kind);
  return {
    ...stepFor(desired, replaces ? 'migrate' : 'change', risk),
    fields,
    // What loses messages waits for the same consent whether it takes away a queue or what is in it.
    waitsFor: consent
      ? missing(consent, context)
      : [...(replaces ? missing('migrate', context) : []), ...(risk === 'data-loss' ? missing('delete', context) : [])],
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

function sharedReason(desired: DesiredResource, fields: readonly FieldChange[], { spec }: Context): string {
  return [...new Set(fields.flatMap((field) => spec.mutability(desired.kind, field).reason ?? []))].join(' ');
}

const adoption = { how: 'in-place', risk: 'safe', reason: 'msgctl takes it over.' } as const;

/** Deletions of what this project owns and nothing asks for any more. */
function planUnwanted(context: Context): readonly Step[] {
  const unwanted = [...context.actual].flatMap(([key, resource]) => {
    const isWanted = context.desired.has(key) || (resource.migrates !== undefined && context.desired.has(resource.migrates));
    return !isWanted && isOurs(resource, context) ? [resource] : [];
  });
  const parts = groupBy(unwanted, (resource) => context.spec.belongsTo(resource));
  const wholes = new Map(unwanted.map((resource) => [resourceKey(resource), resource]));
  return unwanted.map((resource) => {
    const { consent, risk, ...deletion } = context.spec.deletion(resource.kind, resource);
    // What is part of something that goes as well waits for what that waits for: both go, or neither.
    const whole = wholes.get(context.spec.belongsTo(resource) ?? '');
    const log = deletion.log || (whole && context.spec.deletion(whole.kind, whole).log);
    const unwantedStep = { resource: plainResource(resource), fields: [], cause: 'not-in-contract' } as const;
    const approval = context.spec.consentFor(resource.kind);
    const needs = (parts.get(resourceKey(resource)) ?? []).map(resourceKey).sort();
    if (approval) {
      const waitsFor = missing(approval, context);
      return { ...unwantedStep, action: 'delete', risk, reason: 'No contract asks for it.', waitsFor, needs };
    }
    if (consent && context.cannot.delete) {
      const reason = `${UNWANTED} ${context.cannot.delete}`;
      return { ...unwantedStep, action: 'refuse', risk: 'safe', reason, waitsFor: [], needs: [] };
    }
    return {
      ...unwantedStep,
      action: 'delete',
      risk,
      reason: consent ? UNWANTED : `${UNWANTED} It holds no messages, so it goes without consent.`,
      waitsFor: [...(consent ? missing('delete', context) : []), ...(log ? missing('delete-log', context) : [])],
      needs,
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
  // Whose it is may not be seen; then nothing of it is taken away.
  const isTakenOver = wanted?.existing === 'adopt' && found.owner === undefined && !context.adoptionUnseen;
  return found.owner === context.options.project || isTakenOver;
}

/** The consent that is not given yet. */
function missing(approval: Approval | undefined, { options }: Context): readonly Approval[] {
  return approval === undefined || options.allow.includes(approval) ? [] : [approval];
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
