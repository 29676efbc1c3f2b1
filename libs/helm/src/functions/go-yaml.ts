import { emitYaml, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import { hasCarriedBytes, stringBytes } from '../template/go-strings.js';
import type { GoValue } from '../template/values.js';
import { TextCache } from '../text-cache.js';
import { fromJsonValue, toJsonValue } from './go-json.js';

/** Charts read the same texts in every render; each gets values of its own. */
const documents = new TextCache<{ readonly first: JsonValue }>(8 * 1024 * 1024);

function readFirst(text: string): { readonly first: JsonValue } {
  const bytes = hasCarriedBytes(text) ? stringBytes(text) : text;
  return { first: parseYamlDocuments(bytes, { duplicateKeys: 'last', firstOnly: true })[0] ?? null };
}

/** sigs.k8s.io/yaml's Unmarshal: the first document, numbers as floats, the last of duplicate keys. */
export function readYaml(text: string): GoValue {
  try {
    return fromJsonValue(documents.get(text, readFirst).first);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`error converting YAML to JSON: ${message}`, { cause: error });
  }
}

/** sigs.k8s.io/yaml's Marshal without the last line break. Throws for what JSON can't carry. */
export function toYamlText(value: GoValue): string {
  return emitYaml(toJsonValue(value) as JsonValue).replace(/\n$/, '');
}
