import type { Interaction, Payload } from '../contract/model.ts';
import { isFirstMessage } from '../contract/patterns.ts';
import { type JsonValue, ownProperty } from '../source/json.ts';

/** The contract's own examples of a payload: the most convincing messages to try first. */
export function candidateExamples(interaction: Interaction, payload: Pick<Payload, 'role' | 'name'>): readonly JsonValue[] {
  const values = interaction.examples.map((example) => {
    if (payload.name === undefined) return ownProperty(example.values, payload.role);
    if (isFirstMessage(payload.role)) return ownProperty(example.values, payload.name);
    const named = ownProperty(example.values, `${payload.role}s`);
    return ownProperty(named, payload.name);
  });
  return values.filter((value) => value !== undefined);
}
