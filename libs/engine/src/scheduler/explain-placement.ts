import type { Client } from '../clients/client.js';
import { Nodes, Pods } from '../clients/resource-type.js';
import { SeededRandom } from '../random.js';
import type { Pod } from '../types/index.js';
import { defaultPlugins } from './plugins/index.js';
import type { SchedulerPlugin } from './plugin.js';
import { podInfo } from './pod-info.js';
import { schedulePod } from './schedule-pod.js';
import { SchedulerCache } from './scheduler-cache.js';

/** What the scheduler thinks of one node for a pod. */
export interface NodeVerdict {
  readonly node: string;
  /** Set when the node was refused: by which plugin, and why. */
  readonly refusal?: { readonly plugin: string; readonly reasons: readonly string[] };
  /** Weighted scores by plugin, and their sum, of a node that would do. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly total?: number;
}

/** Why a pod is or would be where it is. */
export interface PlacementExplanation {
  /** Set when the pod is refused whatever the node. */
  readonly refusal?: { readonly plugin: string; readonly reasons: readonly string[] };
  /** Best first, refused ones last. */
  readonly nodes: readonly NodeVerdict[];
}

/**
 * Explains what the scheduler would decide for a pod now, with every plugin's word on every node. Changes nothing. A pod
 * that is already placed is looked at as if it were to be placed again.
 */
export function explainPlacement(
  client: Client,
  pod: Pod,
  plugins: readonly SchedulerPlugin[] = defaultPlugins,
): PlacementExplanation {
  const cache = new SchedulerCache(client);
  for (const node of client.lister(Nodes).list()) cache.setNode(node);
  for (const other of client.lister(Pods).list()) {
    const finished = other.status?.phase === 'Succeeded' || other.status?.phase === 'Failed';
    if (other.spec?.nodeName && !finished && other.metadata.uid !== pod.metadata.uid) cache.setPod(other);
  }
  const { nodeName: _, ...spec } = pod.spec ?? { containers: [] };
  const decision = schedulePod(podInfo({ ...pod, spec }), cache, {
    plugins,
    random: new SeededRandom('explain'),
    startIndex: 0,
    explain: true,
  });
  if (decision.outcome === 'rejected' && decision.wholesale) {
    const { plugin, reasons } = decision.wholesale;
    return { refusal: { plugin, reasons }, nodes: [] };
  }
  const scored = decision.outcome === 'placed' ? (decision.scores ?? []) : [];
  const good = scored
    .map(({ node, total, byPlugin }): NodeVerdict => ({ node, total, scores: byPlugin }))
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  const refused = [...decision.byNode].map(([{ name }, { plugin, reasons }]): NodeVerdict => ({
    node: name,
    refusal: { plugin, reasons },
  }));
  return { nodes: [...good, ...refused] };
}
