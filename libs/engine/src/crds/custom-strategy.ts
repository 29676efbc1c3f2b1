import type { JsonValue } from '@lotse/manifests';
import { withStatusOf } from '../registry/object-parts.js';
import type { Strategy } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { CustomResourceDefinitionVersion, JSONSchemaProps } from '../types/index.js';
import { parseJsonPath, valuesAt } from './json-path.js';
import { withSchemaDefaults } from './schema-defaults.js';
import { validateObject } from './validate-object.js';

const asJson = (object: StoredObject): JsonValue => object as unknown as JsonValue;

/** How objects of one version of a custom resource behave: all of it is in the definition. */
export function customStrategy(version: CustomResourceDefinitionVersion): Strategy {
  const schema = version.schema?.openAPIV3Schema ?? {};
  const body = withoutMetadata(schema);
  const checked = (object: StoredObject, old?: StoredObject) =>
    validateObject(asJson(object), body, schema, old && asJson(old));
  const selectable = (version.selectableFields ?? []).flatMap(({ jsonPath }) => {
    const steps = parseJsonPath(jsonPath);
    return steps ? [{ name: jsonPath.replace(/^\./, ''), steps }] : [];
  });
  return {
    allowUnconditionalUpdate: false,
    defaults: (object) => withSchemaDefaults(asJson(object), body) as unknown as StoredObject,
    validate: (object) => checked(object),
    validateUpdate: checked,
    validatesUpdateAlone: true,
    writes: {
      status: {
        merge: (given, old) =>
          withSchemaDefaults(asJson(withStatusOf(given, old)), body) as unknown as StoredObject,
        validate: checked,
      },
    },
    selectableFields: (object) =>
      Object.fromEntries(
        selectable.map(({ name, steps }) => {
          const [value] = valuesAt(asJson(object), steps);
          return [name, value === undefined || value === null ? '' : String(value as string)];
        }),
      ),
  };
}

/** Metadata is checked like everyone's; the schema may only narrow names, which Kubernetes looks at apart. */
function withoutMetadata(schema: JSONSchemaProps): JSONSchemaProps {
  const { metadata: _, apiVersion: __, kind: ___, ...properties } = schema.properties ?? {};
  return { ...schema, properties, required: (schema.required ?? []).filter((key) => key !== 'metadata') };
}
