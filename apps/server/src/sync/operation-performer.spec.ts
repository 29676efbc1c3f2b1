import { describe, expect, it } from 'vitest';
import {
  planSync,
  readSyncOptions,
  type AppProject,
  type ClusterClient,
  type ServedKind,
} from '@lotse/gitops';
import type { KubeObject } from '@lotse/manifests';
import { OperationPerformer } from './operation-performer.js';

const project: AppProject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'narrow' },
  spec: { destinations: [{ server: '*', namespace: 'mine' }] },
};
const target: KubeObject = {
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'theirs' },
};

describe('performing a sync', () => {
  it('asks the project again when it writes, because the kind may not have been known before', async () => {
    const written: KubeObject[] = [];
    const kinds: ServedKind[] = [];
    const cluster = {
      kind: async () => kinds[0],
      get: async () => undefined,
      apply: async (object: KubeObject, { dryRun }: { dryRun: boolean }) => {
        if (!dryRun) written.push(object);
        return object;
      },
    } as unknown as ClusterClient;
    const plan = planSync({
      targets: [target],
      lives: new Map(),
      options: readSyncOptions([]),
      runHooks: true,
      only: undefined,
      revision: 'abc',
      startedAtSeconds: 0,
      attempt: 0,
    });
    const [task] = plan.tasks;
    if (!task) throw new Error('no task');
    const options = {
      plan,
      project,
      destination: { server: 'https://kubernetes.default.svc' },
      prune: false,
      force: false,
      ignoreDifferences: [],
    };
    const performer = new OperationPerformer(cluster);
    expect(await performer.validate([task], options)).toEqual([]);
    kinds.push({
      group: 'example.org',
      version: 'v1',
      kind: 'Widget',
      resource: 'widgets',
      namespaced: true,
    });
    expect(await performer.perform({ type: 'apply', task }, options)).toMatchObject({
      status: 'SyncFailed',
      message: expect.stringContaining('Namespace theirs is not permitted in project narrow') as string,
    });
    expect(written).toEqual([]);
  });
});
