import { keysWithin, type ProtobufModel } from '../../payload/protobuf/model.ts';

/** Files of the project whose messages go into one `.proto` file, by path. */
export type FileGroup = { readonly files: readonly string[]; readonly keys: readonly string[] };

/** Each file by itself, but for those that refer to each other in a circle, which imports of `.proto` files may not do. */
export function groupFiles(model: ProtobufModel): readonly FileGroup[] {
  const keys = new Map<string, string[]>();
  for (const [key, { at }] of [...model.messages, ...model.enums]) keys.set(at.file, [...(keys.get(at.file) ?? []), key]);
  const uses = directUses(model);
  const reached = new Map([...keys.keys()].map((file) => [file, reachedFrom(file, uses)]));
  const groups = new Map<string, string[]>();
  for (const file of [...keys.keys()].sort()) {
    const first = [...groups.keys()].find((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)) ?? file;
    groups.set(first, [...(groups.get(first) ?? []), file]);
  }
  return [...groups.values()].map((files) => ({ files, keys: files.flatMap((file) => keys.get(file) ?? []).sort() }));
}

function directUses(model: ProtobufModel): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new Map<string, Set<string>>();
  for (const [key, { at }] of model.messages) {
    const used = uses.get(at.file) ?? new Set();
    uses.set(at.file, used);
    for (const inner of keysWithin(model, key)) {
      const target = model.messages.get(inner) ?? model.enums.get(inner);
      if (target) used.add(target.at.file);
    }
  }
  return uses;
}

function reachedFrom(file: string, uses: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const reached = new Set<string>(uses.get(file));
  // The set grows while it is walked.
  for (const next of reached) for (const further of uses.get(next) ?? []) reached.add(further);
  return reached;
}
