/** Users and what they may do on a virtual host, through the management API: only administrators may read or change it. */
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import { type ActualResource, type Resource, resourceKey } from '../../../topology/model.ts';
import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import type { Door } from '../access.ts';
import { picked, resourceOf } from '../entries.ts';
import { adopt, disown } from './adopt.ts';
import { tagsOf } from './login.ts';
import { type Answer, type Management, notRabbitmq } from './management.ts';
import { problemOfAnswer, problemOfError } from './problem.ts';
import type { Site } from './site.ts';

const KINDS: ReadonlySet<string> = new Set(['user', 'topic-permission', 'permission']);

/** Whether a step is about what a user may do. */
export function isRight({ resource }: Step): boolean {
  return KINDS.has(resource.kind);
}

/** All users with their tags, never with what proves their passwords, and all permissions on a virtual host. Throws `Failure`. */
export async function readRights(management: Management, vhost: string, door: Door): Promise<readonly ActualResource[]> {
  const place = `/api/vhosts/${encodeURIComponent(vhost)}`;
  const lists = await Promise.all([
    management.read('/api/users?columns=name,tags', 'the users'),
    management.read(`${place}/topic-permissions`, 'what keys users may send'),
    management.read(`${place}/permissions`, 'what users may do'),
  ]);
  // Without the virtual host there are no permissions on it; reading the rest says so.
  const [users, topics, permissions] = lists.map((list) => entriesOf(list ?? [], door));
  return [
    ...(users ?? []).flatMap(userResource),
    ...(topics ?? []).flatMap((entry) => resourceOf('topic_permissions', entry) ?? []),
    ...(permissions ?? []).flatMap((entry) => resourceOf('permissions', entry) ?? []),
  ];
}

function entriesOf(list: JsonValue, door: Door): readonly JsonObject[] {
  if (!Array.isArray(list)) throw notRabbitmq(door, 'what users may do');
  return list.filter(isObject);
}

function userResource(entry: JsonObject): readonly Resource[] {
  const name = ownProperty(entry, 'name');
  return typeof name === 'string' ? [{ kind: 'user', name, attributes: { tags: tagsOf(ownProperty(entry, 'tags')) } }] : [];
}

/** Makes, changes and takes away rights, one after the other; what is made is noted down as the project's before. Once the signal is aborted it begins no step more. */
export async function* changeRights(site: Site, steps: readonly Step[], signal: AbortSignal): AsyncIterable<StepOutcome> {
  const permissions = steps.filter(({ resource }) => resource.kind === 'permission');
  const kept = permissions.filter(({ action }) => action !== 'delete');
  const problem = signal.aborted ? undefined : await noteDown(site, adopt, kept);
  for (const step of steps) {
    if (signal.aborted) return;
    yield problem && kept.includes(step) ? { step, ok: false, ...problem } : await changeRight(site, step);
  }
  // Where this fails the next plan finds nothing to take away, and nothing is lost.
  await noteDown(
    site,
    disown,
    permissions.filter(({ action }) => action === 'delete'),
  );
}

async function noteDown({ management, project, access }: Site, write: typeof adopt, steps: readonly Step[]) {
  if (steps.length === 0) return undefined;
  const keys = steps.map(({ resource }) => resourceKey(resource));
  return write(management, { project, vhost: access.vhost, door: access.management, keys }).then(problemOfAnswer, problemOfError);
}

async function changeRight({ management, access }: Site, step: Step): Promise<StepOutcome> {
  const { resource, action } = step;
  try {
    const path = pathOf(resource, access.vhost);
    const answer = action === 'delete' ? await management.send('DELETE', path) : await putRight(management, path, resource);
    const isGone = action === 'delete' && answer.status === 404;
    const problem = isGone ? undefined : problemOfAnswer(answer);
    return problem ? { step, ok: false, ...problem } : { step, ok: true };
  } catch (error) {
    return { step, ok: false, ...problemOfError(error) };
  }
}

/** A user that is made has an empty hash, which no password fits; one that was made meanwhile keeps its own. */
async function putRight(management: Management, path: string, { kind, attributes }: Resource): Promise<Answer> {
  switch (kind) {
    case 'user': {
      const found = await management.read(path, 'the user');
      return found === undefined ? management.send('PUT', path, { password_hash: '', tags: '' }) : { status: 204, body: undefined };
    }
    case 'topic-permission':
      return management.send('PUT', path.slice(0, path.lastIndexOf('/')), picked(attributes, ['exchange', 'write', 'read']));
    default:
      return management.send('PUT', path, picked(attributes, ['configure', 'write', 'read']));
  }
}

function pathOf({ kind, name, attributes }: Resource, vhost: string): string {
  const parts = (...names: readonly unknown[]) => names.map((part) => encodeURIComponent(String(part))).join('/');
  switch (kind) {
    case 'user':
      return `/api/users/${parts(name)}`;
    case 'topic-permission':
      return `/api/topic-permissions/${parts(vhost, attributes.user, attributes.exchange)}`;
    default:
      return `/api/permissions/${parts(vhost, name)}`;
  }
}
