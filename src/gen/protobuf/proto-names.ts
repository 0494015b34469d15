/** How names are written in `.proto` files, as the guide to their style and `buf lint` want them. */
import type { System } from '../../contract/system.ts';
import { typesPath } from '../layout.ts';

/** Where the messages of a file of the project go. */
export type ProtoPlace = { readonly package: string; readonly path: string };

/** Packages by file of the project, and names that are taken in them. */
export type PackageNames = {
  placeOf(file: string): ProtoPlace;
  /** Takes a path; another one, if it is taken. */
  takePath(path: string): string;
  /** Names that stand in a package already. */
  namesIn(name: string): Set<string>;
};

/**
 * The messages of a contract are in `<project>.<service>.v1`, those of a shared file in `<project>.types.<name>.v1`: always `v1`, as what
 * travels never changes its meaning. Two files whose names differ in nothing but signs get numbers.
 */
export function createPackageNames(system: System): PackageNames {
  const names = new Map<string, Set<string>>();
  const places = new Map<string, ProtoPlace>();
  const packages = new Set<string>();
  const paths = new Set<string>();
  const takePath = (path: string): string => {
    const [stem] = path.split('.proto');
    let free = path;
    for (let count = 2; paths.has(free); count++) free = `${stem}_${count}.proto`;
    paths.add(free);
    return free;
  };
  return {
    takePath,
    placeOf(file) {
      const known = places.get(file);
      if (known) return known;
      const words = packageWords(system, file);
      const last = words.pop() ?? '';
      let name = [...words, last, 'v1'].join('.');
      for (let count = 2; packages.has(name); count++) name = [...words, `${last}${count}`, 'v1'].join('.');
      packages.add(name);
      const place = { package: name, path: takePath(`${name.replaceAll('.', '/')}/${last}.proto`) };
      places.set(file, place);
      return place;
    },
    namesIn(name) {
      const known = names.get(name) ?? new Set();
      names.set(name, known);
      return known;
    },
  };
}

function packageWords(system: System, file: string): string[] {
  const path = typesPath(system, file)
    .replace(/^types\//, '')
    .replace(/(\.types)?\.ts$/, '');
  const contract = system.contracts.some((candidate) => candidate.file === file);
  return [system.project.name, ...(contract ? [] : ['types']), ...path.split('/')].map((word) => lowerName(word, 'n'));
}

/** A text in lower case, its words joined by `_`; `fallback` before what begins with no letter. */
export function lowerName(text: string, fallback: string): string {
  const name = text
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return /^[a-z]/.test(name) ? name : [fallback, name].filter((part) => part !== '').join('_');
}

/** A PascalCase name in lower case: a word begins at a capital after a small letter, or before one (`HTTPCode` is `http_code`). */
export function snakeCase(name: string): string {
  return lowerName(name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z0-9])(?=[A-Z][a-z_])/g, '_'), 'n');
}

/** Gives each field of a message a name that no other has, not even where JSON leaves out the `_`. */
export function createFieldNames(): (wanted: string, number: number) => string {
  const taken = new Set<string>();
  return (wanted, number) => {
    let name = wanted;
    while (taken.has(name.replaceAll('_', ''))) name += `_${number}`;
    taken.add(name.replaceAll('_', ''));
    return name;
  };
}

/** What JSON of Protobuf calls a field. */
export function jsonName(field: string): string {
  return field.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}
