import { childNode, type KeywordNode } from '../schema-node.ts';
import { ANYTHING, type Pulled, type Pulling, together, UNKNOWN } from './pulled.ts';
import type { View } from './view.ts';

/** What a schema says of a list, in the sender's terms. */
export function pullListKeywords(pulling: Pulling, node: KeywordNode, part: View): Pulled {
  return together(
    Object.keys(node.schema).map((keyword): Pulled => {
      switch (keyword) {
        case 'items':
        case 'contains':
          return pullChild(pulling, node, keyword, part);
        case 'minItems':
        case 'maxItems':
          return copy(node, keyword);
        case 'minContains':
        case 'maxContains':
          // They stand with what is contained.
          return ANYTHING;
        case 'uniqueItems':
          // Items that differ in nothing but what does not arrive are equal when they are read.
          return node.schema.uniqueItems !== true || ['same', 'int32', 'text'].includes(part.kind) ? copy(node, keyword) : UNKNOWN;
        case 'prefixItems':
        case 'unevaluatedItems':
          return UNKNOWN;
        default:
          return ANYTHING;
      }
    }),
  );
}

/** What a schema says of a map, whose keys arrive as they are, in the sender's terms. */
export function pullMapKeywords(pulling: Pulling, node: KeywordNode, part: View): Pulled {
  return together(
    Object.keys(node.schema).map((keyword): Pulled => {
      switch (keyword) {
        case 'additionalProperties':
          return pullChild(pulling, node, keyword, part);
        case 'minProperties':
        case 'maxProperties':
        case 'required':
        case 'dependentRequired':
          return copy(node, keyword);
        case 'propertyNames':
          return pullChild(pulling, node, keyword, { kind: 'same' });
        case 'properties':
        case 'patternProperties':
        case 'dependentSchemas':
        case 'unevaluatedProperties':
          return UNKNOWN;
        default:
          return ANYTHING;
      }
    }),
  );
}

function copy(node: KeywordNode, keyword: string): Pulled {
  return { schema: { [keyword]: node.schema[keyword] ?? null }, exact: true };
}

function pullChild(pulling: Pulling, node: KeywordNode, keyword: string, view: View): Pulled {
  const child = childNode(node, keyword);
  if (!child) return UNKNOWN;
  const { schema, exact } = pulling.pull(child, view);
  if (keyword !== 'contains') return { schema: { [keyword]: schema }, exact };
  const counts = Object.fromEntries(
    ['minContains', 'maxContains'].flatMap((each) => (Object.hasOwn(node.schema, each) ? [[each, node.schema[each] ?? null]] : [])),
  );
  // An item that is not known to count is one too few for the one bound and one too many for the other.
  return exact ? { schema: { contains: schema, ...counts }, exact } : UNKNOWN;
}
