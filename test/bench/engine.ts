import { benchmarkPods, benchmarkScheduling, createCluster, Deployments } from '@lotse/engine';
import { benchmarkApi, benchmarkPodLists } from './engine-api.ts';
import { count, mega, medianMs, ms, timeMs, type Group, type Row } from './row.ts';

/** The cluster engine in virtual time: its work, without waiting. */
export const engineGroup: Group = {
  name: 'engine',
  async run(scale) {
    const scaled = (full: number): number => Math.max(100, Math.round(full * scale));
    const ready = await medianMs(9, () => {
      const cluster = createCluster({ nodes: 3 });
      cluster.settle();
      cluster.stop();
    });
    const minutes = await timeMs(tenMinutes);
    benchmarkPods(100, 500);
    const quick = benchmarkPods(scaled(1000), scaled(10_000));
    const placed = benchmarkScheduling(scaled(5000), scaled(10_000));
    const lists: Row[] = [];
    const full = benchmarkPods(scaled(1000), scaled(100_000), (cluster) => {
      lists.push(...benchmarkPodLists(cluster, scaled(100_000)));
    });
    const rows: Row[] = [
      {
        what: 'from nothing to an empty cluster of three nodes, ready',
        value: ms(ready),
        note: 'kwok: about 5 s',
      },
      { what: 'ten minutes of a deployment of three', value: ms(minutes) },
      {
        what: `pods created to running (${count(quick.nodes)} nodes, ${count(quick.pods)} pods)`,
        value: `${count(quick.podsPerSecond)}/s`,
        note:
          'kwok: 20/s, tested to 10,000 in 60 s; ' +
          `${count(quick.podsPerCpuSecond)} per second of processor time`,
      },
      {
        what: `pods scheduled (${count(scaled(5000))} nodes, ${count(scaled(10_000))} pods)`,
        value: `${count(placed)}/s`,
        note: 'kube-scheduler: 270/s to 680/s',
      },
      {
        what: `heap per pod (${count(full.pods)} pods)`,
        value: `${(full.bytesPerPod / 1024).toFixed(1)} KB`,
        note: `with ${count(full.events)} events; ${mega(full.heapBytes)} in all; ${count(full.podsPerSecond)} pods/s`,
      },
    ];
    return [...rows, ...lists, ...benchmarkApi(scaled(100_000))];
  },
};

function tenMinutes(): void {
  const cluster = createCluster({ nodes: 3 });
  cluster.client.create(Deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] },
      },
    },
  });
  cluster.advance('10m');
}
