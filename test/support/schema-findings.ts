import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { checkSchemas } from '../../src/payload/check-schemas.ts';
import { schemaRoots } from '../../src/payload/schema-places.ts';
import type { JsonValue } from '../../src/source/json.ts';
import { documentsOf } from './documents.ts';

/** What the schema checks find about some types, each a JSON Schema by its name. */
export async function schemaFindings(types: Readonly<Record<string, JsonValue>>): Promise<readonly Diagnostic[]> {
  const documents = documentsOf({ 'shop.yaml': JSON.stringify({ types }) });
  return checkSchemas(documents, [...documents.values()].flatMap(schemaRoots));
}
