import type { ProjectReader } from '../../src/contract/project-reader.ts';
import { createMemoryReader } from '../../src/io/memory-project.ts';

/** A project held in memory: its files by path, and the variables of its environment. */
export function memoryProject(files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}): ProjectReader {
  return createMemoryReader(new Map(Object.entries(files)), variables);
}
