import type { Contract } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { ErrorPlan } from './error-plan.ts';
import type { ProtobufPlan } from './protobuf-plan.ts';
import type { TypePlan } from './type-plan.ts';

/** A file to be written. Its path has `/` on every platform. */
export type GeneratedFile = { readonly path: string; readonly text: string };

/**
 * The text of a file as an earlier run made it of the same source, if it is still there. `source` is all that the text is made of: whoever asks
 * must make it of nothing else, and whoever answers vouches that it was made so.
 */
export type Recall = (path: string, source: string) => Promise<string | undefined>;

/** What is generated: the project, the services that get modules, the types that they share, their errors, and what of them travels as Protobuf. */
export type Generation = {
  readonly system: System;
  readonly services: readonly Contract[];
  readonly types: TypePlan;
  readonly errors: ErrorPlan;
  readonly protobuf: ProtobufPlan;
  /** What libraries have to be asked for takes long, so an earlier answer is asked for first. */
  readonly recall: Recall;
};

/** Makes files, below the output folder, from contracts. One object in one array; emitting is a pure function of its argument. */
export type Emitter = {
  readonly id: string;
  /** One line for people. */
  readonly describes: string;
  emit(generation: Generation): Promise<readonly GeneratedFile[]>;
};
