import type { Contract } from '../contract/model.ts';
import type { System } from '../contract/system.ts';
import type { ProtobufPlan } from './protobuf-plan.ts';
import type { TypePlan } from './type-plan.ts';

/** A file to be written. Its path has `/` on every platform. */
export type GeneratedFile = { readonly path: string; readonly text: string };

/** What is generated: the project, the services that get modules, the types that they share, and what of them travels as Protobuf. */
export type Generation = {
  readonly system: System;
  readonly services: readonly Contract[];
  readonly types: TypePlan;
  readonly protobuf: ProtobufPlan;
};

/** Makes files, below the output folder, from contracts. One object in one array; emitting is a pure function of its argument. */
export type Emitter = {
  readonly id: string;
  /** One line for people. */
  readonly describes: string;
  emit(generation: Generation): Promise<readonly GeneratedFile[]>;
};
