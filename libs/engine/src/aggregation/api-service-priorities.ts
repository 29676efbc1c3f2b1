/** Where a version of a group stands in discovery; higher comes first. */
export interface ApiServicePriority {
  readonly group: number;
  readonly version: number;
}

/** What definitions get (crdregistration_controller.go). */
export const CUSTOM_PRIORITY: ApiServicePriority = { group: 1000, version: 100 };

/** Priorities of Kubernetes' groups, and of their versions (kube-apiserver's aggregator.go). */
const GROUPS: Readonly<Record<string, readonly [number, Readonly<Record<string, number>>]>> = {
  '': [18_000, { v1: 1 }],
  'apiregistration.k8s.io': [17_900, { v1: 15 }],
  apps: [17_800, { v1: 15 }],
  'events.k8s.io': [17_750, { v1: 15 }],
  'authentication.k8s.io': [17_700, { v1: 15 }],
  'authorization.k8s.io': [17_600, { v1: 15 }],
  autoscaling: [17_500, { v1: 15, v2: 30 }],
  batch: [17_400, { v1: 15 }],
  'certificates.k8s.io': [17_300, { v1: 15 }],
  'networking.k8s.io': [17_200, { v1: 15 }],
  policy: [17_100, { v1: 15 }],
  'rbac.authorization.k8s.io': [17_000, { v1: 15 }],
  'storage.k8s.io': [16_800, { v1: 15 }],
  'apiextensions.k8s.io': [16_700, { v1: 15 }],
  'admissionregistration.k8s.io': [16_700, { v1: 15 }],
  'scheduling.k8s.io': [16_600, { v1: 15 }],
  'coordination.k8s.io': [16_500, { v1: 15 }],
  'node.k8s.io': [16_300, { v1: 15 }],
  'discovery.k8s.io': [16_200, { v1: 15 }],
  'resource.k8s.io': [16_200, { v1: 21 }],
  'flowcontrol.apiserver.k8s.io': [16_100, { v1: 21 }],
  'metrics.k8s.io': [100, { v1beta1: 100 }],
};

/** The priority of a version the engine serves by itself; undefined for one that a definition or somebody else brings. */
export function builtInPriority(group: string, version: string): ApiServicePriority | undefined {
  const known = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  if (!known) return undefined;
  const [priority, versions] = known;
  return {
    group: priority,
    version: (Object.hasOwn(versions, version) ? versions[version] : undefined) ?? 1,
  };
}
