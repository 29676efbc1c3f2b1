import { createCluster, Deployments } from '@lotse/engine';
import { benchmarkPods } from '../../libs/engine/dist/engine.bench.js';
import { count, ms, timeMs, type Group } from './row.ts';

/** The cluster engine in virtual time: its work, without waiting. */
export const engineGroup: Group = {
  name: 'engine',
  async run() {
    benchmarkPods(100, 500);
    const large = benchmarkPods(1000, 10_000);
    const cluster = createCluster({ nodes: 3 });
    const minutes = await timeMs(() => {
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
    });
    return [
      {
        what: 'pods per second, created to running (1,000 nodes, 10,000 pods)',
        value: count(large.podsPerSecond),
        note: 'kwok gates at 170/s',
      },
      { what: 'heap per pod', value: `${(large.bytesPerPod / 1024).toFixed(1)} KB`, note: 'with its events' },
      { what: 'ten minutes of a deployment of three', value: ms(minutes) },
    ];
  },
};
