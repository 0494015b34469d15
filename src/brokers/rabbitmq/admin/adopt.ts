import { isObject, type JsonObject, ownProperty } from '../../../source/json.ts';
import type { Answer, Management } from './management.ts';
import { adoptedKeys, adoptedParameter } from './read.ts';

/** What a project takes over on a virtual host: keys of resources. */
export type Adoption = { readonly project: string; readonly vhost: string; readonly keys: readonly string[] };

/** Notes down what a project takes over, in its global parameter; whatever else that holds is kept. */
export async function adopt(management: Management, { project, vhost, keys }: Adoption): Promise<Answer> {
  const name = adoptedParameter(project);
  const path = `/api/global-parameters/${encodeURIComponent(name)}`;
  const value = ownProperty(await management.read(path, 'what the project has adopted (global parameters)'), 'value');
  const known = isObject(value) ? value : {};
  const hosts = ownProperty(value, 'adopted');
  const all = [...new Set([...adoptedKeys(value, vhost), ...keys])].sort();
  const adopted: JsonObject = { ...(isObject(hosts) ? hosts : {}), [vhost]: all };
  return management.send('PUT', path, { name, value: { ...known, adopted } });
}
