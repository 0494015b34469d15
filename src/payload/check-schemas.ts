import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkKeywordTypes, checkPartners } from './checks/idle-keywords.ts';
import { createPatternCheck } from './checks/slow-patterns.ts';
import { createRequiredCheck } from './checks/undeclared-names.ts';
import { checkUnusableNames } from './checks/unusable-names.ts';
import { checkListed, createShownCheck } from './checks/written-values.ts';
import { createSatisfiableCheck, tellForbidden } from './contradictions/check-satisfiable.ts';
import type { Documents, SchemaLocation } from './documents.ts';
import type { SchemaCheck } from './schema-check.ts';
import { hasKeywords, partAt, partsInside, type SchemaPart } from './schema-part.ts';

/**
 * Checks what payload schemas mean: whether each keyword can have an effect, whether a message can match at all, what patterns cost. Every
 * schema of a file is a root or a part of one, so that each is visited once, however many references lead to it.
 */
export async function checkSchemas(documents: Documents, roots: readonly SchemaLocation[]): Promise<readonly Diagnostic[]> {
  const patterns = createPatternCheck(documents);
  const shown = createShownCheck(documents);
  const checks: readonly SchemaCheck[] = [
    (part) => checkKeywordTypes(documents, part),
    (part) => checkPartners(documents, part),
    (part) => checkUnusableNames(documents, part),
    createRequiredCheck(documents),
    createSatisfiableCheck(documents),
    (part) => checkListed(documents, part),
    patterns.collect,
    shown.collect,
  ];
  const findings: Diagnostic[] = [];
  const visit = (part: SchemaPart | undefined): void => {
    if (!hasKeywords(part)) return;
    for (const inner of partsInside(part)) visit(inner);
    for (const check of checks) {
      const found = check(part);
      if (found.length > 0) findings.push(...found);
    }
  };
  for (const root of roots) {
    const part = partAt(documents, root);
    if (part?.schema === false) findings.push(tellForbidden(documents, part));
    visit(part);
  }
  return [...findings, ...(await patterns.analyse()), ...(await shown.compare())];
}
