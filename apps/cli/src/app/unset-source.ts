import type { JsonObject, JsonValue } from '@lotse/manifests';
import { imageName } from './change-source.js';

/** What `lotse app unset` takes off a source. */
export interface UnsetOptions {
  readonly parameter?: readonly string[];
  readonly values?: readonly string[];
  readonly valuesLiteral?: boolean;
  readonly ignoreMissingValueFiles?: boolean;
  readonly passCredentials?: boolean;
  readonly nameprefix?: boolean;
  readonly namesuffix?: boolean;
  readonly kustomizeImage?: readonly string[];
  readonly kustomizeReplica?: readonly string[];
  readonly kustomizeNamespace?: boolean;
}

/** A source without what the options name. */
export function unsetSource(source: JsonObject, options: UnsetOptions): JsonObject {
  const { helm, kustomize, ...rest } = source;
  const named =
    (names: readonly string[] = []) =>
    (entry: JsonValue): boolean =>
      names.some((name) => (entry as JsonObject)['name'] === name);
  const lessHelm = less((helm ?? {}) as JsonObject, {
    parameters: named(options.parameter),
    fileParameters: named(options.parameter),
    valueFiles: (file) => typeof file === 'string' && (options.values ?? []).includes(file),
    values: options.valuesLiteral,
    valuesObject: options.valuesLiteral,
    ignoreMissingValueFiles: options.ignoreMissingValueFiles,
    passCredentials: options.passCredentials,
  });
  const images = new Set((options.kustomizeImage ?? []).map(imageName));
  const lessKustomize = less((kustomize ?? {}) as JsonObject, {
    namePrefix: options.nameprefix,
    nameSuffix: options.namesuffix,
    namespace: options.kustomizeNamespace,
    images: (image) => typeof image === 'string' && images.has(imageName(image)),
    replicas: named(options.kustomizeReplica),
  });
  return {
    ...rest,
    ...(Object.keys(lessHelm).length > 0 && { helm: lessHelm }),
    ...(Object.keys(lessKustomize).length > 0 && { kustomize: lessKustomize }),
  };
}

type Removal = boolean | undefined | ((entry: JsonValue) => boolean);

/** Removes fields, or the entries of lists that a function picks; a list that becomes empty goes, too. */
function less(block: JsonObject, removals: Readonly<Record<string, Removal>>): JsonObject {
  const kept = Object.entries(block).flatMap(([key, value]): [string, JsonValue][] => {
    const removal = Object.hasOwn(removals, key) ? removals[key] : undefined;
    if (removal === true) return [];
    if (typeof removal !== 'function' || !Array.isArray(value)) return [[key, value]];
    const rest = value.filter((entry) => !removal(entry));
    return rest.length > 0 ? [[key, rest]] : [];
  });
  return Object.fromEntries(kept);
}
