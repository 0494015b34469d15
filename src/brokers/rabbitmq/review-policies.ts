/** Which policies will be in force once a plan is applied, beside all that others have: what would not come as the contracts say, and why. */
import type { JsonObject, JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import { attribute } from '../../topology/compare.ts';
import type { ReviewedRefusal } from '../../topology/port.ts';
import type { FieldChange } from '../../topology/steps.ts';
import { applying, type Policy } from './policy-choice.ts';
import { mergeOperator, settingOf, settingsInForce, TELLING_SETTINGS } from './policy-keys.ts';
import type { Asked, Sight } from './policy-sight.ts';
import { POLICY_PRIORITY } from './resources.ts';

/** What there is to say of one queue or exchange. */
export type Verdict = {
  readonly asked: Asked;
  readonly refusal?: ReviewedRefusal;
  /** Our policy must leave it out. */
  readonly isLeftOut: boolean;
  readonly remarks: readonly Remark[];
};

/** Something to know, the same for many: between the two parts come their names. */
export type Remark = { readonly before: string; readonly after: string };

/** Judges everything that the contracts ask for. */
export function judgeTargets(sight: Sight): readonly Verdict[] {
  return sight.asked.map((asked) => (asked.isOurs ? judgeOurs(asked, sight) : { asked, isLeftOut: true, remarks: [] }));
}

function judgeOurs(asked: Asked, sight: Sight): Verdict {
  const { certain, perhaps } = applying(sight.foreign, asked.target, sight.circumstances);
  const rival = rivalOf(asked, certain);
  const refusal = rival ? refusalByRival(asked, rival, sight) : takeoverRefusal(asked, [...certain, ...perhaps]);
  if (refusal) return { asked, refusal, isLeftOut: !rival, remarks: [] };
  const isByOurs = hasSettings(asked) && !rival;
  const inForce = isByOurs ? asked.settings : ((rival ?? certain[0])?.definition ?? {});
  const remarks = [
    ...(isByOurs ? shadowed(asked, certain) : added(asked, rival ?? certain[0], sight)),
    ...undecided(asked, perhaps, rival),
    ...operatorRemarks(asked, inForce, sight),
    ...argumentRemarks(asked, inForce),
  ];
  return { asked, isLeftOut: false, remarks };
}

function hasSettings({ settings }: Asked): boolean {
  return Object.keys(settings).length > 0;
}

/** Somebody else's policy that RabbitMQ takes, or may take, instead of ours. */
function rivalOf(asked: Asked, certain: readonly Policy[]): Policy | undefined {
  return hasSettings(asked) ? certain.find(({ priority }) => priority >= POLICY_PRIORITY) : undefined;
}

/** What the contracts ask of a target, as settings. */
function wantedOf({ resource, type, settings }: Asked): JsonObject {
  const args = Object.entries(resource.attributes).flatMap(([name, value]) =>
    name.startsWith('arguments.') ? [[name.slice('arguments.'.length), value] as const] : [],
  );
  return settingsInForce(type, Object.fromEntries(args), settings);
}

function refusalByRival(asked: Asked, rival: Policy, { circumstances: { version } }: Sight): ReviewedRefusal | undefined {
  const { type } = asked;
  const wanted = wantedOf(asked);
  const inForce = settingsInForce(type, asked.arguments, rival.definition);
  const fields = Object.keys(asked.settings).flatMap((key): readonly FieldChange[] => {
    const [from, to] = [settingOf(inForce, key, type, version), settingOf(wanted, key, type, version)];
    if (from === to || to === undefined) return [];
    return [{ name: `definition.${key}`, ...(from !== undefined && { from }), to }];
  });
  if (fields.length === 0) return undefined;
  const which =
    rival.priority === POLICY_PRIORITY
      ? `may apply to it instead of msgctl's: both have the priority ${POLICY_PRIORITY}, and which of them RabbitMQ takes is neither for the name nor the age to say.`
      : `applies to it instead of msgctl's: its priority is ${rival.priority}, and ${POLICY_PRIORITY} is msgctl's.`;
  const reason = `${describe(rival)} ${which} RabbitMQ takes one policy and merges none, so what the contract says would not hold. Give that one a priority below ${POLICY_PRIORITY}, or let its pattern leave ${quoteText(asked.resource.name)} out.`;
  return { reason, fields };
}

/** Whoever takes something over with settings of its own must not take away those it has from somebody else's policy. */
function takeoverRefusal(asked: Asked, rivals: readonly Policy[]): ReviewedRefusal | undefined {
  if (!asked.isTakenOver || !hasSettings(asked)) return undefined;
  const rival = rivals.find(({ definition }) => !isWithin(definition, asked.settings));
  if (!rival) return undefined;
  const reason = `${describe(rival)} applies to it now, as far as msgctl can tell, and msgctl's own would disable that one: RabbitMQ takes one policy and merges none. Let the pattern of that one leave ${quoteText(asked.resource.name)} out, take ${words(Object.keys(asked.settings))} out of the contract, or leave the queue as it is with "existing: keep".`;
  return { reason, fields: [] };
}

function isWithin(definition: JsonObject, settings: JsonObject): boolean {
  return Object.entries(definition).every(([key, value]) => Object.hasOwn(settings, key) && settings[key] === value);
}

/** That somebody else's policy has no effect where ours has. */
function shadowed(asked: Asked, certain: readonly Policy[]): readonly Remark[] {
  const [first] = certain;
  if (!first || isWithin(first.definition, asked.settings)) return [];
  return [
    {
      before: `${describe(first)} is not in force on`,
      after: `: msgctl's policies are (priority ${POLICY_PRIORITY}), and RabbitMQ takes one policy and merges none.`,
    },
  ];
}

/** What somebody else's policy adds to what the contracts say. */
function added(asked: Asked, policy: Policy | undefined, sight: Sight): readonly Remark[] {
  if (!policy || asked.isTakenOver) return [];
  const changes = differences(asked, policy.definition, sight).filter(({ key }) => Object.hasOwn(policy.definition, key));
  if (changes.length === 0) return [];
  return [{ before: `${describe(policy)} is in force on`, after: `: ${changes.map(sayChange).join(', ')}.` }];
}

function undecided(asked: Asked, perhaps: readonly Policy[], rival: Policy | undefined): readonly Remark[] {
  if (rival) return [];
  const least = hasSettings(asked) ? POLICY_PRIORITY : Number.NEGATIVE_INFINITY;
  const counting = perhaps.filter(
    ({ priority, definition }) =>
      priority >= least && (hasSettings(asked) || Object.keys(definition).some((key) => TELLING_SETTINGS.includes(key))),
  );
  const what = hasSettings(asked) ? 'what the contracts say of it would not hold' : 'its settings are in force there';
  return counting.map((policy) => ({
    before: `It cannot be told whether ${describe(policy, 'policy')} applies to`,
    after: `; where it does, ${what}.`,
  }));
}

function operatorRemarks(asked: Asked, userPolicy: JsonObject, sight: Sight): readonly Remark[] {
  const { certain, perhaps } = applying(sight.operators, asked.target, sight.circumstances);
  const [operator] = certain;
  const unsure = perhaps.filter(({ priority }) => priority >= (operator?.priority ?? Number.NEGATIVE_INFINITY));
  const remarks = unsure.map((policy) => ({
    before: `It cannot be told whether ${describe(policy, 'operator policy')} applies to`,
    after: '; where it does, it overrules what the contracts say.',
  }));
  if (!operator) return remarks;
  const before = settingsInForce(asked.type, asked.arguments, userPolicy);
  const after = settingsInForce(asked.type, asked.arguments, mergeOperator(userPolicy, operator.definition));
  const changes = TELLING_SETTINGS.filter((key) => before[key] !== after[key]).map((key) => ({ key, is: after[key], asked: before[key] }));
  if (changes.length === 0) return remarks;
  return [
    ...remarks,
    {
      before: `${describe(operator, 'Operator policy')} is in force on`,
      after: `, whatever contracts say: ${changes.map(sayChange).join(', ')}. Only an administrator of the broker can change it.`,
    },
  ];
}

/** That an argument that was given when a queue was made defeats what the policy says. */
function argumentRemarks(asked: Asked, userPolicy: JsonObject): readonly Remark[] {
  if (!asked.found || !hasSettings(asked)) return [];
  const inForce = settingsInForce(asked.type, asked.arguments, userPolicy);
  return Object.keys(asked.settings).flatMap((key) => {
    const isAsked = attribute(asked.resource, `arguments.x-${key}`) !== undefined;
    if (isAsked || inForce[key] === userPolicy[key]) return [];
    return [
      {
        before: `The argument x-${key} ${JSON.stringify(inForce[key])} counts on`,
        after: `, and not ${key} ${JSON.stringify(asked.settings[key])} of the contract: a queue keeps the arguments that it was made with, and no policy can undo this one. Say in the contract what is there, or make the queue anew.`,
      },
    ];
  });
}

type Change = { readonly key: string; readonly is: JsonValue | undefined; readonly asked: JsonValue | undefined };

function differences(asked: Asked, definition: JsonObject, { circumstances: { version } }: Sight): readonly Change[] {
  const wanted = wantedOf(asked);
  const inForce = settingsInForce(asked.type, asked.arguments, definition);
  return TELLING_SETTINGS.map((key) => ({
    key,
    is: settingOf(inForce, key, asked.type, version),
    asked: settingOf(wanted, key, asked.type, version),
  })).filter((change) => change.is !== change.asked);
}

function sayChange({ key, is, asked }: Change): string {
  const instead = asked === undefined ? ', which no contract asks for' : ` instead of ${JSON.stringify(asked)}`;
  return `${key} ${JSON.stringify(is)}${instead}`;
}

function describe({ name, pattern, priority }: Policy, what = 'Policy'): string {
  const whose = /^operator/i.test(what) ? '' : ' of somebody else';
  return `${what} ${quoteText(name)}${whose} (pattern ${quoteText(pattern)}, priority ${priority})`;
}

function words(keys: readonly string[]): string {
  return keys.length < 2 ? keys.join('') : `${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}`;
}
