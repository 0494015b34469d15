import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject, type JsonValue } from '../../source/json.ts';
import { quoteText } from '../../source/quote.ts';
import { describeSchemaError, loadSchemaCompiler, type SchemaCompiler } from '../ajv.ts';
import { bundleSchema } from '../bundle.ts';
import type { Documents } from '../documents.ts';
import { equalJson } from '../equal-json.ts';
import { explainErrors } from '../explain-errors.ts';
import { fits } from '../fits.ts';
import type { SchemaCheck } from '../schema-check.ts';
import { type KeywordPart, keyPlaceOf, pointerOf, valuePlaceOf } from '../schema-part.ts';

/** A value that a schema shows of itself: its default, or one of its examples. */
type Shown = { readonly part: KeywordPart; readonly steps: readonly (string | number)[]; readonly value: JsonValue };

/** Encodings of RFC 2045 and RFC 4648. */
const ENCODINGS: readonly string[] = ['7bit', '8bit', 'binary', 'quoted-printable', 'base16', 'base32', 'base32hex', 'base64', 'base64url'];

/** Checks what schemas list: no value of an enum twice, no number for a value that is not there, no encoding that nobody knows. */
export function checkListed(documents: Documents, part: KeywordPart): readonly Diagnostic[] {
  const { enum: values, contentEncoding: encoding } = part.schema;
  if (values === undefined && encoding === undefined) return [];
  const unknown =
    typeof encoding === 'string' && !ENCODINGS.includes(encoding.toLowerCase())
      ? [diagnose('unknown-encoding', valuePlaceOf(documents, part, 'contentEncoding'), { written: encoding, known: ENCODINGS })]
      : [];
  return Array.isArray(values)
    ? [...unknown, ...findRepeated(documents, part, values), ...findIdleNumbers(documents, part, values)]
    : unknown;
}

// Lists and objects are held against each other; so many are enough.
const MOST_COMPOSED = 500;

function findRepeated(documents: Documents, part: KeywordPart, values: readonly JsonValue[]): readonly Diagnostic[] {
  const firsts = new Map<JsonValue, number>();
  const composed: { readonly value: JsonValue; readonly index: number }[] = [];
  return values.flatMap((value, index): Diagnostic | [] => {
    const whole = typeof value === 'object' && value !== null;
    const first = whole ? composed.find((other) => equalJson(other.value, value))?.index : firsts.get(value);
    if (first === undefined) {
      if (whole && composed.length < MOST_COMPOSED) composed.push({ value, index });
      else if (whole) return [];
      else firsts.set(value, index);
      return [];
    }
    const related = [{ at: valuePlaceOf(documents, part, 'enum', first), label: 'the first time' }];
    return diagnose('repeated-value', valuePlaceOf(documents, part, 'enum', index), { value: JSON.stringify(value) }, related);
  });
}

function findIdleNumbers(documents: Documents, part: KeywordPart, values: readonly JsonValue[]): readonly Diagnostic[] {
  const numbers = part.schema['x-enum-numbers'];
  if (!isObject(numbers)) return [];
  return Object.keys(numbers)
    .filter((name) => !values.includes(name))
    .map((name) =>
      diagnose('keyword-without-effect', keyPlaceOf(documents, part, 'x-enum-numbers', name), {
        keyword: name,
        reason: `${quoteText(name)} is no value of the enum.`,
        advice: 'Mend the name; or, for a value that was taken out, move its number to "x-reserved".',
      }),
    );
}

/** Collects the defaults and examples inside schemas; then holds each against its schema, with ajv where nothing less can tell. */
export function createShownCheck(documents: Documents): { collect: SchemaCheck; compare: () => Promise<readonly Diagnostic[]> } {
  const doubtful: Shown[] = [];
  const collect: SchemaCheck = (part) => {
    const { default: preset, examples } = part.schema;
    if (preset === undefined && examples === undefined) return [];
    const shown: Shown[] = [
      ...(preset === undefined ? [] : [{ part, steps: ['default'], value: preset }]),
      ...(Array.isArray(examples) ? examples.map((value: JsonValue, index) => ({ part, steps: ['examples', index], value })) : []),
    ];
    doubtful.push(...shown.filter(({ value }) => fits(documents, part, value) !== true));
    return [];
  };
  const compare = async () => {
    if (doubtful.length === 0) return [];
    const compile = await loadSchemaCompiler();
    return doubtful.flatMap((shown) => compareShown(documents, compile, shown));
  };
  return { collect, compare };
}

// The first few mistakes show what is wrong, the rest often follow from them.
const MOST_TOLD = 3;

function compareShown(documents: Documents, compile: SchemaCompiler, { part, steps, value }: Shown): readonly Diagnostic[] {
  const schema = bundleSchema(documents, { file: part.file, pointer: pointerOf(part) });
  const errors = explainOrPass(compile, schema, value);
  const of = quoteText(
    String(part.step ?? part.keyword)
      .split('/')
      .at(-1) ?? '',
  );
  return errors.slice(0, MOST_TOLD).map((error) => {
    const at = valuePlaceOf(documents, part, ...steps);
    const problem = describeSchemaError(error);
    return steps[0] === 'default' ? diagnose('invalid-default', at, { of, problem }) : diagnose('invalid-example', at, { of, problem });
  });
}

/** A schema that ajv refuses has a finding of its own. */
function explainOrPass(
  compile: SchemaCompiler,
  schema: ReturnType<typeof bundleSchema>,
  value: JsonValue,
): ReturnType<typeof explainErrors> {
  let validate: ReturnType<SchemaCompiler>;
  try {
    validate = compile(schema);
  } catch {
    return [];
  }
  return validate(value) ? [] : explainErrors({ compile, schema }, value);
}
