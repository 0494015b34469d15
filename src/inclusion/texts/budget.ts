/** What a question may cost. Patterns come from whoever writes contracts: some would take longer than the universe is old. */
export type Budget = { steps: number };

/** Thrown, and caught inside this folder, when a question costs more than it may. */
export class TooLarge extends Error {}

/** A budget of its own for one question; a million steps take some 50 milliseconds. */
export function createBudget(steps = 1_500_000): Budget {
  return { steps };
}

/** Takes steps off a budget. Throws {@link TooLarge} when there are none left. */
export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps;
  if (budget.steps < 0) throw new TooLarge();
}
