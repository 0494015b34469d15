/** Puts services to be together from the entries that a broker's side finds. */
import { ownProperty } from '../../source/json.ts';
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
    skeleton: () => ({
      services: apart([...services.values()], open)
        .sort(byName)
        .map(settled),
      leftOut,
    }),
  };
}

/**
 * A service uses a message once. Where it seems to have several queues or groups for one message, each further one, with all that it receives, is
 * a service by itself.
 */
function apart(before: readonly Open[], open: (name: string) => Open): Open[] {
  const names = new Set(before.map(({ name }) => name));
  const all = new Set(before);
  for (const service of before) {
    const places = new Map<string, Entry[]>();
    for (const [index, use] of service.uses.splice(0).entries()) {
      const place = placeOf(use) ?? `${index}`;
      places.set(place, [...(places.get(place) ?? []), use]);
    }
    const used = new Set<string>();
    for (const [place, uses] of places) {
      const isTaken = uses.some(({ name }) => used.has(name));
      for (const { name } of uses) used.add(name);
      if (!isTaken) {
        service.uses.push(...uses);
        continue;
      }
      const other = open(freeName(`${service.name}-${kebabName(place) || 'other'}`, names));
      all.add(other);
      const remark = `It is most likely a second place where ${service.name} receives the same message; a service receives it once.`;
      other.uses.push(...uses.map((use) => ({ ...use, remarks: [...use.remarks, remark] })));
    }
  }
  return [...all];
}

function freeName(wish: string, names: Set<string>): string {
  let name = wish;
  for (let number = 2; names.has(name); number += 1) name = `${wish}-n${number}`;
  names.add(name);
  return name;
}

/** The queue or group that a use names. */
function placeOf({ settings }: Entry): string | undefined {
  const group = ownProperty(settings.address, 'group');
  const queue = ownProperty(ownProperty(settings.address, 'queue'), 'name');
  return typeof group === 'string' ? group : typeof queue === 'string' ? queue : undefined;
}

function settled({ name, provides, uses }: Open): SkeletonService {
  return { name, provides: provides.sort(byName), uses: uses.sort(byName) };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
