import { groupVersionKind, isJsonObject, objectKey, type KubeObject } from '@lotse/manifests';
import { currentVersionOf } from '@lotse/engine';
import { withTracking, type ApplicationCondition, type ServedKind } from '@lotse/gitops';

/** Rendered objects as they will be applied. */
export interface PreparedTargets {
  readonly targets: readonly KubeObject[];
  readonly warnings: readonly Pick<ApplicationCondition, 'type' | 'message'>[];
}

/** Where a kind stands in the cluster, as far as it is known. */
export type KindLookup = (group: string, kind: string, version?: string) => ServedKind | undefined;

/**
 * Gives each rendered object its namespace and the mark of its application. Of objects with the same identity the last
 * one counts, and that is told; so is what is written in a version Kubernetes has given up.
 */
export function prepareTargets(
  rendered: readonly KubeObject[],
  application: string,
  destination: string,
  kinds: KindLookup,
): PreparedTargets {
  const namespace = destination || 'default';
  const targets = new Map<string, KubeObject>();
  const warnings: PreparedTargets['warnings'][number][] = [];
  for (const written of rendered) {
    const current = currentVersionOf(written);
    if (current)
      warnings.push({ type: 'DeprecatedVersionWarning', message: notice(written, current.warning) });
    const object = current?.object ?? written;
    const placed = place(object, namespace, isNamespaced(object, rendered, kinds));
    const key =
      placed.metadata.name === undefined ? `${objectKey(placed)}${targets.size}` : objectKey(placed);
    if (targets.has(key)) {
      const { group, kind } = groupVersionKind(placed);
      warnings.push({
        type: 'RepeatedResourceWarning',
        message: `Resource ${group}/${kind}/${placed.metadata.namespace ?? ''}/${placed.metadata.name ?? ''} appeared more than once among application resources; the last one counts.`,
      });
    }
    targets.set(key, withTracking(placed, application, namespace));
  }
  return { targets: [...targets.values()], warnings };
}

function notice({ kind, metadata }: KubeObject, warning: string): string {
  return `${kind}/${metadata.name ?? ''}: ${warning}. It is applied in that version.`;
}

function place(object: KubeObject, namespace: string, namespaced: boolean): KubeObject {
  const { namespace: own, ...metadata } = object.metadata;
  return { ...object, metadata: namespaced ? { ...metadata, namespace: own || namespace } : metadata };
}

/** By what the cluster serves, else by the definition among the objects themselves; unknown kinds count as namespaced. */
function isNamespaced(object: KubeObject, rendered: readonly KubeObject[], kinds: KindLookup): boolean {
  const { group, version, kind } = groupVersionKind(object);
  const served = kinds(group, kind, version) ?? kinds(group, kind);
  if (served) return served.namespaced;
  for (const { kind: other, spec } of rendered) {
    if (other !== 'CustomResourceDefinition' || !isJsonObject(spec) || !isJsonObject(spec['names'])) continue;
    if (spec['group'] === group && spec['names']['kind'] === kind) return spec['scope'] !== 'Cluster';
  }
  return true;
}
