import { isJsonObject, type JsonObject, type JsonValue, type SchemaNode } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { OldShape } from './conversion.js';

const ANYTHING: SchemaNode = { type: 'object' };

/** What v1beta1 said once for all versions and v1 says in each. */
const SHARED = ['validation', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

/** Everything is kept, as it was before definitions had to have a schema. */
const KEEP = { 'x-kubernetes-preserve-unknown-fields': true };

/** apiextensions.k8s.io/v1beta1: a schema was optional, and one for all versions; unknown fields were kept by default. */
export const CUSTOM_RESOURCE_DEFINITION: OldShape = {
  schema: (current) => ({ ...current, properties: { ...current.properties, spec: ANYTHING } }),

  toStorage(object) {
    const { spec } = object as { spec?: JsonValue };
    if (!isJsonObject(spec)) return object;
    const {
      version,
      versions,
      validation,
      subresources,
      additionalPrinterColumns,
      selectableFields,
      preserveUnknownFields = true,
      conversion,
      ...rest
    } = spec;
    const listed =
      Array.isArray(versions) && versions.length > 0
        ? versions
        : [{ name: version ?? '', served: true, storage: true }];
    const shared = {
      ...(validation !== undefined && { schema: validation }),
      ...(subresources !== undefined && { subresources }),
      ...(additionalPrinterColumns !== undefined && { additionalPrinterColumns }),
      ...(selectableFields !== undefined && { selectableFields }),
    };
    return {
      ...object,
      spec: {
        ...rest,
        ...(conversion !== undefined && { conversion: newConversion(conversion) }),
        versions: listed.map((entry) =>
          isJsonObject(entry) ? newVersion({ ...shared, ...entry }, preserveUnknownFields === true) : entry,
        ),
      },
    } as StoredObject;
  },

  fromStorage(object) {
    const { spec } = object as { spec?: JsonValue };
    if (!isJsonObject(spec) || !Array.isArray(spec['versions'])) return object;
    const versions = spec['versions'].map((entry) => (isJsonObject(entry) ? oldVersion(entry) : entry));
    const [first] = versions;
    const only = versions.length === 1 && isJsonObject(first) ? first : undefined;
    return {
      ...object,
      spec: {
        ...spec,
        preserveUnknownFields: false,
        ...(isJsonObject(first) && { version: first['name'] ?? '' }),
        ...(only && Object.fromEntries(SHARED.flatMap((key) => (only[key] ? [[key, only[key]]] : [])))),
        versions: versions.map((entry) => (isJsonObject(entry) ? ownOf(entry, only !== undefined) : entry)),
      },
    } as StoredObject;
  },
};

function newVersion(version: JsonObject, preserve: boolean): JsonObject {
  const { schema, additionalPrinterColumns: columns } = version;
  const root = isJsonObject(schema) ? schema['openAPIV3Schema'] : undefined;
  return {
    ...version,
    schema: {
      openAPIV3Schema: { type: 'object', ...(isJsonObject(root) ? root : {}), ...(preserve && KEEP) },
    },
    ...(Array.isArray(columns) && {
      additionalPrinterColumns: columns.map((column) => renamed(column, 'JSONPath', 'jsonPath')),
    }),
  };
}

function oldVersion({ schema, additionalPrinterColumns: columns, ...version }: JsonObject): JsonObject {
  return {
    ...version,
    ...(schema !== undefined && { validation: schema }),
    ...(Array.isArray(columns) && {
      additionalPrinterColumns: columns.map((column) => renamed(column, 'jsonPath', 'JSONPath')),
    }),
  };
}

/** A version as it stands in the list: what stands once for all is left out, the schema has its own name there. */
function ownOf(version: JsonObject, shared: boolean): JsonObject {
  if (shared)
    return Object.fromEntries(
      Object.entries(version).filter(([key]) => !(SHARED as readonly string[]).includes(key)),
    );
  const { validation, ...rest } = version;
  return { ...rest, ...(validation !== undefined && { schema: validation }) };
}

function newConversion(conversion: JsonValue): JsonValue {
  if (!isJsonObject(conversion)) return conversion;
  const { strategy, webhookClientConfig, conversionReviewVersions = ['v1beta1'] } = conversion;
  if (webhookClientConfig === undefined) return { strategy: strategy ?? 'None' };
  return {
    strategy: strategy ?? 'None',
    webhook: { clientConfig: webhookClientConfig, conversionReviewVersions },
  };
}

function renamed(value: JsonValue, from: string, to: string): JsonValue {
  if (!isJsonObject(value)) return value;
  const { [from]: moved, ...rest } = value;
  return moved === undefined ? rest : { ...rest, [to]: moved };
}
