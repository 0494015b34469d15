/** Names of the contract language made of names on a broker, which may be anything. */
import { RESERVED_NAME } from '../../contract/checks/names.ts';
import { isDeviceName } from '../../contract/device-names.ts';

/** A longer name helps nobody, and derived names have to fit their broker. */
const LONGEST = 60;

/** The words of a name: cut where anything else than letters and digits stands, and where a small letter is followed by a capital. */
export function nameWords(name: string): readonly string[] {
  return name
    .slice(0, 512)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1-')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** A name in kebab-case; empty where nothing of it can be written so. */
export function kebabName(name: string): string {
  const kebab = nameWords(name).join('-').slice(0, LONGEST).replace(/-+$/, '');
  return /^[0-9]/.test(kebab) ? `n${kebab}` : kebab;
}

/** Gives each thing a name that no other has, not even where programs write it without hyphens, and that the language does not need for itself. */
export function createNaming(suffix: string): (...wishes: readonly string[]) => string {
  const taken = new Set<string>();
  const isFree = (name: string) => name !== '' && !taken.has(name.replaceAll('-', ''));
  return (...wishes) => {
    const usable = wishes.map((wish) => usableName(wish, suffix)).filter((wish) => wish !== '');
    const last = usable.at(-1) ?? suffix;
    let name = usable.find(isFree) ?? last;
    for (let number = 2; !isFree(name); number += 1) name = `${last}-n${number}`;
    taken.add(name.replaceAll('-', ''));
    return name;
  };
}

/** The name itself, or with a word more where it is reserved or a device of Windows. */
export function usableName(wish: string, suffix: string): string {
  return RESERVED_NAME.test(wish) || isDeviceName(wish) ? `${wish}-${suffix}` : wish;
}

/** The name of a type: `order-created` is `OrderCreated`. */
export function typeName(name: string): string {
  return name
    .replace('@', '-v')
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** A name without the service at its beginning, where something is left then: `orders.created` of `orders` is `created`. */
export function withoutService(name: string, service: string): string {
  const words = nameWords(name);
  const own = service.split('-');
  const rest = own.every((word, at) => words[at] === word) ? words.slice(own.length) : words;
  return rest.join('-');
}
