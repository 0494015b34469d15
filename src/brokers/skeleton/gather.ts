/** Puts services to be together from the entries that a broker's side finds. */
import { createNaming, kebabName, usableName } from './names.ts';
import type { Entry, LeftOut, Skeleton, SkeletonService } from './skeleton.ts';

/** Collects entries by service. */
export type Gathering = {
  /** The name that a guessed service gets. */
  service(guess: string): string;
  /** Adds an interaction under the first of the wishes that is free in its service, and gives its id. */
  provide(service: string, wishes: readonly string[], entry: Omit<Entry, 'name'>): string;
  /** Adds a use of an interaction. */
  use(service: string, entry: Entry): void;
  /** Adds an entry under the name that it has. */
  add(service: string, section: 'provides' | 'uses', entry: Entry): void;
  leaveOut(what: string, reason: string): void;
  /** All that was added, services and what they have by name. */
  skeleton(): Skeleton;
};

type Open = { readonly name: string; readonly naming: ReturnType<typeof createNaming>; readonly provides: Entry[]; readonly uses: Entry[] };

/** Opens an empty gathering. */
export function openGathering(): Gathering {
  const services = new Map<string, Open>();
  const leftOut: LeftOut[] = [];
  const open = (name: string): Open => {
    const found = services.get(name) ?? { name, naming: createNaming('message'), provides: [], uses: [] };
    services.set(name, found);
    return found;
  };
  return {
    service: (guess) => usableName(kebabName(guess) || 'unnamed', 'service'),
    provide(service, wishes, entry) {
      const { provides, naming } = open(service);
      const name = naming(...wishes.map(kebabName));
      provides.push({ ...entry, name });
      return `${service}.${name}`;
    },
    use: (service, entry) => void open(service).uses.push(entry),
    add: (service, section, entry) => void open(service)[section].push(entry),
    leaveOut: (what, reason) => void leftOut.push({ what, reason }),
    skeleton: () => ({ services: [...services.values()].sort(byName).map(settled), leftOut }),
  };
}

function settled({ name, provides, uses }: Open): SkeletonService {
  return { name, provides: provides.sort(byName), uses: uses.sort(byName) };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
