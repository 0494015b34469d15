/** Messages inside one process, for tests and for trying things out. Published as `msgctl/runtime/memory`. */
export { type ManualClock, manualClock } from './clock.ts';
export { type Fakes, fake, type Stage } from './fake.ts';
export { type InspectedMessage, type Inspection, type MemoryOptions, type MemoryTransport, memory } from './memory-transport.ts';
