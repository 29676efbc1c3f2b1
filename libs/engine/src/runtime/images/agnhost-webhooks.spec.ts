import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { Pods } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';

/** Asks a pod of agnhost with these words. */
function agnhost(...args: string[]) {
  const cluster = createCluster({ nodes: 1 });
  const containers = [{ name: 'hook', image: 'registry.k8s.io/e2e-test-images/agnhost:2.63.0', args }];
  cluster.client.create(Pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'hook', namespace: 'default' },
    spec: { containers },
  });
  cluster.advance('1m');
  const ip = cluster.client.get(Pods, 'default', 'hook').status?.podIP ?? '';
  return (url: string, review: JsonObject) => {
    const body = Buffer.from(JSON.stringify(review));
    const found = cluster.runtime.http(ip, 8444, { method: 'POST', url, headers: {}, body });
    if (found.kind !== 'answer') return undefined;
    const text = String(found.answer.body);
    return text.startsWith('{') ? (JSON.parse(text) as { response: Record<string, unknown> }).response : text;
  };
}

describe('agnhost webhook', () => {
  const ask = agnhost('webhook', '--port=8444', '--sidecar-image=pause');
  const admission = (request: JsonObject): JsonObject => ({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: { uid: 'u1', ...request },
  });
  const pods = { group: '', version: 'v1', resource: 'pods' };
  const configMaps = { ...pods, resource: 'configmaps' };

  it('says under which uid it was asked', () => {
    expect(ask('/always-deny', admission({}))).toMatchObject({
      uid: 'u1',
      allowed: false,
      status: { message: 'this webhook denies all requests' },
    });
  });

  it('refuses marked pods and adds containers to others', () => {
    const marked = { metadata: { labels: { 'webhook-e2e-test': 'webhook-disallow' } }, spec: {} };
    expect(ask('/pods', admission({ resource: pods, object: marked }))).toMatchObject({
      allowed: false,
      status: { message: 'the pod contains unwanted label;' },
    });
    const plain = { metadata: { name: 'p' }, spec: { containers: [{ name: 'a' }] } };
    const answer = ask('/mutating-pods-sidecar', admission({ resource: pods, object: plain }));
    const patch = typeof answer === 'object' ? String(answer['patch']) : '';
    expect(JSON.parse(Buffer.from(patch, 'base64').toString())).toEqual([
      {
        op: 'add',
        path: '/spec/containers/-',
        value: { image: 'pause', name: 'webhook-added-sidecar', resources: {} },
      },
    ]);
  });

  it('marks a config map one stage at a time', () => {
    const stage = (data: JsonObject): unknown => {
      const answer = ask('/mutating-configmaps', admission({ resource: configMaps, object: { data } }));
      const patch = (typeof answer === 'object' ? answer['patch'] : undefined) as string | undefined;
      return patch && (JSON.parse(Buffer.from(patch, 'base64').toString()) as { path: string }[])[0]?.path;
    };
    expect(stage({})).toBeUndefined();
    expect(stage({ 'mutation-start': 'yes' })).toBe('/data/mutation-stage-1');
    expect(stage({ 'mutation-stage-1': 'yes' })).toBe('/data/mutation-stage-2');
  });

  it('fails when it is asked about what it does not know', () => {
    expect(ask('/pods', admission({ resource: configMaps, object: {} }))).toBe('');
    expect(ask('/nothing', {})).toBe('404 page not found\n');
    expect(ask('/pods', { kind: 'Pod', apiVersion: 'v1' })).toContain('no kind "Pod" is registered');
  });
});

describe('agnhost crd-conversion-webhook', () => {
  const ask = agnhost('crd-conversion-webhook', '--port=8444');
  const convert = (object: JsonObject, version: string) =>
    ask('/crdconvert', {
      kind: 'ConversionReview',
      apiVersion: 'apiextensions.k8s.io/v1',
      request: { uid: 'u2', desiredAPIVersion: `stable.example.com/${version}`, objects: [object] },
    });

  it('takes an address apart and puts it together again', () => {
    const one = { apiVersion: 'stable.example.com/v1', kind: 'E2e', hostPort: 'localhost:8080' };
    const two = { apiVersion: 'stable.example.com/v2', kind: 'E2e', host: 'localhost', port: '8080' };
    expect(convert(one, 'v2')).toEqual({
      uid: 'u2',
      convertedObjects: [two],
      result: { metadata: {}, status: 'Success' },
    });
    expect(convert(two, 'v1')).toMatchObject({ convertedObjects: [one] });
  });

  it('fails on an address it does not understand', () => {
    const odd = { apiVersion: 'stable.example.com/v1', kind: 'E2e', hostPort: 'a:b:c' };
    expect(convert(odd, 'v2')).toMatchObject({
      convertedObjects: [],
      result: { status: 'Failure', message: 'invalid hostPort value `a:b:c`' },
    });
    expect(convert(odd, 'v1')).toMatchObject({
      result: { message: expect.stringContaining('to itself') as string },
    });
  });
});
