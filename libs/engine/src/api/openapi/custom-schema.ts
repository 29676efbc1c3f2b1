import type { JSONSchemaProps } from '../../types/index.js';
import { describeObjectField } from './descriptions.js';
import type { OpenApiSchema } from './openapi-schema.js';

/** What an embedded object or a custom resource has besides what its definition says. */
type ObjectFields = Readonly<Record<string, OpenApiSchema>>;

/**
 * The published schema of a custom resource (apiextensions `pkg/controller/openapi/builder`): what its definition says, with
 * the fields every object has. In the older form what OpenAPI 2 can't say, and what makes clients that validate with it
 * refuse good objects, is left out.
 */
export function customSchema(
  definition: JSONSchemaProps | undefined,
  form: 'v2' | 'v3',
  objectMeta: OpenApiSchema,
): OpenApiSchema {
  const open = definition?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (!definition || (open && form === 'v2')) return { type: 'object' };
  const fields: ObjectFields = {
    apiVersion: field('apiVersion', { type: 'string' }),
    kind: field('kind', { type: 'string' }),
    metadata: field('metadata', objectMeta),
  };
  const schema = convert(definition, form, fields);
  return { ...schema, properties: { ...(schema['properties'] as ObjectFields | undefined), ...fields } };
}

function field(name: string, schema: OpenApiSchema): OpenApiSchema {
  const description = describeObjectField(name);
  return description === undefined ? schema : { description, ...schema };
}

function convert(schema: JSONSchemaProps, form: 'v2' | 'v3', fields: ObjectFields): OpenApiSchema {
  const { properties, items, additionalProperties, ...rest } = schema;
  const child = (one: JSONSchemaProps): OpenApiSchema => convert(one, form, fields);
  const result: Record<string, unknown> = { ...rest };
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (properties || embedded)
    result['properties'] = {
      ...Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, child(one)])),
      ...(embedded && fields),
    };
  if (items && !Array.isArray(items)) result['items'] = child(items);
  if (additionalProperties !== undefined)
    result['additionalProperties'] =
      typeof additionalProperties === 'object' ? child(additionalProperties) : additionalProperties;
  return form === 'v2' ? simplified(schema, result) : result;
}

/** Leaves out what the older form has no word for, and types that kubectl would take too literally. */
function simplified(schema: JSONSchemaProps, result: Record<string, unknown>): OpenApiSchema {
  for (const key of ['allOf', 'oneOf', 'anyOf', 'not', 'nullable']) delete result[key];
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema.nullable || open) {
    delete result['items'];
    delete result['properties'];
  }
  if (schema.nullable || (open && schema.type === 'object') || (schema.type === 'array' && !result['items']))
    delete result['type'];
  const nullable = (name: string): boolean => schema.properties?.[name]?.nullable === true;
  const required = (schema.required ?? []).filter((name) => !nullable(name));
  if (required.length === 0) delete result['required'];
  else result['required'] = required;
  return result;
}
