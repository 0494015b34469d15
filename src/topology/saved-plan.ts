import { Failure } from '../diagnostics/failure.ts';
import { isObject, type JsonObject, type JsonValue } from '../source/json.ts';
import { maskSecrets } from '../source/mask-secrets.ts';
import { type Plan, type Step, stepsOf } from './steps.ts';

/** The version of the file. A file of any other is refused: what is not understood cannot be compared. */
const FORMAT_VERSION = '1.0';

/** A plan as it was saved, with what it was asked for. */
export type SavedPlan = {
  readonly project: string;
  /** The environment of the project file (`--env`); absent: none. */
  readonly environment?: string;
  /** The transports asked for (`--to`); none: all that have a topology. */
  readonly to: readonly string[];
  readonly plans: readonly Plan[];
};

/** A plan as a text to be saved; `schema/plan.json` describes it. It holds no secret. `version` is that of msgctl. */
export function savedPlanText(saved: SavedPlan, version: string): string {
  const { project, environment, to, plans } = saved;
  const document = { formatVersion: FORMAT_VERSION, tool: { name: 'msgctl', version }, project, environment, to, plans };
  return `${JSON.stringify(document, (_, value: unknown) => (typeof value === 'string' ? maskSecrets(value) : value), 2)}\n`;
}

/**
 * The plan that a text holds. The text is not trusted: it is only ever compared, and its shape is checked as far as that needs.
 * Throws a `Failure` that names the file as `shown` where the text is no plan that this version understands.
 */
export function readSavedPlan(text: string, shown: string): SavedPlan {
  const document = parse(text, shown);
  const { formatVersion } = document;
  if (typeof formatVersion === 'string' && /^\d+\.\d+$/.test(formatVersion) && formatVersion !== FORMAT_VERSION) {
    throw new Failure('plan-version', {
      message: `${shown} has format version ${formatVersion}, and this version of msgctl reads ${FORMAT_VERSION}.`,
      why: 'What is not understood cannot be applied as it was looked at.',
      advice: 'Apply it with the version of msgctl that saved it, or save the plan anew with this one.',
    });
  }
  const problem = problemOf(document);
  if (problem !== undefined) throw notSaved(shown, problem);
  // The shape was just checked; a null environment is not among what passes.
  return document as unknown as SavedPlan;
}

function parse(text: string, shown: string): JsonObject {
  let document: JsonValue;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw notSaved(shown, 'it is not JSON', cause);
  }
  if (!isObject(document)) throw notSaved(shown, 'a JSON object is expected');
  if (!isShallow(document, DEEPEST)) throw notSaved(shown, `it is nested more than ${DEEPEST} levels deep`);
  return document;
}

function notSaved(shown: string, problem: string, cause?: unknown): Failure {
  return new Failure('not-a-saved-plan', {
    message: `${shown} is no plan that msgctl saved: ${problem}.`,
    why: 'A saved plan is applied exactly as it was looked at, or not at all.',
    advice: 'Save the plan with msgctl plan --out FILE; what --format json writes is a report, for reading only.',
    cause,
  });
}

/** No plan comes near this depth; deeper ones would only exhaust the stack. */
const DEEPEST = 100;

function isShallow(value: JsonValue, room: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return room > 0 && Object.values(value).every((part) => isShallow(part, room - 1));
}

type Check = (value: JsonValue | undefined) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isMap: Check = (value) => isObject(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item: JsonValue) => check(item));
const shapeOf =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([key, check]) => check(Object.hasOwn(value, key) ? value[key] : undefined));

const isField = shapeOf({ name: isText });
const isResource = shapeOf({ kind: isText, name: isText, attributes: isMap });
const isStep = shapeOf({ action: isText, resource: isResource, fields: listOf(isField), risk: isText, needs: listOf(isText) });
const isPlan = shapeOf({ transport: isText, broker: isText, target: isText, phases: listOf(listOf(isStep)) });

const parts: Readonly<Record<string, Check>> = {
  formatVersion: (value) => value === FORMAT_VERSION,
  project: isText,
  environment: (value) => value === undefined || isText(value),
  to: listOf(isText),
  plans: listOf(isPlan),
};

function problemOf(document: JsonObject): string | undefined {
  const wrong = Object.keys(parts).find((key) => !shapeOf({ [key]: parts[key] ?? isText })(document));
  if (wrong === undefined) return undefined;
  return Object.hasOwn(document, wrong) ? `its ${JSON.stringify(wrong)} is malformed` : `it has no ${JSON.stringify(wrong)}`;
}

/**
 * How what is to be done now differs from what a saved plan says, in words; none when applying does exactly what the plan says. What does not
 * change what is done does not count: consents, the lines of contracts, the words of reasons, and everything on the broker that no step depends on.
 */
export function planDifferences(saved: readonly Plan[], fresh: readonly Plan[]): readonly string[] {
  const differences = [...new Set([...fresh, ...saved].map(({ transport }) => transport))].flatMap((transport) => {
    const before = saved.find((plan) => plan.transport === transport);
    const now = fresh.find((plan) => plan.transport === transport);
    if (!before) return [`transport ${transport} is new`];
    if (!now) return [`transport ${transport} is gone`];
    return targetDifferences(before, now);
  });
  if (differences.length > 0) return differences;
  return same(saved.map(essence), fresh.map(essence)) ? [] : ['the steps come in another order'];
}

function targetDifferences(saved: Plan, fresh: Plan): readonly string[] {
  const { transport } = fresh;
  const before = `${saved.target} (${saved.broker})`;
  const now = `${fresh.target} (${fresh.broker})`;
  if (before !== now) return [`${transport} was ${before} and is ${now} now`];
  const old = new Map(stepsOf(saved).map((step) => [nameOf(step), step]));
  const current = new Map(stepsOf(fresh).map((step) => [nameOf(step), step]));
  const changed = [...current].flatMap(([name, step]) => {
    const was = old.get(name);
    if (!was) return [`"${step.action} ${name}" is new`];
    if (was.action !== step.action) return [`"${was.action} ${name}" became "${step.action}"`];
    return same(stepEssence(was), stepEssence(step)) ? [] : [`"${step.action} ${name}" is different${whereOf(was, step)}`];
  });
  const gone = [...old].flatMap(([name, { action }]) => (current.has(name) ? [] : [`"${action} ${name}" is gone`]));
  return [...changed, ...gone].map((words) => `${transport}: ${words}`);
}

function nameOf({ resource }: Step): string {
  return `${resource.kind} ${resource.name}`;
}

/** ` (durable, type)`: the attributes in which two steps differ; nothing where they differ in something else. */
function whereOf(saved: Step, fresh: Step): string {
  const names = [...saved.fields, ...fresh.fields].map(({ name }) => name);
  const differs = (name: string) => {
    const [one, other] = [saved, fresh].map(({ fields }) => fields.filter((field) => field.name === name));
    return !same(one, other);
  };
  const differing = [...new Set(names)].filter(differs);
  return differing.length === 0 ? '' : ` (${differing.join(', ')})`;
}

/** What of a plan decides what is done. */
function essence({ transport, broker, target, phases }: Plan): unknown {
  return { transport, broker, target, phases: phases.map((phase) => phase.map(stepEssence)) };
}

function stepEssence({ action, resource, fields, risk, needs }: Step): unknown {
  const { kind, name, attributes } = resource;
  return { action, kind, name, attributes, fields: fields.map(({ name: field, from, to }) => ({ field, from, to })), risk, needs };
}

function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** Equal texts for equal values: without the order of keys, without what is undefined, and with secrets masked as in the file. */
function canonical(value: unknown): string {
  const sorted = (_: string, part: unknown): unknown => {
    if (typeof part === 'string') return maskSecrets(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part).filter(([, content]) => content !== undefined);
    // A list of pairs, as "__proto__" is a name like any other.
    return { entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)).flat() };
  };
  return JSON.stringify(value, sorted);
}
