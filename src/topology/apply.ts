import type { BrokerAdmin } from './port.ts';
import type { Plan, Step } from './steps.ts';

/** What happens while a plan is applied, in order. Plain data, rendered by `report/`. */
export type ApplyEvent =
  | { readonly type: 'step-started'; readonly step: Step }
  | { readonly type: 'step-done'; readonly step: Step }
  | { readonly type: 'step-failed'; readonly step: Step; readonly message: string; readonly raw?: string }
  | { readonly type: 'step-skipped'; readonly step: Step; readonly because: string };

/** Applies a plan phase by phase. A failed step stops nothing but what needs it; nothing is decided here. */
export declare function applyPlan(plan: Plan, admin: BrokerAdmin, signal: AbortSignal): AsyncIterable<ApplyEvent>;
