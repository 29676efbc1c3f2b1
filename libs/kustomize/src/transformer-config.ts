import { type JsonObject, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import type { FieldSpec } from './field-spec.js';
import defaults from './generated/field-specs.json' with { type: 'json' };
import { compareBytes } from './go-json.js';
import { FIELD_SPEC } from './kustomization-shape.js';
import { kustomizeError } from './kustomize-error.js';
import type { Loader } from './loader.js';
import type { Gvk } from './resource-id.js';
import { readShape, type Shape } from './shape.js';
import { legacyRank } from './sort-order.js';

/** Which fields of which kinds hold the name of a kind. */
export interface NameReference extends Partial<Gvk> {
  readonly fieldSpecs: readonly FieldSpec[];
}

/** Where each transformer works. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

const SPEC_FIELDS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const;

/** A configuration that names nothing. */
export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

/** What Kustomize does without any configuration. */
export const DEFAULT_CONFIG: TransformerConfig = {
  ...EMPTY_CONFIG,
  ...(defaults as Partial<TransformerConfig>),
};

const SPECS: Shape = { list: FIELD_SPEC };
const CONFIG: Shape = {
  fields: {
    ...Object.fromEntries(SPEC_FIELDS.map((field) => [field, SPECS])),
    nameReference: {
      list: { fields: { group: 'string', version: 'string', kind: 'string', fieldSpecs: SPECS } },
    },
  },
};

/** The default configuration with the files a kustomization names in `configurations`. */
export function loadTransformerConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = EMPTY_CONFIG;
  for (const path of paths) {
    const document = parseYamlDocuments(loader.read(path), { file: path })[0] ?? null;
    const read = readShape(document ?? {}, CONFIG, {
      file: path,
      strict: false,
      knownOnly: true,
    }) as Partial<TransformerConfig>;
    config = mergeConfigs(config, {
      ...EMPTY_CONFIG,
      ...read,
      nameReference: (read.nameReference ?? []).map((entry) => ({
        ...entry,
        fieldSpecs: entry.fieldSpecs ?? [],
      })),
    });
  }
  return mergeConfigs(DEFAULT_CONFIG, config);
}

/**
 * Both configurations together, sorted by kind. The order matters: a spec for every kind that comes after one for a single kind
 * at the same path counts as known already, and is left out. That is how the original reads its files.
 */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  if (b === EMPTY_CONFIG) return a;
  const isDefault = b === DEFAULT_CONFIG || b === SORTED_DEFAULT;
  if (isDefault && (a === EMPTY_CONFIG || a === SORTED_DEFAULT)) return SORTED_DEFAULT;
  return combine(a, b);
}

function combine(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  const merged = { ...a };
  for (const field of SPEC_FIELDS) merged[field] = [...mergeSpecs(a[field], b[field])].sort(compareKinds);
  merged.nameReference = [...mergeReferences(a.nameReference, b.nameReference)].sort(compareKinds);
  return merged;
}

function compareKinds(a: Partial<Gvk>, b: Partial<Gvk>): number {
  return legacyRank(a.kind ?? '') - legacyRank(b.kind ?? '') || compareBytes(kindText(a), kindText(b));
}

function kindText({ group, version, kind }: Partial<Gvk>): string {
  return `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
}

/** The default configuration as every kustomization without `configurations` has it. */
const SORTED_DEFAULT = combine(EMPTY_CONFIG, DEFAULT_CONFIG);

/** Adds specs that are not there yet; refuses one that differs only in `create`. */
export function mergeSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  if (specs === more) return specs;
  const result = [...specs];
  for (const spec of more) {
    const known = result.find((other) => other.path === spec.path && covers(other, spec));
    if (known === undefined) result.push(spec);
    else if ((known.create ?? false) !== (spec.create ?? false))
      throw kustomizeError(
        'conflicting-specs',
        `conflicting fieldspecs for ${spec.kind ?? 'any kind'} ${spec.path}: one creates the field, the other does not`,
        {
          field: spec.path,
        },
      );
  }
  return result;
}

function covers(known: FieldSpec, spec: FieldSpec): boolean {
  return (
    (!spec.group || known.group === spec.group) &&
    (!spec.version || known.version === spec.version) &&
    (!spec.kind || known.kind === spec.kind)
  );
}

function mergeReferences(a: readonly NameReference[], b: readonly NameReference[]): readonly NameReference[] {
  if (a === b) return a;
  const result = [...a];
  for (const reference of b) {
    const at = result.findIndex(
      (other) =>
        (other.group ?? '') === (reference.group ?? '') &&
        (other.version ?? '') === (reference.version ?? '') &&
        (other.kind ?? '') === (reference.kind ?? ''),
    );
    const known = result[at];
    if (known) result[at] = { ...known, fieldSpecs: mergeSpecs(known.fieldSpecs, reference.fieldSpecs) };
    else result.push(reference);
  }
  return result;
}

/** What the OpenAPI descriptions named in `crds` say about names, labels and annotations of custom resources. */
export function loadCrdConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = EMPTY_CONFIG;
  for (const path of paths) {
    const document = parseYamlDocuments(loader.read(path), { file: path, duplicateKeys: 'last' })[0] ?? null;
    if (typeof document !== 'object' || document === null || Array.isArray(document))
      throw kustomizeError(
        'invalid-crd',
        `unable to parse open API definition from '${path}': expected a map of definitions`,
        { file: path },
      );
    const types = new Map(Object.entries(document));
    for (const [name, type] of types) {
      const fields = properties(type);
      if (!fields.has('kind') || !fields.has('apiVersion') || !fields.has('metadata')) continue;
      config = mergeConfigs(config, crdSpecs(types, name, name.split('.').at(-1) ?? name, [], new Set()));
    }
  }
  return config;
}

function properties(type: JsonValue | undefined): Map<string, JsonObject> {
  const schema = (type as { Schema?: { properties?: JsonObject } } | undefined)?.Schema;
  return new Map(Object.entries(schema?.properties ?? {})) as Map<string, JsonObject>;
}

function crdSpecs(
  types: ReadonlyMap<string, JsonValue>,
  name: string,
  kind: string,
  path: readonly string[],
  visited: ReadonlySet<string>,
): TransformerConfig {
  let config = EMPTY_CONFIG;
  if (visited.has(name)) return config;
  const seen = new Set([...visited, name]);
  for (const [field, property] of properties(types.get(name))) {
    const at = [...path, field];
    const spec: FieldSpec = { kind, path: at.join('/') };
    const text = (key: string): string | undefined => {
      const value = property[key];
      return typeof value === 'string' ? value : undefined;
    };
    const found = { ...EMPTY_CONFIG };
    if (text('x-kubernetes-annotation') !== undefined) found.commonAnnotations = [spec];
    if (text('x-kubernetes-label-selector') !== undefined) found.commonLabels = [spec];
    if (text('x-kubernetes-identity') !== undefined) found.namePrefix = [spec];
    const version = text('x-kubernetes-object-ref-api-version');
    const target = text('x-kubernetes-object-ref-kind');
    if (version !== undefined && target !== undefined) {
      const key = text('x-kubernetes-object-ref-name-key') ?? 'name';
      found.nameReference = [{ kind: target, version, fieldSpecs: [{ kind, path: [...at, key].join('/') }] }];
    }
    config = mergeConfigs(config, found);
    const reference = text('$ref');
    if (reference !== undefined) config = mergeConfigs(config, crdSpecs(types, reference, kind, at, seen));
  }
  return config;
}
