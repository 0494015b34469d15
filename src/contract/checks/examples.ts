/** Whether examples are what their schemas say. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeSchemaError, loadSchemaCompiler, type SchemaCompiler } from '../../payload/ajv.ts';
import { bundleSchema } from '../../payload/bundle.ts';
import { followReferences, formatLocation } from '../../payload/documents.ts';
import { explainErrors } from '../../payload/explain-errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../source/json.ts';
import { appendPointer, type Pointer } from '../../source/pointer.ts';
import type { Contract, Example, Interaction, Payload, PayloadRole } from '../model.ts';
import { type CheckContext, keyPlace, valuePlace, writtenName } from './context.ts';

/** How many mistakes of one example are told: the first few show what is wrong, the rest often follow from them. */
const MAX_TOLD = 5;

/**
 * Checks every example with ajv, which is loaded only where there are some. With `flawed` contracts a schema that ajv refuses is passed over,
 * as what is wrong with it has been reported; otherwise that is a bug of msgctl.
 */
export async function checkExamples(context: CheckContext, flawed: boolean): Promise<readonly Diagnostic[]> {
  const given = context.contracts.flatMap((contract) =>
    contract.provides.flatMap((interaction) => interaction.examples.map((example) => ({ contract, interaction, example }))),
  );
  if (given.length === 0) return [];
  const compile = await loadSchemaCompiler();
  const validators = new Map<string, Validator>();
  const validatorOf = ({ schema: written }: Pick<Payload, 'schema'>) => {
    // Compiling takes longest: a type that many payloads refer to is compiled once.
    const schema = followReferences(context.documents, written)?.location ?? written;
    const key = formatLocation(schema);
    const known = validators.get(key) ?? explainerOf(compile, bundleSchema(context.documents, schema), flawed);
    validators.set(key, known);
    return known;
  };
  return given.flatMap(({ contract, interaction, example }) => {
    const parts = partsOf(interaction, example);
    return parts.flatMap((part) => checkPart({ context, contract, interaction }, part, validatorOf));
  });
}

/** Why a message does not match: nothing where it does. */
type Validator = ((message: JsonValue) => ReturnType<typeof explainErrors>) | 'refused';

function explainerOf(compile: SchemaCompiler, schema: JsonObject, flawed: boolean): Validator {
  try {
    const validate = compile(schema);
    return (message) => (validate(message) ? [] : explainErrors({ compile, schema }, message));
  } catch (error) {
    if (flawed) return 'refused';
    throw error;
  }
}

type Part = {
  readonly key: string;
  readonly pointer: Pointer;
  readonly value: JsonValue;
  readonly payload: Pick<Payload, 'schema'> | undefined;
};

type Owner = { readonly context: CheckContext; readonly contract: Contract; readonly interaction: Interaction };

const NAMED: Readonly<Record<string, PayloadRole>> = { responses: 'response', errors: 'error' };

/** The payloads that an example shows, each with the schema it should match. */
function partsOf(interaction: Interaction, { values, pointer }: Example): readonly Part[] {
  const find = (role: PayloadRole, name?: string) => interaction.payloads.find((payload) => payload.role === role && payload.name === name);
  return Object.entries(values).flatMap(([key, value]): readonly Part[] => {
    const place = appendPointer(pointer, key);
    if (key === 'request' || key === 'response' || key === 'message') return [{ key, pointer: place, value, payload: find(key) }];
    if (key === 'headers') return [{ key, pointer: place, value, payload: interaction.headers && { schema: interaction.headers } }];
    const role = NAMED[key];
    if (!role || !isObject(value)) return [];
    return Object.entries(value).map(([name, inner]) => ({
      key: `${key}.${name}`,
      pointer: appendPointer(place, name),
      value: inner,
      payload: find(role, name) ?? (key === 'responses' ? find('response') : undefined),
    }));
  });
}

function checkPart(
  { context, contract, interaction }: Owner,
  part: Part,
  validatorOf: (payload: Pick<Payload, 'schema'>) => Validator,
): readonly Diagnostic[] {
  const { file } = contract;
  const { key, pointer, value, payload } = part;
  if (!payload) return [diagnose('example-without-schema', keyPlace(context, file, pointer), { key, of: writtenName(interaction) })];
  const validate = validatorOf(payload);
  // A tombstone has no body to check.
  if (validate === 'refused' || (value === null && interaction.delivery.tombstone)) return [];
  return validate(value)
    .slice(0, MAX_TOLD)
    .map((error) => {
      const extra: unknown = error.params.additionalProperty ?? error.params.unevaluatedProperty;
      const place = pointer + error.instancePath;
      const at = typeof extra === 'string' ? keyPlace(context, file, appendPointer(place, extra)) : valuePlace(context, file, place);
      return diagnose('invalid-example', at, { of: `${writtenName(interaction)} (${key})`, problem: describeSchemaError(error) });
    });
}
