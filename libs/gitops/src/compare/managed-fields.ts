import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';
import type { PathStep } from './json-pointer.js';

/** Paths of the leaves that the named managers own in a live object, as its managedFields say. */
export function managedPaths(object: KubeObject, managers: readonly string[]): PathStep[][] {
  const paths: PathStep[][] = [];
  for (const entry of object.metadata.managedFields ?? []) {
    if (entry.manager === undefined || !managers.includes(entry.manager) || !entry.fieldsV1) continue;
    collect(entry.fieldsV1, object as unknown as JsonValue, [], paths);
  }
  return paths;
}

function collect(
  fields: JsonObject,
  value: JsonValue | undefined,
  path: PathStep[],
  paths: PathStep[][],
): void {
  const steps = Object.entries(fields).filter(([key]) => key !== '.');
  if (steps.length === 0) {
    if (path.length > 0) paths.push(path);
    return;
  }
  for (const [key, inner] of steps) {
    const step = stepOf(key, value);
    if (step === undefined || !isJsonObject(inner)) continue;
    const next = Array.isArray(value)
      ? value[Number(step)]
      : isJsonObject(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
    collect(inner, next, [...path, step], paths);
  }
}

/** `f:name` is a field, `k:{...}` the list item with these keys, `v:...` the item that equals, `i:n` an index. */
function stepOf(key: string, value: JsonValue | undefined): PathStep | undefined {
  const body = key.slice(2);
  if (key.startsWith('f:')) return body;
  if (!Array.isArray(value)) return undefined;
  if (key.startsWith('i:')) return Number(body);
  try {
    const wanted = JSON.parse(body) as JsonValue;
    const index = value.findIndex((item) =>
      key.startsWith('k:') && isJsonObject(wanted)
        ? isJsonObject(item) && Object.entries(wanted).every(([name, each]) => item[name] === each)
        : JSON.stringify(item) === JSON.stringify(wanted),
    );
    return index < 0 ? undefined : index;
  } catch {
    return undefined;
  }
}
