import type { SchemaNode } from '@lotse/manifests';
import type { JSONSchemaProps } from '../types/index.js';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What every object has, whatever its schema says. */
const OBJECT_FIELDS = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { ref: OBJECT_META },
} as const;

/** A custom resource's schema in the terms the engine uses for all kinds. */
export function schemaNodeOf(schema: JSONSchemaProps | undefined): SchemaNode {
  const node = convert(schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  return { ...node, type: 'object', properties: { ...node.properties, ...OBJECT_FIELDS } };
}

function convert(schema: JSONSchemaProps): SchemaNode {
  const { properties, additionalProperties, items, ...rest } = schema;
  // The words are the same ones: what is left over is read by validation only.
  const node = rest as SchemaNode;
  const open = additionalProperties === true;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  return {
    ...node,
    ...((properties || embedded) && {
      properties: {
        ...Object.fromEntries(Object.entries(properties ?? {}).map(([key, one]) => [key, convert(one)])),
        ...(embedded && OBJECT_FIELDS),
      },
    }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: convert(additionalProperties) }),
    ...(open && { 'x-kubernetes-preserve-unknown-fields': true }),
    ...(items && !Array.isArray(items) && { items: convert(items) }),
  };
}
