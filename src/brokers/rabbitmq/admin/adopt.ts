import { isObject, type JsonObject, ownProperty } from '../../../source/json.ts';
import type { Door } from '../access.ts';
import { type Answer, type Management, notRabbitmq } from './management.ts';
import { adoptedKeys, adoptedParameter } from './read.ts';

/** What a project takes over on a virtual host: keys of resources. */
export type Adoption = { readonly project: string; readonly vhost: string; readonly door: Door; readonly keys: readonly string[] };

/** Notes down what a project takes over, in its global parameter; whatever else that holds is kept. */
export async function adopt(management: Management, { project, vhost, door, keys }: Adoption): Promise<Answer> {
  const name = adoptedParameter(project);
  const path = `/api/global-parameters/${encodeURIComponent(name)}`;
  const found = await management.read(path, 'what the project has adopted (global parameters)');
  const value = ownProperty(found, 'value');
  // What is written replaces what was there, so only a parameter that is not there may be taken for an empty one.
  if (found !== undefined && !isObject(value)) throw notRabbitmq(door, 'what the project has adopted');
  const known = isObject(value) ? value : {};
  const hosts = ownProperty(value, 'adopted');
  const all = [...new Set([...adoptedKeys(value, vhost), ...keys])].sort();
  const adopted: JsonObject = { ...(isObject(hosts) ? hosts : {}), [vhost]: all };
  return management.send('PUT', path, { name, value: { ...known, adopted } });
}
