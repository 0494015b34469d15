import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { ALL_POINTS, type CodePoints, complementPoints, intersectPoints, pointsOf, unitePoints } from '../code-points.ts';
import { askJavaScript, DIGITS, LINE_ENDS, SPACES, WORD_CHARACTERS } from './character-sets.ts';
import { EMPTY, type Part } from './part.ts';

/** A regular expression as JavaScript has them. */
export type Expression = { readonly source: string; readonly flags: string };

/** What has been asked about single characters before. */
export type KnownSets = Map<string, CodePoints>;

type Reading = { readonly known: KnownSets; readonly flags: string; readonly groups: ReadonlyMap<AST.CapturingGroup, number> };

/**
 * Reads an expression. Throws a SyntaxError for what is none. Without the flag `u` JavaScript takes a character beyond the first 65,536 for
 * two; here it is one, so that such an expression must not count or single out what is not a letter of ASCII.
 */
export function readExpression({ source, flags }: Expression, known: KnownSets): Part {
  // Also says no to what this version of JavaScript does not have.
  new RegExp(source, flags);
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u') });
  const groups = new Map<AST.CapturingGroup, number>();
  numberGroups(pattern.alternatives, groups);
  return readChoice(pattern.alternatives, { known, flags, groups });
}

function numberGroups(alternatives: readonly AST.Alternative[], groups: Map<AST.CapturingGroup, number>): void {
  const visit = (element: AST.Element): void => {
    // Only what is referred to matters.
    if (element.type === 'CapturingGroup' && element.references.length > 0) groups.set(element, groups.size);
    if (element.type === 'Quantifier') visit(element.element);
    else if ('alternatives' in element) numberGroups(element.alternatives, groups);
  };
  for (const { elements } of alternatives) for (const element of elements) visit(element);
}

function readChoice(alternatives: readonly AST.Alternative[], reading: Reading): Part {
  const parts = alternatives.map(({ elements }): Part => {
    const inner = elements.map((element) => readElement(element, reading));
    return inner.length === 1 && inner[0] ? inner[0] : { kind: 'sequence', parts: inner };
  });
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
}

function readElement(element: AST.Element, reading: Reading): Part {
  switch (element.type) {
    case 'Assertion':
      return readAssertion(element, reading);
    case 'Quantifier': {
      if (element.max === 0) return EMPTY;
      return { kind: 'repeat', part: readElement(element.element, reading), least: element.min, most: element.max };
    }
    case 'Group':
      return readChoice(element.alternatives, { ...reading, flags: modify(reading.flags, element.modifiers) });
    case 'CapturingGroup': {
      const part = readChoice(element.alternatives, reading);
      const group = reading.groups.get(element);
      return group === undefined ? part : { kind: 'group', group, part };
    }
    case 'Backreference':
      return readReference(element, reading);
    case 'CharacterClass':
    case 'CharacterSet':
    case 'Character':
      return { kind: 'set', points: readSet(element, reading) };
    default:
      throw new SyntaxError(`${element.type} needs the flag v`);
  }
}

function readReference({ resolved }: AST.Backreference, { groups }: Reading): Part {
  const parts = (Array.isArray(resolved) ? resolved : [resolved]).map(
    (group): Part => ({ kind: 'reference', group: groups.get(group) ?? -1 }),
  );
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
}

function modify(flags: string, modifiers: AST.Modifiers | null): string {
  const named = (flag: 'ignoreCase' | 'multiline' | 'dotAll', letter: string): string => {
    if (modifiers?.add[flag]) return letter;
    return modifiers?.remove?.[flag] || !flags.includes(letter) ? '' : letter;
  };
  return `${named('ignoreCase', 'i')}${named('multiline', 'm')}${named('dotAll', 's')}${flags.includes('u') ? 'u' : ''}`;
}

function readAssertion(assertion: AST.Assertion, reading: Reading): Part {
  switch (assertion.kind) {
    case 'start':
    case 'end':
      return { kind: 'edge', at: assertion.kind, lines: reading.flags.includes('m') };
    case 'word':
      return { kind: 'edge', at: 'word', negate: assertion.negate, word: wordCharacters(reading) };
    default:
      return {
        kind: 'look',
        ahead: assertion.kind === 'lookahead',
        negate: assertion.negate,
        part: readChoice(assertion.alternatives, reading),
      };
  }
}

function wordCharacters(reading: Reading): CodePoints {
  const folds = reading.flags.includes('i') && reading.flags.includes('u');
  return folds ? ask('\\w', '\\W', reading) : WORD_CHARACTERS;
}

type SingleCharacter = AST.CharacterClass | AST.CharacterSet | AST.Character;

function readSet(element: SingleCharacter, reading: Reading): CodePoints {
  if (element.type === 'CharacterSet' && element.kind === 'any')
    return reading.flags.includes('s') ? ALL_POINTS : complementPoints(LINE_ENDS);
  // What the flag makes of letters is left to JavaScript.
  if (reading.flags.includes('i') && !foldsPlainly(element)) return ask(sourceOf(element, reading), inverseOf(element, reading), reading);
  if (element.type === 'Character') return foldPlainly([element.value, element.value + 1], reading);
  if (element.type === 'CharacterSet') return readEscape(element, reading);
  const points = foldPlainly(unitePoints(element.elements.map((member) => readMember(member, reading))), reading);
  return element.negate ? complementPoints(points) : points;
}

const ASCII_END = 0x80;

/** Whether a character is of ASCII, or without upper and lower case: then it is plain what the flag `i` makes of it. */
function foldsPlainly(element: SingleCharacter | AST.CharacterClassElement): boolean {
  switch (element.type) {
    case 'Character':
      return element.value < ASCII_END;
    case 'CharacterClassRange':
      return element.max.value < ASCII_END;
    case 'CharacterSet':
      return element.kind === 'digit' || element.kind === 'space';
    case 'CharacterClass':
      return element.elements.every(foldsPlainly);
    default:
      return false;
  }
}

const CAPITALS: CodePoints = [0x41, 0x5b];
const SMALL: CodePoints = [0x61, 0x7b];
const FROM_CAPITAL_TO_SMALL = 0x20;

/** With the flag `i` letters of ASCII match in both cases; with `u` two characters beyond ASCII count as `s` and `k` as well. */
function foldPlainly(points: CodePoints, { flags }: Reading): CodePoints {
  if (!flags.includes('i')) return points;
  const shift = (letters: CodePoints, by: number): CodePoints => intersectPoints(points, letters).map((point) => point + by);
  const folded = unitePoints([points, shift(CAPITALS, FROM_CAPITAL_TO_SMALL), shift(SMALL, -FROM_CAPITAL_TO_SMALL)]);
  if (!flags.includes('u')) return folded;
  const alike = (letter: string, other: CodePoints): CodePoints => (intersectPoints(folded, pointsOf(letter)).length > 0 ? other : []);
  return unitePoints([folded, alike('s', pointsOf('\u017f')), alike('k', pointsOf('\u212a'))]);
}

function readMember(member: AST.CharacterClassElement, reading: Reading): CodePoints {
  switch (member.type) {
    case 'Character':
      return [member.value, member.value + 1];
    case 'CharacterClassRange':
      return [member.min.value, member.max.value + 1];
    case 'CharacterSet':
      return readEscape(member, reading);
    default:
      throw new SyntaxError(`${member.type} needs the flag v`);
  }
}

const ESCAPES = { digit: DIGITS, space: SPACES, word: WORD_CHARACTERS } as const;

function readEscape(set: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet, reading: Reading): CodePoints {
  if (set.kind === 'property') return ask(set.raw, `[^${set.raw}]`, reading);
  return set.negate ? complementPoints(ESCAPES[set.kind]) : ESCAPES[set.kind];
}

function sourceOf(element: SingleCharacter, { flags }: Reading): string {
  if (element.type !== 'Character') return element.raw;
  const digits = element.value.toString(16);
  return flags.includes('u') ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

/** What matches the characters that another does not. */
function inverseOf(element: SingleCharacter, reading: Reading): string {
  if (element.type !== 'CharacterClass') return `[^${sourceOf(element, reading)}]`;
  return element.negate ? `[${element.raw.slice(2)}` : `[^${element.raw.slice(1)}`;
}

function ask(source: string, inverse: string, { known, flags }: Reading): CodePoints {
  const plain = flags.includes('u') ? (flags.includes('i') ? 'iu' : 'u') : 'i';
  const key = `${plain} ${source}`;
  const points = known.get(key) ?? askJavaScript(source, inverse, plain);
  known.set(key, points);
  return plain === 'i' ? withSecondPlanes(points) : points;
}

/** Without the flag `u` a character of two halves matches what its halves match. */
function withSecondPlanes(points: CodePoints): CodePoints {
  const halves = unitePoints([points, complementPoints([0xd8_00, 0xe0_00])]);
  return halves.length === 2 ? unitePoints([points, [0x1_00_00, 0x11_00_00]]) : points;
}
