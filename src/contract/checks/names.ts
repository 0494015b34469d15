/** Names that derived addresses need for themselves, and services that are described twice. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { appendPointer } from '../../source/pointer.ts';
import { keyRange, valueRange } from '../../source/yaml-tree.ts';
import { isDeviceName } from '../device-names.ts';
import type { Contract } from '../model.ts';
import { splitMajor } from '../to-contract.ts';
import { type CheckContext, keyPlace, objectThere, valuePlace } from './context.ts';

/** Words that stand at a fixed place of derived names; `v2` is how a second major is written there. */
export const RESERVED_NAME = /^(dead|retry|again|due|inbox|events|replies|v[0-9]+)$/;

/** Reserved names of a contract's service, channels and interactions, and those that generated files cannot have everywhere. */
export function checkNames(context: CheckContext, { file, service, external, provides }: Contract): readonly Diagnostic[] {
  const device =
    isDeviceName(service) && !external ? [diagnose('unportable-name', valuePlace(context, file, '/service'), { name: service })] : [];
  const own = RESERVED_NAME.test(service) ? [diagnose('reserved-name', valuePlace(context, file, '/service'), { name: service })] : [];
  const inside = ['channels', 'provides'].flatMap((section) =>
    Object.keys(objectThere(context, file, appendPointer('', section))).flatMap((key) => {
      const { name } = splitMajor(key);
      if (!RESERVED_NAME.test(name)) return [];
      return [diagnose('reserved-name', keyPlace(context, file, appendPointer('', section, key)), { name })];
    }),
  );
  const renamed = provides.flatMap(({ id, pointer, renamedFrom }) => {
    const former = provides.find((other) => other.id === `${service}.${renamedFrom}`);
    if (renamedFrom === undefined || !former) return [];
    return [
      diagnose('renamed-from-provided', valuePlace(context, file, appendPointer(pointer, 'renamed-from')), { id, former: former.id }),
    ];
  });
  return [...own, ...device, ...inside, ...renamed];
}

/** Services that more than one file describes; told at every file but the first. */
export function checkDuplicates(context: Pick<CheckContext, 'documents'>, contracts: readonly Contract[]): readonly Diagnostic[] {
  const first = new Map<string, Contract>();
  return contracts.flatMap((contract) => {
    const other = first.get(contract.service);
    if (!other) {
      first.set(contract.service, contract);
      return [];
    }
    const tree = context.documents.get(contract.file);
    const otherTree = context.documents.get(other.file);
    const at = tree ? valueRange(tree, '/service') : contract.at;
    const related = otherTree ? [{ at: keyRange(otherTree, '/service'), label: 'described here first' }] : [];
    return [diagnose('duplicate-service', at, { service: contract.service, first: other.file }, related)];
  });
}
