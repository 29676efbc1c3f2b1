import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { startServer } from './support/start-server.js';

const job = JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'slow', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'run', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 4'] }],
      },
    },
  },
});
const config = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after' } });

describe('a stop in the middle of a sync', () => {
  it('is quiet, and the next start goes on with the same operation', async () => {
    const host = await new GitHost().start();
    const dataDir = mkdtempSync(join(tmpdir(), 'lotse-stop-'));
    try {
      host.create('app', { 'app/slow.json': job, 'app/after.json': config });
      const first = await startServer({}, dataDir);
      const before = new Delivery(first, host);
      await before.create('app');
      await before.sync('app');
      await before.until(
        'app',
        ({ status }) => status?.operationState?.message?.includes('completion of hook') === true,
      );
      const uid = before.object('batch', 'Job', 'app', 'slow')?.metadata.uid;
      await first.stop();
      // other programs on this machine may hold ports that the cluster would use; that is a warning, and not meant here
      const complaints = first.logs.filter(
        ({ level, scope }) => level === 'error' || (level === 'warn' && scope !== 'cluster'),
      );
      expect(complaints).toEqual([]);

      const second = await startServer({}, dataDir);
      const after = new Delivery(second, host);
      const state = await after.untilOperation('app');
      expect([state.phase, state.message]).toEqual(['Succeeded', 'successfully synced (all tasks run)']);
      expect(after.object('batch', 'Job', 'app', 'slow')?.metadata.uid).toBe(uid);
      expect(after.object('', 'ConfigMap', 'app', 'after')).toBeDefined();
      await second.stop();
    } finally {
      await host.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
