/** As whom msgctl works on a RabbitMQ, and what that user may do: its tags decide over everything but what permissions name. */
import { type JsonValue, ownProperty } from '../../../source/json.ts';
import type { ActualTopology } from '../../../topology/model.ts';

/** A user of the management API. */
export type Login = { readonly user: string; readonly tags: readonly string[] };

/** What `/api/whoami` says; older versions give the tags as one text. */
export function loginOf(body: JsonValue | undefined, user: string): Login {
  const name = ownProperty(body, 'name');
  return { user: typeof name === 'string' ? name : user, tags: tagsOf(ownProperty(body, 'tags')) };
}

/** The tags of a user, sorted, however they are written. */
export function tagsOf(value: JsonValue | undefined): readonly string[] {
  const tags = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
  return tags
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
    .sort();
}

/** Whether the user may read and change what users may do. */
export function isAdministrator({ tags }: Login): boolean {
  return tags.includes('administrator');
}

/** Whether the user may set policies, and note down in a global parameter what was taken over. */
export function maySetPolicies({ tags }: Login): boolean {
  return tags.includes('administrator') || tags.includes('policymaker');
}

/** Why the rights of users are not looked at. */
export function unseenRights({ user, tags }: Login): NonNullable<ActualTopology['unseen']> {
  const has = tags.length === 0 ? 'has no tag' : `has ${tags.join(', ')}`;
  return {
    kinds: ['user', 'topic-permission', 'permission'],
    reason: `Only a user with the tag "administrator" may read and set the rights of others; "${user}" ${has}.`,
  };
}
