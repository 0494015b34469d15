import type { Transport, TransportKind } from '../../../src/contract/model.ts';
import type { JsonObject } from '../../../src/source/json.ts';

/** A transport as a project file would describe it. */
export function transportNamed(
  name: string,
  kind: TransportKind,
  options: JsonObject = {},
  target?: { readonly directory: string },
): Transport {
  const start = { offset: 0, line: 1, column: 1 };
  return {
    name,
    kind,
    prefix: '',
    names: {},
    defaults: {},
    options,
    missing: [],
    at: { file: 'msgctl.yaml', start, end: start },
    ...(target && { target }),
  };
}
