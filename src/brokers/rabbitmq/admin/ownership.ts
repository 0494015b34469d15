/** Whose something is at this moment: somebody may have thought about the plan for an hour, and others work on the broker, too. */
import { isObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import { resourceKey } from '../../../topology/model.ts';
import { MIGRATES_ARGUMENT } from '../migration.ts';
import { ownerMark } from '../resources.ts';
import { readAdopted } from './adopt.ts';
import { Refused } from './problem.ts';
import { pathOn, type Site } from './site.ts';

/** A queue or an exchange by its name. */
type Named = { readonly kind: 'queue' | 'exchange'; readonly name: string };

/**
 * Throws `Refused` where something is there that the project neither made nor took over. What is not there is nobody's: whoever takes it away finds
 * out. Throws `Failure` without an answer.
 */
export async function refuseOthers(site: Site, named: Named): Promise<void> {
  const entry = await readEntry(site, named);
  if (entry === undefined || isMarked(entry, site.project)) return;
  const isUnmarked = markOf(entry) === undefined;
  const { management, project, access } = site;
  if (isUnmarked && (await readAdopted(management, project, access.vhost)).has(resourceKey(named))) return;
  throw new Refused({ message: `Somebody else made it since the plan was computed: ${whose(entry)}. Plan again.` });
}

/** Whether an entry carries the project's mark. */
export function isMarked(entry: JsonValue, project: string): boolean {
  return markOf(entry) === project;
}

/** Whether something stands in for a queue that is made anew. Throws `Refused` where something else has that name. */
export async function isStandIn(site: Site, named: Named, queue: string): Promise<boolean> {
  const entry = await readEntry(site, named);
  if (entry === undefined) return false;
  const stands = ownProperty(ownProperty(entry, 'arguments'), MIGRATES_ARGUMENT);
  if (stands === queue && isMarked(entry, site.project)) return true;
  throw new Refused({
    message: `There is ${named.kind} ${named.name} of somebody else, which msgctl needs the name of meanwhile. Rename or delete that one.`,
  });
}

function readEntry(site: Site, { kind, name }: Named): Promise<JsonValue | undefined> {
  return site.management.read(`${pathOn(site, `${kind}s`, name)}?columns=name,arguments`, `whose ${kind} ${name} is`);
}

function markOf(entry: JsonValue): string | undefined {
  const args = ownProperty(entry, 'arguments');
  return isObject(args) ? ownerMark(args).owner : undefined;
}

function whose(entry: JsonValue): string {
  const owner = markOf(entry);
  return owner === undefined ? 'it carries no mark of msgctl' : `project "${owner}" owns it`;
}
