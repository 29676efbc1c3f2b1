import { isJsonObject, type JsonValue } from '@lotse/manifests';

/** One step into a JSON value: a key of an object or an index of a list. */
export type PathStep = string | number;

/** The steps of a JSON pointer (RFC 6901); undefined when it isn't one. */
export function parseJsonPointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a path; undefined when it isn't there. */
export function valueAt(root: JsonValue, path: readonly PathStep[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isJsonObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** A copy of `root` without the value at `path`; parts that don't change are shared. */
export function withoutPath(root: JsonValue, path: readonly PathStep[]): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return root;
  if (Array.isArray(root)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index >= root.length) return root;
    if (rest.length === 0) return root.filter((_, at) => at !== index);
    return root.map((value, at) => (at === index ? withoutPath(value, rest) : value));
  }
  if (!isJsonObject(root) || !Object.hasOwn(root, step)) return root;
  const entries = Object.entries(root);
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([key]) => key !== String(step))
      : entries.map(([key, value]) => [key, key === String(step) ? withoutPath(value, rest) : value]),
  );
}

/** A copy of `root` with `value` at `path`; objects on the way are made when missing, lists are not grown. */
export function withPath(root: JsonValue, path: readonly PathStep[], value: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index >= root.length) return root;
    return root.map((each, at) => (at === index ? withPath(each, rest, value) : each));
  }
  const object = isJsonObject(root) ? root : {};
  const inner = Object.hasOwn(object, step) ? object[step] : undefined;
  return Object.fromEntries([
    ...Object.entries(object).filter(([key]) => key !== String(step)),
    [String(step), withPath(inner ?? {}, rest, value)],
  ]);
}
