import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Pointer } from '../source/pointer.ts';
import { valueRange } from '../source/yaml-tree.ts';
import type { Documents } from './documents.ts';

/**
 * How many levels of types may lie one in another, references followed. No message of people is nested as deep, and whatever walks types
 * (the validators' compiler most of all) keeps something for each level.
 */
const MAX_LEVELS = 100;

/** A reference from one named place to another; `levels` tells how deep inside the first it stands, `pointer` is that of its `$ref`. */
export type Link = { readonly to: string; readonly levels: number; readonly file: string; readonly pointer: Pointer };

/** The references from each place, by its name. */
export type Links = ReadonlyMap<string, readonly Link[]>;

/** A place whose references are followed one after the other, and what is known of them so far. */
type Visit = { readonly name: string; next: number; deepest: Link | undefined; depth: number };

/**
 * Finds types that lie too deep in one another: told where the levels become too many, not of all that holds those. A type that contains
 * itself ends there.
 */
export function findLongChains(documents: Documents, links: Links): readonly Diagnostic[] {
  const depths = new Map<string, number>();
  const findings: Diagnostic[] = [];
  for (const start of links.keys())
    if (!depths.has(start)) measure(start, links, depths, (visit) => findings.push(...tell(documents, visit, depths)));
  return findings;
}

/** Notes how deep a place is, and all that it leads to, each once. Walks with a stack of its own, however long the chain. */
function measure(start: string, links: Links, depths: Map<string, number>, leave: (visit: Visit) => void): void {
  const way: Visit[] = [];
  const onWay = new Set<string>();
  const enter = (name: string) => {
    onWay.add(name);
    way.push({ name, next: 0, deepest: undefined, depth: 0 });
  };
  enter(start);
  for (let top = way.at(-1); top; top = way.at(-1)) {
    const link = links.get(top.name)?.[top.next];
    if (link && !depths.has(link.to) && !onWay.has(link.to)) {
      enter(link.to);
    } else if (link) {
      top.next += 1;
      const depth = link.levels + (depths.get(link.to) ?? 0);
      if (depth > top.depth) [top.depth, top.deepest] = [depth, link];
    } else {
      way.pop();
      onWay.delete(top.name);
      depths.set(top.name, top.depth);
      leave(top);
    }
  }
}

function tell(documents: Documents, { depth, deepest }: Visit, depths: ReadonlyMap<string, number>): readonly Diagnostic[] {
  const tree = deepest && documents.get(deepest.file);
  if (!tree || depth <= MAX_LEVELS || (depths.get(deepest.to) ?? 0) > MAX_LEVELS) return [];
  return [diagnose('reference-chain-too-long', valueRange(tree, deepest.pointer), { levels: depth, limit: MAX_LEVELS })];
}
