import type { Application } from '@lotse/gitops';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;
let delivery: Delivery;
/** What came and went, as `+Kind/name` and `-Kind/name`. */
const seen: string[] = [];

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
  delivery.client.watch(({ type, object }) => {
    if (type !== 'MODIFIED' && ['Job', 'ConfigMap'].includes(object.kind))
      seen.push(`${type === 'ADDED' ? '+' : '-'}${object.kind}/${object.metadata.name ?? ''}`);
  });
});

afterAll(() => delivery?.stop());

const A = 'argocd.argoproj.io/';
const config = (name: string, annotations: Record<string, string> = {}): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations } });
const job = (name: string, annotations: Record<string, string>, command = 'true'): string =>
  JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'run', image: 'busybox:1.37', command: ['sh', '-c', command] }],
        },
      },
    },
  });

async function delivered(name: string, files: Record<string, string>): Promise<void> {
  host.create(name, files);
  await delivery.create(name, { namespace: 'default' });
  await delivery.sync(name);
  await delivery.untilOperation(name);
}

const application = (name: string): Application | undefined =>
  delivery.object('argoproj.io', 'Application', 'argocd', name) as Application | undefined;
const gone = (name: string): Promise<unknown> =>
  delivery.untilTrue(
    () => application(name),
    (object) => object === undefined,
  );
const deletionError = async (name: string): Promise<string> => {
  const read = (): string | undefined =>
    application(name)?.status?.conditions?.find(({ type }) => type === 'DeletionError')?.message;
  await delivery.untilTrue(read, (message) => message !== undefined);
  return read() ?? '';
};

describe('deleting an application with hooks', () => {
  it('runs PreDelete hooks, removes the objects, runs PostDelete hooks, and cleans up as they say', async () => {
    await delivered('hooked', {
      'app/a.json': config('kept-until-backup'),
      'app/pre.json': job('backup', {
        [`${A}hook`]: 'PreDelete',
        [`${A}hook-delete-policy`]: 'HookSucceeded',
      }),
      'app/post.json': job('goodbye', {
        'helm.sh/hook': 'post-delete',
        'helm.sh/hook-delete-policy': 'hook-succeeded',
      }),
      'app/last.json': config('trace', { [`${A}hook`]: 'PostDelete', [`${A}sync-wave`]: '1' }),
    });
    expect(application('hooked')?.metadata.finalizers).toEqual([
      'pre-delete-finalizer.argocd.argoproj.io',
      'pre-delete-finalizer.argocd.argoproj.io/cleanup',
      'post-delete-finalizer.argocd.argoproj.io',
      'post-delete-finalizer.argocd.argoproj.io/cleanup',
    ]);
    seen.length = 0;
    await server.call('delete', '/api/v1/applications/hooked').expect(200);
    await gone('hooked');
    expect(seen).toEqual([
      '+Job/backup',
      '-Job/backup',
      '-ConfigMap/kept-until-backup',
      '+Job/goodbye',
      '+ConfigMap/trace',
      '-Job/goodbye',
    ]);
  });

  it('keeps everything when a PreDelete hook fails, names it, and goes on when it was made to run again', async () => {
    const annotations = { [`${A}hook`]: 'PreDelete' };
    await delivered('failing', {
      'app/a.json': config('precious'),
      'app/pre.json': job('check', annotations, 'exit 3'),
    });
    await server.call('delete', '/api/v1/applications/failing').expect(200);
    expect(await deletionError('failing')).toMatch(
      /^PreDelete hook Job default\/check failed: .*finalizer pre-delete/,
    );
    expect(delivery.object('', 'ConfigMap', 'default', 'precious')).toBeDefined();
    host.commit('failing', { 'app/pre.json': job('check', annotations) });
    await delivery.client.delete(
      { group: 'batch', kind: 'Job', namespace: 'default', name: 'check' },
      { propagation: 'background' },
    );
    await gone('failing');
    expect(delivery.object('', 'ConfigMap', 'default', 'precious')).toBeUndefined();
  });

  it('makes no hook that the project refuses', async () => {
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name: 'narrow' },
          spec: {
            sourceRepos: ['*'],
            destinations: [{ server: '*', namespace: '*' }],
            namespaceResourceBlacklist: [{ group: 'batch', kind: 'Job' }],
          },
        },
      })
      .expect(200);
    await delivered('refused', {
      'app/a.json': config('beside'),
      'app/post.json': job('escape', { [`${A}hook`]: 'PostDelete' }),
    });
    await delivery.client.patch(
      { group: 'argoproj.io', kind: 'Application', namespace: 'argocd', name: 'refused' },
      { spec: { project: 'narrow' } },
    );
    await server.call('delete', '/api/v1/applications/refused').expect(200);
    expect(await deletionError('refused')).toMatch(
      /^PostDelete hook Job default\/escape failed: .*not permitted in project narrow/,
    );
    expect(delivery.object('batch', 'Job', 'default', 'escape')).toBeUndefined();
    await delivery.client.patch(
      { group: 'argoproj.io', kind: 'Application', namespace: 'argocd', name: 'refused' },
      { metadata: { finalizers: [] } },
    );
    await gone('refused');
  });

  it('runs none when the application is to go alone', async () => {
    await delivered('alone', {
      'app/a.json': config('stays'),
      'app/post.json': config('never', { [`${A}hook`]: 'PreDelete,PostDelete' }),
    });
    await server.call('delete', '/api/v1/applications/alone?cascade=false').expect(200);
    await gone('alone');
    expect(delivery.object('', 'ConfigMap', 'default', 'stays')).toBeDefined();
    expect(delivery.object('', 'ConfigMap', 'default', 'never')).toBeUndefined();
  });
});
