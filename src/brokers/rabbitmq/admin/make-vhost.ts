import type { StepOutcome } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import { type Problem, problemOfAnswer, problemOfError } from './problem.ts';
import type { Site } from './site.ts';

/** Whether a step makes the virtual host that all others are on. */
export function isVhost({ resource }: Step): boolean {
  return resource.kind === 'vhost';
}

/** Makes a virtual host, and lets the users that msgctl logs in as work on it; of others nobody may enter it. It is never taken away again. */
export async function* makeVhost(site: Site, steps: readonly Step[]): AsyncIterable<StepOutcome> {
  for (const step of steps) {
    const problem = await make(site, step.resource.name).catch(problemOfError);
    yield problem ? { step, ok: false, ...problem } : { step, ok: true };
  }
}

async function make({ management, access }: Site, name: string): Promise<(Problem & { readonly begun?: true }) | undefined> {
  const vhost = encodeURIComponent(name);
  const made = problemOfAnswer(await management.send('PUT', `/api/vhosts/${vhost}`, {}));
  if (made) return made;
  for (const user of new Set([access.management.user, access.amqp.user])) {
    const everything = { configure: '.*', write: '.*', read: '.*' };
    const problem = problemOfAnswer(await management.send('PUT', `/api/permissions/${vhost}/${encodeURIComponent(user)}`, everything));
    if (problem) return { ...problem, message: `It was made, and user "${user}" may not work on it: ${problem.message}`, begun: true };
  }
  return undefined;
}
