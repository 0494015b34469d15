import { diagnose } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { isSchemaPlace } from '../payload/schema-places.ts';
import type { JsonValue } from '../source/json.ts';
import { appendPointer, type Pointer, parentPointer, pointerSegments } from '../source/pointer.ts';
import { quoteText } from '../source/quote.ts';
import type { Range } from '../source/source-file.ts';
import { firstKeyRange, keyRange, valueAt, valueRange, type YamlTree } from '../source/yaml-tree.ts';
import { correctName } from './correct-name.ts';
import { contract, project, type ShapeError, type ShapeValidator, types } from './generated/shapes.js';
import { FORMS, MISSING_EXAMPLES, OTHER_FORMS, OTHER_KEYWORDS, typeWords, valueWords } from './shape-words.ts';

/** The kinds of files that msgctl reads. */
export type FileKind = 'contract' | 'types' | 'project';

const VALIDATORS: Readonly<Record<FileKind, ShapeValidator>> = { contract, types, project };

const WHOLE: Readonly<Record<FileKind, string>> = { contract: 'The contract', types: 'The file', project: 'The project' };

const EMPTY: Readonly<Record<FileKind, string>> = {
  contract: '"msgctl: 1", "service" and "version"',
  types: '"types" with a type',
  project: '"msgctl: 1" and "project"',
};

type Checked = { readonly tree: YamlTree; readonly kind: FileKind };

/**
 * Holds a file against its published schema: every mistake once, at the key where a key is wrong or something is missing, at the value where
 * the value is wrong. `value` is what is checked where that is not the text itself (the project file with its references replaced);
 * messages quote what is written, never what a reference was replaced by.
 */
export function checkShape(tree: YamlTree, kind: FileKind, value = tree.value): readonly Diagnostic[] {
  if (value === undefined) return [];
  const checked = { tree, kind };
  if (value === null) return [diagnose('empty-file', rangeOf(checked, ''), { what: EMPTY[kind] })];
  const validate = VALIDATORS[kind];
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter((error) => !followsFromDamage(tree, error));
  return withoutEchoes(errors).flatMap((error) => describe(checked, error) ?? []);
}

/** Whether an error only says that something is not there, in a value of which parts could not be understood. */
function followsFromDamage({ incomplete }: YamlTree, { keyword, instancePath, propertyName }: ShapeError): boolean {
  if (!incomplete.includes(instancePath)) return false;
  return keyword !== 'additionalProperties' && keyword !== 'not' && propertyName === undefined;
}

/** Where an error is, to tell two errors of one mistake from two mistakes. */
function placeOf(error: ShapeError): string {
  const key = error.params.additionalProperty ?? error.params.missingProperty ?? error.propertyName;
  return typeof key === 'string' ? appendPointer(error.instancePath, key) : error.instancePath;
}

/** Drops what only repeats another error: of each place the wrong type before all else, and of a misspelt key that it is missing. */
function withoutEchoes(errors: readonly ShapeError[]): readonly ShapeError[] {
  const telling = errors.filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames');
  const ranked = [...telling.filter(({ keyword }) => keyword === 'type'), ...telling.filter(({ keyword }) => keyword !== 'type')];
  const first = new Map<string, ShapeError>();
  for (const error of ranked) if (!first.has(placeOf(error))) first.set(placeOf(error), error);
  const misspelt = new Set<string>();
  for (const { keyword, instancePath, params } of first.values()) {
    if (keyword !== 'additionalProperties') continue;
    const meant = nearest(String(params.additionalProperty), params.known as readonly string[]);
    if (meant !== undefined) misspelt.add(appendPointer(instancePath, meant));
  }
  return [...first.values()].filter((error) => error.keyword !== 'required' || !misspelt.has(placeOf(error)));
}

function describe(checked: Checked, error: ShapeError): Diagnostic | undefined {
  const { tree } = checked;
  const { instancePath: place, params, keyword } = error;
  const of = nameOf(checked, place);
  const at = rangeOf(checked, place);
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(checked, error);
    case 'required': {
      const key = String(params.missingProperty);
      return diagnose('missing-key', keyRangeOf(checked, place), { key, of, example: MISSING_EXAMPLES.get(key) ?? `${key}: …` });
    }
    case 'type':
      return wrongType(checked, error);
    case 'enum':
      return unknownValue(checked, error);
    case 'const':
      return diagnose('unknown-language-version', at, { written: writtenAt(tree, place) });
    case 'pattern':
      return error.propertyName === undefined
        ? malformed(error, at, writtenAt(tree, place))
        : malformed(error, keyRange(tree, appendPointer(place, error.propertyName)), error.propertyName);
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return diagnose('number-out-of-range', at, { of, written: writtenAt(tree, place), bound: boundWords(keyword, Number(params.limit)) });
    case 'minItems':
    case 'minProperties':
      return diagnose('too-few', keyRangeOf(checked, place), { of });
    case 'uniqueItems': {
      const item = appendPointer(place, Math.max(Number(params.i), Number(params.j)));
      return diagnose('repeated-item', valueRange(tree, item), { of, written: writtenAt(tree, item) });
    }
    case 'not':
      return diagnose('not-yet-supported', keyRangeOf(checked, place), { key: dottedKey(place) });
    default:
      return diagnose('malformed-value', at, { written: writtenAt(tree, place), form: `as the schema asks (${keyword})`, example: '…' });
  }
}

function unknownKey({ tree }: Checked, { instancePath, params }: ShapeError): Diagnostic {
  const written = String(params.additionalProperty);
  const known = params.known as readonly string[];
  const at = keyRange(tree, appendPointer(instancePath, written));
  const cutOff = isCutOff(tree.source.text, at) ? CUT_OFF_ADVICE : undefined;
  const instead = OTHER_KEYWORDS.get(written) ?? cutOff;
  if (params.of === 'payload schema') return diagnose('unknown-keyword', at, { written, known, instead });
  return diagnose('unknown-key', at, { written, known, of: String(params.of), instead: cutOff });
}

const CUT_OFF_ADVICE = 'If it belongs to the text before the comma, put all of that text in quotes: a comma ends a text inside braces.';

/** Whether a key stands between a comma and the next sign, without a colon: in braces, that is what becomes of a text with a comma in it. */
function isCutOff(text: string, { start, end }: Range): boolean {
  return /,\s*$/.test(text.slice(Math.max(0, start.offset - 80), start.offset)) && /^\s*[,}]/.test(text.slice(end.offset, end.offset + 80));
}

function wrongType(checked: Checked, error: ShapeError): Diagnostic {
  const { instancePath: place, params } = error;
  const at = rangeOf(checked, place);
  const found = valueAt(checked.tree, place);
  const scalar = typeof found === 'number' || typeof found === 'boolean';
  // A number where a form of text belongs (timeout: 5) is a mistake in the form.
  const written = checked.tree.source.text.slice(at.start.offset, at.end.offset);
  if (scalar && FORMS.has(definitionOf(error) ?? '')) return malformed(error, at, written);
  const types = params.type as string | readonly string[];
  const hint = scalar && types === 'string' ? `Put it in quotes: ${quoteText(written)}.` : otherForm(place, found);
  return diagnose('wrong-type', at, { of: nameOf(checked, place), wanted: typeWords(types), found: valueWords(found), hint });
}

/** What to write in place of a form that a keyword of payload schemas had in another dialect. */
function otherForm(place: Pointer, found: JsonValue | undefined): string | undefined {
  if (!isSchemaPlace(parentPointer(place))) return undefined;
  return OTHER_FORMS.get(`${pointerSegments(place).at(-1)} ${Array.isArray(found) ? 'array' : typeof found}`);
}

function unknownValue(checked: Checked, error: ShapeError): Diagnostic {
  const { instancePath: place } = error;
  const known = (error.params.allowedValues as readonly JsonValue[]).map(String);
  const data = { written: writtenAt(checked.tree, place), known };
  const at = rangeOf(checked, place);
  const definition = definitionOf(error);
  if (definition === 'pattern') return diagnose('unknown-pattern', at, data);
  if (definition === 'format') return diagnose('unknown-format', at, data);
  return diagnose('unknown-value', at, { ...data, of: nameOf(checked, place) });
}

function malformed(error: ShapeError, at: Range, written: string): Diagnostic {
  const { id, form, example } = FORMS.get(definitionOf(error) ?? '') ?? {
    id: 'malformed-value' as const,
    form: 'of this form',
    example: '…',
  };
  if (id === 'malformed-duration' || id === 'malformed-size') return diagnose(id, at, { written });
  return diagnose(id, at, { written, form, example, corrected: correctName(definitionOf(error), written) });
}

/** The definition that an error comes from: `duration` of `#/$defs/duration/pattern`. */
function definitionOf({ schemaPath }: ShapeError): string | undefined {
  return /\/\$defs\/([a-z-]+)\/[a-z]+$/i.exec(schemaPath)?.[1];
}

function boundWords(keyword: string, limit: number): string {
  if (keyword === 'minimum') return `of at least ${limit}`;
  if (keyword === 'maximum') return `of at most ${limit}`;
  return `${keyword === 'exclusiveMinimum' ? 'above' : 'below'} ${limit}`;
}

/** What is at a place, for people: a key in quotes, an entry of a list by its number. */
function nameOf({ tree, kind }: Checked, place: Pointer): string {
  const last = pointerSegments(place).at(-1);
  if (last === undefined) return WHOLE[kind];
  const parent = parentPointer(place);
  if (!Array.isArray(valueAt(tree, parent))) return quoteText(last);
  return `Entry ${Number(last) + 1} of ${quoteText(pointerSegments(parent).at(-1) ?? '')}`;
}

/** `limit.batch` for `/provides/charge/limit/batch`: reserved keys are known by their holder too. */
function dottedKey(place: Pointer): string {
  const segments = pointerSegments(place);
  const holder = segments.at(-2);
  return holder !== undefined && ['limit', 'delivery', 'outbox'].includes(holder)
    ? `${holder}.${segments.at(-1)}`
    : (segments.at(-1) ?? '');
}

function writtenAt(tree: YamlTree, place: Pointer): string {
  const found = valueAt(tree, place);
  return typeof found === 'string' ? found : JSON.stringify(found ?? null);
}

/** The value's place; for the whole file its first key, as a frame around everything would show nothing. */
function rangeOf({ tree }: Checked, place: Pointer): Range {
  return place === '' ? firstKeyRange(tree) : valueRange(tree, place);
}

function keyRangeOf({ tree }: Checked, place: Pointer): Range {
  return place === '' ? firstKeyRange(tree) : keyRange(tree, place);
}
