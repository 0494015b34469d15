/** How contracts to be are read off one kind of broker. */
import type { Transport } from '../../contract/model.ts';
import type { ActualResource } from '../../topology/model.ts';
import type { ServiceRule } from './service-rules.ts';
import type { Skeleton } from './skeleton.ts';

/** What an import is asked for. `only` are globs: without any, everything is looked at, else queues, topics and streams whose names match. */
type ImportWish = {
  readonly transport: Transport;
  readonly project: string;
  readonly rules: readonly ServiceRule[];
  readonly only: readonly string[];
};

/** What was read. */
export type Imported = {
  /** Where, in words and without secrets. */
  readonly target: string;
  /** Everything that is there, as plans see it. */
  readonly actual: readonly ActualResource[];
  readonly skeleton: Skeleton;
};

/** A text that stands for a broker, and the name that messages give it. */
type ImportText = { readonly text: string; readonly path: string };

/** Both ways in. What cannot be read is a `Failure`. */
export type Importer = {
  /** Reads a file that the broker exports, or that msgctl writes for it. */
  readonly read: (wish: ImportWish, file: ImportText) => Imported;
  /** The address that such a file speaks of, as the transport's `url` says it. */
  readonly addressIn?: (text: string) => string | undefined;
  /** Asks the broker itself, and changes nothing there. */
  readonly ask: (wish: ImportWish) => Promise<Imported>;
};
