import type { Contract } from '../contract/model.ts';
import type { System } from '../contract/system.ts';

/** A file to be written, relative to the project's root. */
export type GeneratedFile = { readonly path: string; readonly text: string };

/** Makes files from contracts. One object in one array; emitting is a pure function of its arguments. */
export type Emitter = {
  readonly id: string;
  /** One line for people. */
  readonly describes: string;
  emit(system: System, services: readonly Contract[]): Promise<readonly GeneratedFile[]>;
};
