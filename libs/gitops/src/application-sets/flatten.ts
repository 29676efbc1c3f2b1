import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@lotse/manifests';

/** `{a: {b: [1]}}` as `{'a.b.0': '1'}`: how the `{{name}}` form and selectors see nested parameters. */
export function flatten(value: JsonObject): Record<string, string> {
  const flat: Record<string, string> = {};
  const walk = (prefix: string, item: JsonValue): void => {
    if (isJsonObject(item) && Object.keys(item).length > 0)
      for (const [key, child] of Object.entries(item)) walk(prefix === '' ? key : `${prefix}.${key}`, child);
    else if (Array.isArray(item) && item.length > 0)
      for (const [index, child] of item.entries())
        walk(prefix === '' ? `${index}` : `${prefix}.${index}`, child);
    else if (prefix !== '') setOwn(flat, prefix, textOf(item));
  };
  walk('', value);
  return flat;
}

/** A scalar as Go prints it. */
export function textOf(value: JsonValue): string {
  if (value === null) return '<nil>';
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
