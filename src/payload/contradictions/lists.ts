import { equalJson } from '../equal-json.ts';
import { childPart, type KeywordPart, listParts, type SchemaPart } from '../schema-part.ts';
import { type Contradiction, clash, type Said, type Search, spotOf, strictest, type Together, wordsOf } from './contradiction.ts';
import { gather } from './gather.ts';
import { listedValues, MOST_VALUES } from './values.ts';

type Counted = Said & { readonly bound: number };

/** Why no list fits: how many items it must and may have, what may be among them. */
export function findListContradiction(search: Search, { members }: Together): Contradiction | undefined {
  const least = strictest(members, 'minItems', 'greatest');
  const most = strictest(members, 'maxItems', 'least');
  if (least && most && least.bound > most.bound) return clash(least, most);
  const sought = members.filter(({ schema }) => schema.contains !== undefined && leastSought(schema.minContains) > 0);
  if (!least && sought.length === 0) return undefined;
  const room = findRoom(search, members);
  if (least && room.count < least.bound) return room.plain ? tellFull(least, room.why) : room.why;
  const counts = sought.flatMap((part) => findSoughtContradiction(search, { part, members, most, room: room.count }) ?? []);
  return counts[0] ?? (least && findRepetition(search, members, least));
}

function leastSought(minContains: unknown): number {
  return typeof minContains === 'number' ? minContains : 1;
}

type Room =
  | { readonly count: number; readonly why: Contradiction; readonly plain: boolean }
  | { readonly count: number; readonly plain: false; readonly why: undefined };

/** How many items a list may have before a place comes at which no value is allowed. */
function findRoom(search: Search, members: readonly KeywordPart[]): Room {
  for (let place = 0; place <= placesOf(members); place += 1) {
    const why = search.inside(itemsAt(members, place));
    if (why) return { count: place, why, plain: why.plain === true };
  }
  return { count: Number.POSITIVE_INFINITY, plain: false, why: undefined };
}

function placesOf(members: readonly KeywordPart[]): number {
  return Math.max(0, ...members.map(({ schema }) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0)));
}

function itemsAt(members: readonly KeywordPart[], place: number): readonly SchemaPart[] {
  return members.flatMap((part) => listParts(part, 'prefixItems')[place] ?? childPart(part, 'items') ?? []);
}

function tellFull(least: Counted, why: Contradiction | undefined): Contradiction {
  return {
    reason: `${wordsOf(least)} asks for more items than there are places for`,
    at: spotOf(least),
    also: why ? [{ spot: why.at, label: 'no item may stand here' }] : [],
  };
}

type Sought = {
  readonly part: KeywordPart;
  readonly members: readonly KeywordPart[];
  readonly most: Counted | undefined;
  readonly room: number;
};

function findSoughtContradiction(search: Search, { part, members, most, room }: Sought): Contradiction | undefined {
  const keyword = part.schema.minContains === undefined ? 'contains' : 'minContains';
  const least = leastSought(part.schema.minContains);
  if (most && most.bound < least) return clash({ part, keyword }, most);
  const { maxContains } = part.schema;
  if (typeof maxContains === 'number' && maxContains < least) return clash({ part, keyword }, { part, keyword: 'maxContains' });
  const wanted = childPart(part, 'contains');
  if (!wanted) return undefined;
  const own = search.inside([wanted]);
  if (own && !own.plain) return own;
  const places = Array.from({ length: placesOf(members) + 1 }, (_, place) => place).filter((place) => place < room);
  const reasons = places.map((place) => search.inside([...itemsAt(members, place), wanted]));
  if (reasons.includes(undefined)) return undefined;
  const [first] = reasons;
  const reason = 'no item can be what "contains" looks for';
  return {
    reason: first && !first.plain ? `${reason}: ${first.reason}` : reason,
    at: spotOf({ part, keyword: 'contains' }),
    also: first ? [...first.also, { spot: first.at, label: 'items are this' }] : [],
  };
}

/** `uniqueItems` where items have fewer values than there must be items. */
function findRepetition(search: Search, members: readonly KeywordPart[], least: Counted): Contradiction | undefined {
  const part = members.find(({ schema }) => schema.uniqueItems === true);
  if (!part || placesOf(members) > 0) return undefined;
  const items = gather(search.documents, itemsAt(members, 0));
  const values = 'members' in items ? listedValues(items.members) : undefined;
  if (!values || values.length > MOST_VALUES) return undefined;
  const different = values.filter((value, index) => !values.slice(0, index).some((other) => equalJson(value, other)));
  return different.length < least.bound
    ? {
        reason: `items have ${different.length === 1 ? 'one value only' : `only ${different.length} values`}, and ${wordsOf(least)} asks for more different ones`,
        at: spotOf(least),
        also: [{ spot: spotOf({ part, keyword: 'uniqueItems' }), label: 'no two may be the same' }],
      }
    : undefined;
}
