import { type ActualResource, resourceKey } from '../../../src/topology/model.ts';
import type { BrokerAdmin } from '../../../src/topology/port.ts';
import type { Step } from '../../../src/topology/steps.ts';

/** What a broker in memory does besides working. */
type Behaviour = {
  /** Called before each step; what it gives is why the step fails. */
  readonly before?: (step: Step) => string | undefined;
  /** Called for every reading after the first. */
  readonly onReadBack?: (resources: Map<string, ActualResource>) => void;
  /** Called for every reading. */
  readonly onRead?: () => void;
  /** What becomes of the wish to keep others out. */
  readonly lock?: BrokerAdmin['lock'];
  /** Why the broker would not take a step. */
  readonly refuses?: (step: Step) => string | undefined;
};

/** A broker in memory that marks what it makes as the project's `shop`. */
export function memoryBroker(behaviour: Behaviour = {}): BrokerAdmin {
  const resources = new Map<string, ActualResource>();
  let readings = 0;
  return {
    target: 'a broker in memory',
    inspect: async () => {
      readings += 1;
      behaviour.onRead?.();
      if (readings > 1) behaviour.onReadBack?.(resources);
      return { resources: [...resources.values()], readHash: String(readings) };
    },
    rehearse: async (steps) =>
      steps.flatMap((step) => {
        const reason = behaviour.refuses?.(step);
        return reason === undefined ? [] : [{ step, reason }];
      }),
    async *execute(steps) {
      for (const step of steps) {
        const problem = behaviour.before?.(step);
        if (problem === undefined) resources.set(resourceKey(step.resource), { ...step.resource, owner: 'shop' });
        yield problem === undefined ? { step, ok: true } : { step, ok: false, message: problem, raw: `raw: ${problem}` };
      }
    },
    ...(behaviour.lock && { lock: behaviour.lock }),
    close: async () => {},
  };
}
