/** A node of the cluster, as options describe it. */
export interface NodeSpec {
  readonly name: string;
  /** Capacity; defaults: 4 CPU, 8Gi memory, 110 pods, 100Gi ephemeral storage. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** `topology.kubernetes.io/zone`; default: `zone-a`, `zone-b`, `zone-c` in turn. */
  readonly zone?: string;
}

/** Most nodes a cluster is made with; the size the engine is designed for, with room. */
export const MOST_NODES = 5000;

const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** The nodes asked for: a number of equal ones (`node-1`, `node-2`, …) or a list. */
export function nodeSpecs(nodes: number | readonly NodeSpec[]): readonly NodeSpec[] {
  const list =
    typeof nodes === 'number'
      ? Array.from({ length: nodes }, (_, index) => ({ name: `node-${index + 1}` }))
      : nodes;
  if (list.length > MOST_NODES)
    throw new RangeError(`a cluster has at most ${MOST_NODES} nodes, not ${list.length}`);
  return list.map((node, index) => ({ zone: ZONES[index % ZONES.length] ?? '', ...node }));
}
