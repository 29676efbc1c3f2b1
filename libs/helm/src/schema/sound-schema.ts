import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { METASCHEMA_ADDRESSES, metaschemaOf } from './metaschemas.js';
import { plainlySound } from './plainly-sound.js';
import {
  type Draft,
  ROOT_BASE,
  SchemaDefinitionError,
  SchemaDocument,
  type SchemaPlace,
} from './schema-document.js';
import { problemText } from './schema-errors.js';
import { validateSchema } from './schema-validator.js';

/** Keywords that hold schemas, with the draft that began to have them. */
const HOLDERS: ReadonlyMap<string, Draft> = new Map<string, Draft>([
  ...(['additionalProperties', 'not', 'items', 'allOf', 'anyOf', 'oneOf'] as const).map(
    (name) => [name, 4] as const,
  ),
  ...(['properties', 'patternProperties', 'dependencies'] as const).map((name) => [name, 4] as const),
  ...(['contains', 'propertyNames'] as const).map((name) => [name, 6] as const),
  ...(['if', 'then', 'else'] as const).map((name) => [name, 7] as const),
  ...(['dependentSchemas', 'unevaluatedItems', 'unevaluatedProperties'] as const).map(
    (name) => [name, 2019] as const,
  ),
  ['prefixItems', 2020],
]);
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependencies',
  'dependentSchemas',
]);

/**
 * Reads a schema that keeps to its draft and whose references lead somewhere, as far as values can get to them. Throws
 * {@link SchemaDefinitionError} in the words of the validator that Helm uses.
 */
export function readSchema(schema: JsonValue): SchemaDocument {
  const address = isJsonObject(schema) ? schema['$schema'] : undefined;
  if (typeof address === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(address))
    throw new SchemaDefinitionError(
      `failing loading ${JSON.stringify(address)}: no URLLoader registered for ${JSON.stringify(address)}`,
    );
  const document = new SchemaDocument(schema);
  const { draft } = document.root.resource;
  const plain = plainlySound(schema, draft);
  if (plain) {
    if (plain.hasReferences) followReferences(document);
    return document;
  }
  const found = validateSchema(metaschemaOf(draft), schema);
  if (found)
    throw new SchemaDefinitionError(
      `"${ROOT_BASE}#" is not valid against metaschema: jsonschema validation failed with '${METASCHEMA_ADDRESSES[draft]}#'\n${problemText(found).trimEnd()}`,
    );
  followReferences(document);
  return document;
}

function followReferences(document: SchemaDocument): void {
  const seen = new Set<JsonValue>();
  const waiting: SchemaPlace[] = [document.root];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { schema, resource } = place;
    if (!isJsonObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    const reference = schema['$ref'];
    if (typeof reference === 'string') waiting.push(document.resolve(reference, resource));
    if (typeof reference === 'string' && resource.draft < 2019) continue;
    for (const [keyword, since] of HOLDERS) {
      const held = schema[keyword];
      if (resource.draft < since || held === undefined) continue;
      const parts = Array.isArray(held)
        ? held
        : MAPS.has(keyword) && isJsonObject(held)
          ? Object.values(held)
          : [held];
      for (const part of parts) if (isJsonObject(part)) waiting.push(document.place(part, resource));
    }
  }
}
