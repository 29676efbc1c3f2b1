import { getOwn, isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ApplicationSetSpec, GeneratorSources, Parameters } from './types.js';

/** Puts parameters into the texts of a value. */
export type Fill = <T extends JsonValue>(value: T, parameters: Parameters) => T;

const TAG = /\{\{([^{}]*)\}\}/g;

/**
 * How a set fills templates: every text on its own, Go templates or the `{{name}}` form, where a name that isn't known
 * stays as it stands.
 */
export function fillerOf(spec: ApplicationSetSpec, sources: GeneratorSources): Fill {
  const missingKey = (spec.goTemplateOptions ?? []).includes('missingkey=error') ? 'error' : 'default';
  const text = (template: string, parameters: Parameters): string => {
    if (!template.includes('{{')) return template;
    return spec.goTemplate === true
      ? sources.goTemplate(template, parameters, missingKey)
      : template.replace(TAG, (tag, name: string) => {
          const value = getOwn(parameters, name.trim());
          return typeof value === 'string' ? value : tag;
        });
  };
  const deep = (value: JsonValue, parameters: Parameters): JsonValue => {
    if (typeof value === 'string') return text(value, parameters);
    if (Array.isArray(value)) return value.map((item) => deep(item, parameters));
    if (!isJsonObject(value)) return value;
    const filled: JsonObject = {};
    for (const [key, item] of Object.entries(value))
      setOwn(filled, text(key, parameters), deep(item, parameters));
    return filled;
  };
  return (value, parameters) => deep(value, parameters) as typeof value;
}
