/** What the user that msgctl logs in as may not do: told with the plan, before anything is changed. */
import type { ActualTopology } from '../../../topology/model.ts';
import type { Refusal } from '../../../topology/port.ts';
import type { Step } from '../../../topology/steps.ts';
import type { Access } from '../access.ts';
import { userOfRight } from '../rights.ts';
import { type Login, maySetPolicies } from './login.ts';

/** What a plan must know of a login that may not set policies. */
export function limitsOf(login: Login): Pick<ActualTopology, 'notes' | 'adoptionUnseen'> {
  if (maySetPolicies(login)) return {};
  const note = `User "${login.user}" has neither the tag "policymaker" nor "administrator": settings that are policies are compared and not changed, and what was taken over earlier is not known.`;
  return { notes: [note], adoptionUnseen: true };
}

const OWN_RIGHTS = 'msgctl is logged in as this user and would take away its own rights. Let it log in as another one.';

/** The steps that the login may not carry out, and those that would take away its own rights. */
export function refuseByLogin(steps: readonly Step[], { amqp, management }: Access, login: Login | undefined): readonly Refusal[] {
  const own = [amqp.user, management.user];
  const isLimited = login !== undefined && !maySetPolicies(login);
  return steps.flatMap((step) => {
    const { resource, fields } = step;
    const user = userOfRight(resource);
    if (user !== undefined) return own.includes(user) ? [{ step, reason: OWN_RIGHTS }] : [];
    const takes = resource.kind === 'policy' ? 'Setting it' : fields.some(({ name }) => name === 'owner') ? 'Taking it over' : undefined;
    if (!isLimited || takes === undefined) return [];
    return [{ step, reason: `${takes} takes the tag "policymaker", which "${login.user}" does not have.` }];
  });
}
