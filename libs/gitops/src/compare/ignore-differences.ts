import { parseApiVersion, type JsonValue, type KubeObject } from '@lotse/manifests';
import type { IgnoreDifference } from '../application/types.js';
import { globMatch } from '../sources/glob.js';
import { compileJqPaths } from './jq.js';
import { parseJsonPointer, valueAt, withPath, withoutPath, type PathStep } from './json-pointer.js';
import { managedPaths } from './managed-fields.js';

/** Which paths of an object don't count. Deeper and later list items come first, so removing in order is safe. */
export type IgnoredPaths = (object: KubeObject, live: KubeObject | undefined) => PathStep[][];

/** The rules of an application that concern an object of this identity. Throws `JQ_EXPRESSION_INVALID`. */
export function ignoredPathsFor(rules: readonly IgnoreDifference[], object: KubeObject): IgnoredPaths {
  const { group } = parseApiVersion(object.apiVersion);
  const matching = rules.filter(
    (rule) =>
      globMatch(rule.group ?? '', group, { separator: false }) &&
      globMatch(rule.kind, object.kind, { separator: false }) &&
      (!rule.name || rule.name === object.metadata.name) &&
      (!rule.namespace || rule.namespace === object.metadata.namespace),
  );
  const pointers = matching
    .flatMap((rule) => rule.jsonPointers ?? [])
    .flatMap((pointer) => {
      const path = parseJsonPointer(pointer);
      return path && path.length > 0 ? [path] : [];
    });
  const expressions = matching.flatMap((rule) => rule.jqPathExpressions ?? []).map(compileJqPaths);
  const managers = matching.flatMap((rule) => rule.managedFieldsManagers ?? []);
  return (each, live) => {
    const paths: PathStep[][] = [...pointers];
    for (const expression of expressions) paths.push(...expression(each as unknown as JsonValue));
    if (live && managers.length > 0) paths.push(...managedPaths(live, managers));
    return paths.sort(deepestLast).reverse();
  };
}

function deepestLast(a: readonly PathStep[], b: readonly PathStep[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}

/** The object without the ignored paths. */
export function withoutIgnored(
  object: KubeObject,
  live: KubeObject | undefined,
  ignored: IgnoredPaths,
): KubeObject {
  let value = object as unknown as JsonValue;
  for (const path of ignored(object, live)) value = withoutPath(value, path);
  return value as unknown as KubeObject;
}

/** The target with the live values of ignored paths, so that a sync leaves them alone (RespectIgnoreDifferences). */
export function respectIgnored(target: KubeObject, live: KubeObject, ignored: IgnoredPaths): KubeObject {
  let value = target as unknown as JsonValue;
  const paths = [...ignored(live, live), ...ignored(target, live)];
  for (const path of paths) {
    const kept = valueAt(live as unknown as JsonValue, path);
    value = kept === undefined ? withoutPath(value, path) : withPath(value, path, kept);
  }
  return value as unknown as KubeObject;
}
