import table from './generated/cluster-scoped-kinds.json' with { type: 'json' };

/** Group, version and kind; empty parts of a selector match anything. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What names a resource within a build. */
export interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(table.kinds);
/** Where resources without a namespace of their own are. */
const NO_NAMESPACE = '_non_namespaceable_';

/** Splits an apiVersion; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The apiVersion of a group and version. */
export function apiVersionOf({ group, version }: Gvk): string {
  return group === '' ? version : `${group}/${version}`;
}

/** True for kinds Kustomize knows to have no namespace (those of Kubernetes 1.21); unknown kinds count as namespaced. */
export function isClusterScoped(gvk: Gvk): boolean {
  return CLUSTER_SCOPED.has(`${apiVersionOf(gvk)}/${gvk.kind}`);
}

/** The namespace used to compare ids: `default` when empty, one of its own for cluster-scoped kinds. */
export function effectiveNamespace(id: ResourceId): string {
  if (isClusterScoped(id)) return NO_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

/** True when `gvk` has what the selector names. */
export function isSelected(gvk: Gvk, selector: Partial<Gvk>): boolean {
  return (
    (!selector.group || selector.group === gvk.group) &&
    (!selector.version || selector.version === gvk.version) &&
    (!selector.kind || selector.kind === gvk.kind)
  );
}

/** True for the same group, version, kind and name. */
export function sameKindAndName(a: ResourceId, b: ResourceId): boolean {
  return a.name === b.name && a.kind === b.kind && a.version === b.version && a.group === b.group;
}

/** True for the same resource: kind, name and namespace in effect. */
export function sameId(a: ResourceId, b: ResourceId): boolean {
  return sameKindAndName(a, b) && effectiveNamespace(a) === effectiveNamespace(b);
}

/** A key under which equal ids are found. */
export function idKey(id: ResourceId): string {
  return `${id.kind}\0${id.version}\0${id.group}\0${id.name}\0${effectiveNamespace(id)}`;
}

/** `Kind.version.group/name.namespace`, as Kustomize prints ids. */
export function formatId(id: ResourceId): string {
  const kind = [id.kind || '[noKind]', id.version || '[noVer]', id.group || '[noGrp]'].join('.');
  return `${kind}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;
}
