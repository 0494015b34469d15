import { RULES } from '../compat/rules/index.ts';
import { FAMILIES } from '../diagnostics/catalogue.ts';
import type { Severity } from '../diagnostics/diagnostic.ts';

/** What there is to say of a rule in one line. */
export type RuleSummary = {
  readonly id: string;
  /** How bad a finding about contracts is; of a change that depends on who is affected. */
  readonly severity: Severity | 'change';
  readonly family: string;
  /** What the rule is about, in one sentence. */
  readonly describes: string;
};

const FINDINGS = Object.entries(FAMILIES).flatMap(([family, rows]) =>
  Object.entries(rows).map(([id, { severity, describes }]): RuleSummary => ({ id, severity, family, describes })),
);
const CHANGES = RULES.map(({ id, family, describes }): RuleSummary => ({ id, severity: 'change', family, describes }));

/** Every rule: the findings of `msgctl validate`, then the changes that `msgctl diff` tells of, family by family. */
export const RULE_TABLE: readonly RuleSummary[] = [...FINDINGS, ...CHANGES];

/** The names of all families, in the table's order. */
export const RULE_FAMILIES: readonly string[] = [...new Set(RULE_TABLE.map(({ family }) => family))];

/** The rule of this id. */
export function ruleOf(id: string): RuleSummary | undefined {
  return RULE_TABLE.find((rule) => rule.id === id);
}
