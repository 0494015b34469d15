import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, type JsonValue, ownProperty } from '../../../source/json.ts';
import type { Door } from '../access.ts';
import { type Answer, type Management, notRabbitmq } from './management.ts';
import { problemOfAnswer } from './problem.ts';

/** The name of the global parameter in which a project lists what it adopted, by virtual host. */
export function adoptedParameter(project: string): string {
  return `msgctl-${project}`;
}

/** The keys that a project adopted on a virtual host, as its global parameter tells. */
export function adoptedKeys(value: JsonValue | undefined, vhost: string): readonly string[] {
  const keys = ownProperty(ownProperty(value, 'adopted'), vhost);
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

/** What a project takes over on a virtual host: keys of resources. */
export type Adoption = { readonly project: string; readonly vhost: string; readonly door: Door; readonly keys: readonly string[] };

/** Notes down what a project takes over, in its global parameter; whatever else that holds is kept. */
export function adopt(management: Management, adoption: Adoption): Promise<Answer> {
  return note(management, adoption, (known) => [...known, ...adoption.keys]);
}

/** Strikes out what a project took over and what is gone now: something of the same name would be somebody else's. */
export function disown(management: Management, adoption: Adoption): Promise<Answer> {
  return note(management, adoption, (known) => known.filter((key) => !adoption.keys.includes(key)));
}

/** What a project took over on a virtual host: keys of resources. */
export async function readAdopted(management: Management, project: string, vhost: string): Promise<ReadonlySet<string>> {
  const path = `/api/global-parameters/${encodeURIComponent(adoptedParameter(project))}`;
  return new Set(adoptedKeys(ownProperty(await management.read(path, WHAT), 'value'), vhost));
}

type Change = (known: readonly string[]) => readonly string[];

/** RabbitMQ cannot write a part of a parameter, and a run on another virtual host may write at the same time: so often is it looked after. */
const ATTEMPTS = 5;
const LATER = 50;

/** Writes until it is seen to stand. */
async function note(management: Management, adoption: Adoption, change: Change): Promise<Answer> {
  const path = `/api/global-parameters/${encodeURIComponent(adoptedParameter(adoption.project))}`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await write(management, path, adoption, change);
    if (problemOfAnswer(answer)) return answer;
    await sleep(LATER * Math.random());
    const now = adoptedKeys(ownProperty(await management.read(path, WHAT), 'value'), adoption.vhost);
    if (isSame(now, change(now))) return answer;
    // Others write it at the same moment, each time.
    if (attempt === ATTEMPTS) return { status: 409, body: undefined };
  }
}

const WHAT = 'what the project has adopted (global parameters)';

async function write(management: Management, path: string, { project, vhost, door }: Adoption, change: Change): Promise<Answer> {
  const found = await management.read(path, WHAT);
  const value = ownProperty(found, 'value');
  // What is written replaces what was there, so only a parameter that is not there may be taken for an empty one.
  if (found !== undefined && !isObject(value)) throw notRabbitmq(door, 'what the project has adopted');
  const known = isObject(value) ? value : {};
  const hosts = ownProperty(value, 'adopted');
  const all = [...new Set(change(adoptedKeys(value, vhost)))].sort();
  const adopted: JsonObject = { ...(isObject(hosts) ? hosts : {}), [vhost]: all };
  return management.send('PUT', path, { name: adoptedParameter(project), value: { ...known, adopted } });
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const all = new Set(other);
  return all.size === new Set(one).size && one.every((key) => all.has(key));
}
