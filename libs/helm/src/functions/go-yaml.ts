import { emitYaml, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import { stringBytes } from '../template/go-strings.js';
import type { GoValue } from '../template/values.js';
import { fromJsonValue, toJsonValue } from './go-json.js';

/** sigs.k8s.io/yaml's Unmarshal: the first document, numbers as floats, the last of duplicate keys. */
export function readYaml(text: string): GoValue {
  try {
    return fromJsonValue(parseYamlDocuments(stringBytes(text), { duplicateKeys: 'last' })[0] ?? null);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`error converting YAML to JSON: ${message}`, { cause: error });
  }
}

/** sigs.k8s.io/yaml's Marshal without the last line break. Throws for what JSON can't carry. */
export function toYamlText(value: GoValue): string {
  return emitYaml(toJsonValue(value) as JsonValue).replace(/\n$/, '');
}
