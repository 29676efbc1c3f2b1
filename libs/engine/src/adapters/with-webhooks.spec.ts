import { expect, it } from 'vitest';
import type { WebhookAnswer } from '../admission/webhooks/webhook-caller.js';
import { createCluster, type Cluster } from '../cluster.js';
import { ConfigMaps } from '../clients/resource-type.js';
import type { StoredObject } from '../store/stored-object.js';
import { withWebhooks } from './with-webhooks.js';

const asked: ((answer: WebhookAnswer) => void)[] = [];

/** A cluster whose webhook answers when it is told to. */
function guarded(): Cluster {
  const cluster = createCluster({ controllers: [] });
  cluster.webhooks.callThrough({ call: (_call, answered) => void asked.push(answered) });
  const kind = 'ValidatingWebhookConfiguration';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resource = cluster.registry.findKind(apiVersion, kind);
  if (!resource) throw new Error(`no ${kind}`);
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  const webhook = {
    name: 'slow.example.com',
    clientConfig: { url: 'https://slow.example.com/' },
    rules: [rule],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
  };
  const configuration = { apiVersion, kind, metadata: { name: 'slow' }, webhooks: [webhook] };
  cluster.operations.create(resource, configuration as StoredObject, { user: 'me' });
  return cluster;
}

it('gives a write up that webhooks do not answer in time, and writes nothing when they do later', async () => {
  const { client, webhooks } = guarded();
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };
  const written = withWebhooks(webhooks, () => client.create(ConfigMaps, map), 5);
  await expect(written).rejects.toMatchObject({
    code: 504,
    reason: 'Timeout',
    message: expect.stringContaining('calling webhook "slow.example.com"') as string,
  });
  for (const answered of asked) answered({ kind: 'failed', problem: 'too late' });
  expect(client.lister(ConfigMaps).get('default', 'm')).toBeUndefined();
  expect(asked).toHaveLength(1);
});
