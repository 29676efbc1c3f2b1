import type { ResourceInfo } from '../registry/resource.js';

/** Groups whose Go package is not called as the first part of their name. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['', 'core'],
  ['events.k8s.io', 'core'],
]);

/** What Kubernetes' server calls a kind inside, which its errors show: `core.ConfigMap`; custom kinds have no type of their own. */
export function internalType(
  { group, custom }: Pick<ResourceInfo, 'group' | 'custom'>,
  kind: string,
): string {
  if (custom) return kind.endsWith('List') ? 'unstructured.UnstructuredList' : 'unstructured.Unstructured';
  return `${PACKAGES.get(group) ?? group.replace(/\..*/s, '')}.${kind}`;
}
