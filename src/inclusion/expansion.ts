import type { Primitives } from './evaluate.ts';
import type { Atom } from './schema.ts';
import type { World } from './world.ts';

/** What it takes to write assertions out. */
export type Expansion = { readonly world: World; readonly primitives: Primitives; readonly atom: Atom };
