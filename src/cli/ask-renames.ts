import { type Renames, suspectRenames } from '../compat/renames.ts';
import type { System } from '../contract/system.ts';
import { isYes } from './answer.ts';
import type { Session } from './session.ts';

/** What was renamed between two versions, as far as somebody can tell. */
export type AskRenames = (before: System, after: System) => Promise<Renames>;

/** Asks, at a terminal, whether interactions that look alike are one under another name; nothing is known where nobody can be asked. Each is asked once. */
export function createRenameQuestions({ host }: Session): AskRenames {
  const answers = new Map<string, boolean>();
  return async (before, after) => {
    const renames = new Map<string, string>();
    if (!host.canAsk) return renames;
    for (const { from, to } of suspectRenames(before, after)) {
      const key = `${from.id} ${to.id}`;
      if (!answers.has(key)) answers.set(key, isYes(await host.ask(`Is ${from.id} called ${to.id} now? [y/N] `)));
      if (answers.get(key)) renames.set(to.id, from.id);
    }
    return renames;
  };
}
