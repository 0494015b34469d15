import type { WirePort } from '../compat/wire/port.ts';

/** Loads the codec that generated code uses, so that a comparison sees bytes as services do. It is bundled: nobody has to install anything for it. */
export async function loadWire(): Promise<WirePort> {
  const { loadProtobuf } = await import('../runtime/protobuf.ts');
  return loadProtobuf();
}
