import { maskSecrets } from '../source/mask-secrets.ts';
import type { Range } from '../source/source-file.ts';
import type { Diagnostic, Related } from './diagnostic.ts';
import { BROKER_ROWS } from './families/brokers.ts';
import { DELIVERY_ROWS } from './families/delivery.ts';
import { DEPRECATION_ROWS } from './families/deprecation.ts';
import { EXAMPLE_ROWS } from './families/examples.ts';
import { EXCHANGE_ROWS } from './families/exchange.ts';
import { MESSAGE_ROWS } from './families/message.ts';
import { NAME_ROWS } from './families/names.ts';
import { PARTICIPATION_ROWS } from './families/participation.ts';
import { PROTOBUF_ROWS } from './families/protobuf.ts';
import { REFERENCE_ROWS } from './families/references.ts';
import { SCHEMA_ROWS } from './families/schemas.ts';
import { SHAPE_ROWS } from './families/shape.ts';
import { TIMING_ROWS } from './families/timing.ts';
import { YAML_ROWS } from './families/yaml.ts';
import type { Row } from './row.ts';

/** The families of findings about contracts, each with its rows by id. Adding an id means a row here and a case under test/cases/validate. */
export const FAMILIES = {
  yaml: YAML_ROWS,
  shape: SHAPE_ROWS,
  references: REFERENCE_ROWS,
  schemas: SCHEMA_ROWS,
  exchange: EXCHANGE_ROWS,
  participation: PARTICIPATION_ROWS,
  message: MESSAGE_ROWS,
  delivery: DELIVERY_ROWS,
  timing: TIMING_ROWS,
  deprecation: DEPRECATION_ROWS,
  examples: EXAMPLE_ROWS,
  protobuf: PROTOBUF_ROWS,
  names: NAME_ROWS,
  brokers: BROKER_ROWS,
} as const satisfies Record<string, Readonly<Record<string, Row<never>>>>;

const CATALOGUE = {
  ...YAML_ROWS,
  ...SHAPE_ROWS,
  ...REFERENCE_ROWS,
  ...SCHEMA_ROWS,
  ...EXCHANGE_ROWS,
  ...PARTICIPATION_ROWS,
  ...MESSAGE_ROWS,
  ...DELIVERY_ROWS,
  ...TIMING_ROWS,
  ...DEPRECATION_ROWS,
  ...EXAMPLE_ROWS,
  ...PROTOBUF_ROWS,
  ...NAME_ROWS,
  ...BROKER_ROWS,
};

/** Every id of a finding about contracts. */
export type DiagnosticId = keyof typeof CATALOGUE;

/** What the message of an id needs to know. */
export type DiagnosticData<Id extends DiagnosticId> = (typeof CATALOGUE)[Id] extends Row<infer Data> ? Data : never;

/** Every id, in the order of the families. */
export const DIAGNOSTIC_IDS = Object.keys(CATALOGUE) as readonly DiagnosticId[];

/** Makes a finding from its row. Passwords that a quoted value may hold are masked here, for all ids at once. */
export function diagnose<Id extends DiagnosticId>(
  id: Id,
  at: Range,
  data: DiagnosticData<Id>,
  related: readonly Related[] = [],
): Diagnostic {
  const found = CATALOGUE[id] as unknown as Row<DiagnosticData<Id>>;
  return {
    id,
    severity: found.severity,
    message: maskSecrets(found.message(data)),
    why: maskSecrets(found.why(data)),
    advice: maskSecrets(found.advice(data)),
    at,
    related,
  };
}
