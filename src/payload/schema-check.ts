import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { KeywordPart } from './schema-part.ts';

/** Looks at one schema; what is inside it is looked at in its own turn. */
export type SchemaCheck = (part: KeywordPart) => readonly Diagnostic[];
