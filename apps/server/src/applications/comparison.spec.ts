import { createCluster, type WebhookAnswer, type WebhookCall } from '@lotse/engine';
import type { KubeObject } from '@lotse/manifests';
import { expect, it } from 'vitest';
import { InProcessClusterClient } from '../cluster/in-process-cluster-client.js';
import type { Journal } from '../cluster/journal.js';
import { LiveIndex } from '../cluster/live-index.js';
import { ApplicationComparison } from './comparison.js';

const MANY = 100;
const WAIT_MS = 10_000;

const guard = (name: string, kind: 'Mutating' | 'Validating'): KubeObject =>
  ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: { url: `https://${name}.example.com/` },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 30,
      },
    ],
  }) as unknown as KubeObject;

const map = (index: number, value: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `m${index}`, namespace: 'default' },
  data: { value },
});

/** A cluster in virtual time with applied maps and webhooks that answer as `answer` says, or only when their time is up. */
async function guarded(answer: (call: WebhookCall) => WebhookAnswer | undefined) {
  const cluster = createCluster({ controllers: [] });
  const calls: WebhookCall[] = [];
  const journal = { durable: async () => undefined } as unknown as Journal;
  const client = new InProcessClusterClient(cluster, journal);
  for (let index = 0; index < MANY; index++)
    await client.apply(map(index, 'old'), { fieldManager: 'argocd-controller', force: true, dryRun: false });
  for (const configuration of [guard('first', 'Mutating'), guard('second', 'Validating')])
    await client.create(configuration);
  cluster.webhooks.callThrough({
    call(call, answered) {
      calls.push(call);
      const told = answer(call);
      const late: WebhookAnswer = { kind: 'failed', problem: 'context deadline exceeded' };
      cluster.clock.after(told ? 1 : call.timeoutSeconds * 1000, () => answered(told ?? late));
    },
  });
  const targets = Array.from({ length: MANY }, (_, index) => map(index, 'new'));
  const ignoreDifferences = [{ group: '', kind: 'ConfigMap', jsonPointers: ['/data/value'] }];
  const comparison = new ApplicationComparison(client, new LiveIndex(cluster.store));
  const compare = async () => {
    const startMs = cluster.clock.now();
    let isDone = false;
    const compared = comparison
      .compare({ application: 'a', targets, ignoreDifferences })
      .finally(() => (isDone = true));
    while (!isDone) {
      cluster.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...(await compared), tookMs: cluster.clock.now() - startMs };
  };
  return { cluster, calls, compare };
}

it('waits once for webhooks that do not answer, says which, and asks them again after a while', async () => {
  const { cluster, calls, compare } = await guarded(() => undefined);
  const { objects, warnings, isDoubtful, tookMs } = await compare();
  expect(tookMs).toBeLessThan(2 * WAIT_MS + 1_000);
  expect(calls.length).toBeLessThan(MANY);
  expect(isDoubtful).toBe(true);
  expect(warnings.map(({ type }) => type)).toEqual(['WebhookWarning', 'WebhookWarning']);
  for (const name of ['first', 'second'])
    expect(warnings.map(({ message }) => message).join()).toContain(
      `failed calling webhook "${name}.example.com": context deadline exceeded. It concerns ConfigMap/m0 and ${MANY - 1} more`,
    );
  expect(new Set(objects.map(({ status }) => status))).toEqual(new Set(['Synced']));
  const before = calls.length;
  const again = await compare();
  expect([again.tookMs < 1_000, calls.length]).toEqual([true, before]);
  cluster.advance('30s');
  await compare();
  expect(calls.length).toBeGreaterThan(before);
});

it('asks again at once what a webhook failed to say quickly, and believes it then', async () => {
  let isThere = false;
  const { compare } = await guarded(({ review }) =>
    isThere
      ? {
          kind: 'answer',
          body: {
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid: (review['request'] as { uid: string }).uid, allowed: true },
          },
        }
      : { kind: 'failed', problem: 'connection refused' },
  );
  expect((await compare()).warnings[0]?.message).toContain('connection refused');
  isThere = true;
  expect(await compare()).toMatchObject({ warnings: [], isDoubtful: false });
});

it('counts what a webhook refuses as out of sync', async () => {
  const { compare } = await guarded(({ review }) => ({
    kind: 'answer',
    body: {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: (review['request'] as { uid: string }).uid, allowed: false },
    },
  }));
  const { objects, warnings } = await compare();
  expect([warnings, new Set(objects.map(({ status }) => status))]).toEqual([[], new Set(['OutOfSync'])]);
});
