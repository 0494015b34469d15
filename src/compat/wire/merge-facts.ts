import type { ChangeKind } from '../change.ts';
import { isAbove, samePath } from '../message-path.ts';
import type { PayloadFact } from '../payload-fact.ts';

/** What is written in another way altogether: what else differs there is a part of it. */
const LAYOUT: ReadonlySet<ChangeKind> = new Set(['wire-type-changed', 'oneof-changed']);
const REQUIREDNESS: ReadonlySet<ChangeKind> = new Set(['property-became-required', 'property-became-optional']);

/** Facts about schemas together with those about the wire, each difference told once. */
export function mergeFacts(schemas: readonly PayloadFact[], wire: readonly PayloadFact[]): readonly PayloadFact[] {
  const layouts = wire.filter(({ kind }) => LAYOUT.has(kind));
  const renamed = wire.filter(({ kind }) => kind === 'enum-value-renamed');
  const kept = schemas.filter((fact) => {
    if (layouts.some(({ path }) => isAbove(path, fact.path) && !(REQUIREDNESS.has(fact.kind) && samePath(path, fact.path)))) return false;
    return !renamed.some((one) => samePath(one.path, fact.path) && isOneOf(one, fact));
  });
  return [...kept, ...wire];
}

/** Whether a value came or went only as it has another name now. */
function isOneOf({ before, after }: PayloadFact, { kind, name }: PayloadFact): boolean {
  if (kind === 'enum-value-removed') return name === JSON.stringify(before.value);
  return kind === 'enum-value-added' && name === JSON.stringify(after.value);
}
