import { digestOf } from '../source/digest.ts';
import type { Change } from './change.ts';

/** Twelve hex digits that name a change in every run: from the rule, the subject, the path and the values, never from text or line. */
export function fingerprint(rule: string, change: Change): string {
  const { service, interaction, payload, path, name, before, after, required } = change;
  const types = before.types || after.types ? [before.types, after.types] : [];
  const named = [rule, service, interaction, payload?.role, payload?.name, path, name, before.value, after.value, required];
  return digestOf(JSON.stringify([...named, ...types]));
}
