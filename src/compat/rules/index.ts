import type { ChangeKind } from '../change.ts';
import { COMPOSITION } from './composition.ts';
import { CONSTRAINTS } from './constraints.ts';
import { DELIVERY } from './delivery.ts';
import { ENUMS } from './enums.ts';
import { LOGS } from './logs.ts';
import { META } from './meta.ts';
import { OBJECTS } from './objects.ts';
import { PRESENCE } from './presence.ts';
import { PROTOCOL } from './protocol.ts';
import type { Rule, RuleFamily } from './rule.ts';
import { TYPES } from './types.ts';
import { WAITING } from './waiting.ts';
import { WIRE_RULES } from './wire.ts';

const BY_KIND: RuleFamily<ChangeKind> = {
  ...PRESENCE,
  ...TYPES,
  ...ENUMS,
  ...OBJECTS,
  ...CONSTRAINTS,
  ...COMPOSITION,
  ...WIRE_RULES,
  ...PROTOCOL,
  ...LOGS,
  ...DELIVERY,
  ...WAITING,
  ...META,
};

/** Every rule. One more is one row in its family's file; the compiler asks for a row for each kind of fact. */
export const RULES: readonly Rule[] = Object.values(BY_KIND);

/** The rule that judges a kind of fact. */
export function ruleFor(kind: ChangeKind): Rule {
  return BY_KIND[kind];
}
