import { setOwn } from '@lotse/manifests';
import { setDataText } from '../entry-marks.js';
import type { GeneratorEntry, GeneratorOptions } from '../kustomization.js';
import { kustomizeError } from '../kustomize-error.js';
import type { Loader } from '../loader.js';
import { checkTextKey } from '../read-values.js';
import { type GeneratorBehavior, Resource } from '../resource.js';
import type { ValueMap } from '../values.js';
import { readKeyValues } from './key-values.js';

/** Base64 longer than one line is wrapped at this column. */
const BASE64_LINE = 70;

/** Makes a ConfigMap or Secret. Its name gets a hash unless the options say no. */
export function generateConfigObject(
  kind: 'ConfigMap' | 'Secret',
  entry: GeneratorEntry,
  loader: Loader,
): Resource {
  if (!entry.name)
    throw kustomizeError('generator', `a ${kind} generator must have a name`, {
      field: kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator',
    });
  const metadata: ValueMap = { name: entry.name };
  if (entry.namespace) metadata['namespace'] = entry.namespace;
  const value: ValueMap = { apiVersion: 'v1', kind, metadata };
  const data = readKeyValues(entry, loader);
  if (kind === 'Secret') {
    value['type'] = entry.type || 'Opaque';
    value['data'] = {};
  }
  for (const [key, bytes] of data) {
    checkTextKey(key, `${kind} ${entry.name}`);
    const text = kind === 'Secret' ? undefined : decode(bytes);
    const field = kind === 'Secret' || text !== undefined ? 'data' : 'binaryData';
    const map = (value[field] ??= {}) as ValueMap;
    setDataText(map, key, text ?? wrapBase64(bytes));
  }
  for (const field of ['labels', 'annotations'] as const) {
    const pairs = Object.entries(entry.options?.[field] ?? {});
    if (pairs.length === 0) continue;
    const map: ValueMap = {};
    for (const [key, text] of pairs) setOwn(map, key, text);
    metadata[field] = map;
  }
  if (entry.options?.immutable) value['immutable'] = true;
  const resource = new Resource(value);
  resource.generated = true;
  resource.needsHash = !entry.options?.disableNameSuffixHash;
  resource.behavior = behaviorOf(entry.behavior);
  return resource;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function wrapBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  if (text.length < BASE64_LINE) return text;
  return text.replace(/.{1,70}/g, '$&\n');
}

function behaviorOf(text: string | undefined): GeneratorBehavior {
  return text === 'create' || text === 'replace' || text === 'merge' ? text : 'unspecified';
}

/** Options of one generator over those of all: maps are merged, what is switched on stays on. */
export function mergeGeneratorOptions(
  local: GeneratorOptions | undefined,
  global: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (!global) return local;
  return {
    labels: { ...global.labels, ...local?.labels },
    annotations: { ...global.annotations, ...local?.annotations },
    disableNameSuffixHash: (local?.disableNameSuffixHash ?? false) || (global.disableNameSuffixHash ?? false),
    immutable: (local?.immutable ?? false) || (global.immutable ?? false),
  };
}
