import { retrySpan } from '../../contract/delivery.ts';
import type { Interaction } from '../../contract/model.ts';
import { type System, usersOf } from '../../contract/system.ts';
import type { Change } from '../change.ts';
import { inAnyOrder, inNoOrder, type Judgement, listNames, type RuleFamily, type Situation } from './rule.ts';
import { isTighter, setting, toldBy, valuesOf } from './setting.ts';

/** How long somebody waits, for whom, and where the answer goes. */
export const WAITING = {
  'timeout-changed': setting('timeout-changed', {
    describes: 'Callers wait for another time.',
    judge: (change, situation) => {
      const { old, now } = toldBy(change, situation);
      const [was, is] = [old.use ?? old.interaction, now.use ?? now.interaction].map((side) => side?.timeout);
      const span = old.retry ? retrySpan(old.retry) : 0;
      const late = is !== undefined && span >= is ? ' The old version of the provider tries for longer than that.' : '';
      return isTighter(was, is)
        ? inAnyOrder('risky', `Work that ended in time until now is given up, though it may still be carried out.${late}`)
        : inAnyOrder('risky', 'Callers on the old version give up sooner than the one that answers counts on.');
    },
    advice: () => 'Look how long answers take at the busiest time; a caller has to wait for longer than the work it asks for.',
  }),
  'reply-changed': setting('reply-changed', {
    describes: 'Answers go to another place.',
    judge: (change, situation) =>
      toldBy(change, situation).now.interaction?.reply === 'durable'
        ? inAnyOrder('risky', 'A call no longer gets its answer itself: each user needs a handler for answers.')
        : inNoOrder('breaking', 'Answers that wait in the shared place when a user is upgraded are read by nobody.', valuesOf(change)),
    advice: () => 'Let what is under way be answered before the users change over.',
  }),
  'responders-changed': setting('responders-changed', {
    describes: 'Other services are awaited, or another number of answers.',
    judge: judgeResponders,
    advice: () => 'Release a new responder before the provider that waits for it.',
  }),
} as const satisfies RuleFamily<'timeout-changed' | 'reply-changed' | 'responders-changed'>;

function judgeResponders(change: Change, situation: Situation): Judgement {
  const { old, now } = toldBy(change, situation);
  if (!old.interaction || !now.interaction) return inAnyOrder('compatible', 'Nobody waits for it.');
  const awaited = [respondersOf(situation.before, old.interaction), respondersOf(situation.after, now.interaction)] as const;
  const more = awaited[1].filter((service) => !awaited[0].includes(service));
  const fewer = awaited[0].filter((service) => !awaited[1].includes(service));
  if (more.length > 0) {
    const why = `The new version of the provider waits for ${listNames(more, '')} until its deadline, as long as an old version of it runs.`;
    return { ...inAnyOrder('risky', why), providerFirst: false };
  }
  if (isTighter(now.interaction.quorum, old.interaction.quorum)) {
    return inAnyOrder('risky', 'The provider waits for more answers than before.');
  }
  if (fewer.length > 0 && change.service !== now.interaction.service) {
    return {
      ...inAnyOrder('risky', `The old version of the provider waits for ${listNames(fewer, '')} until its deadline.`),
      usersFirst: false,
    };
  }
  return inAnyOrder('compatible', 'The provider waits for fewer answers, and drops the others.');
}

/** The services that are awaited: those that are named, else those that use it and answer. */
function respondersOf(system: System, interaction: Interaction): readonly string[] {
  return (
    interaction.responders ??
    usersOf(system, interaction.id)
      .filter(({ use }) => use.respond)
      .map(({ contract }) => contract.service)
  );
}
