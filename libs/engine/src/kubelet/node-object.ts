import type { Node, NodeCondition } from '../types/index.js';
import { formatTime } from '../time.js';
import type { NodeSpec } from './node-spec.js';

/** The Kubernetes version nodes report. */
export const KUBELET_VERSION = 'v1.36.2';

const DEFAULT_CAPACITY = {
  cpu: '4',
  memory: '8Gi',
  pods: '110',
  'ephemeral-storage': '100Gi',
  'hugepages-2Mi': '0',
};

/** Where a node is in the network. */
export interface NodePlace {
  readonly address: string;
  readonly podCidr: string;
  readonly runtimeVersion: string;
}

/** A healthy node's conditions. */
export function readyConditions(nowMs: number, before: readonly NodeCondition[] = []): NodeCondition[] {
  const time = formatTime(nowMs);
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const old = before.find((other) => other.type === type);
    return {
      type,
      status,
      lastHeartbeatTime: time,
      lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? time) : time,
      reason,
      message,
    };
  };
  return [
    condition(
      'MemoryPressure',
      'False',
      'KubeletHasSufficientMemory',
      'kubelet has sufficient memory available',
    ),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ];
}

/** The Node object a kubelet registers. */
export function nodeObject(spec: NodeSpec, place: NodePlace): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        ...(spec.zone && {
          'topology.kubernetes.io/region': 'local',
          'topology.kubernetes.io/zone': spec.zone,
        }),
        ...spec.labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', ...spec.annotations },
    },
    spec: {
      podCIDR: place.podCidr,
      podCIDRs: [place.podCidr],
      providerID: `lotse://${spec.name}`,
      ...(spec.taints && { taints: spec.taints.map((taint) => ({ ...taint })) }),
    },
  };
}

/** The status a kubelet reports for its node. */
export function nodeStatus(
  spec: NodeSpec,
  place: NodePlace,
  nowMs: number,
  before?: Node,
): NonNullable<Node['status']> {
  const capacity = { ...advertised(before), ...DEFAULT_CAPACITY, ...spec.capacity };
  return {
    ...before?.status,
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: place.address },
      { type: 'Hostname', address: spec.name },
    ],
    conditions: [
      ...readyConditions(nowMs, before?.status?.conditions),
      ...(before?.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.has(type)),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: place.runtimeVersion,
      kernelVersion: '6.12.0-simulated',
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: spec.name,
      operatingSystem: 'linux',
      osImage: 'Lotse simulated node',
      systemUUID: spec.name,
    },
  };
}

/** Extended resources that others have written to the node's capacity: the kubelet keeps what it does not know. */
function advertised(node: Node | undefined): Record<string, string> {
  const extended = Object.entries(node?.status?.capacity ?? {}).filter(
    ([name]) => name.includes('/') && !name.includes('kubernetes.io/'),
  );
  return Object.fromEntries(extended);
}

/** Whether a resource was written to a node's capacity that pods can't ask for yet. */
export function hasUnofferedResources(node: Node | undefined): boolean {
  const { allocatable } = node?.status ?? {};
  return Object.entries(advertised(node)).some(([name, amount]) => allocatable?.[name] !== amount);
}

const OWN_CONDITIONS = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']);
