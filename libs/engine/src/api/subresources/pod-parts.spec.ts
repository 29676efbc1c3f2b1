import { expect, it } from 'vitest';
import { AdminApi } from '../testing/admin-api.js';

const PODS = '/api/v1/namespaces/default/pods';
const merge = { 'content-type': 'application/merge-patch+json' };

function pod(spec: object = {}): AdminApi {
  const api = new AdminApi();
  const containers = [{ name: 'c', image: 'i' }];
  expect(api.send('POST', PODS, { metadata: { name: 'p' }, spec: { containers, ...spec } }).status).toBe(201);
  return api;
}
const bind = (api: AdminApi, metadata: object = {}) =>
  api.send('POST', `${PODS}/p/binding`, {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'p', ...metadata },
    target: { kind: 'Node', name: 'n' },
  });

it('binds no pod that waits for its gates, and none that is another by now', () => {
  const gated = bind(pod({ schedulingGates: [{ name: 'example.com/g' }] }));
  expect([gated.status, gated.json['message']]).toEqual([
    409,
    'Operation cannot be fulfilled on pods/binding "p": pod p has non-empty .spec.schedulingGates',
  ]);
  const api = pod();
  expect(bind(api, { uid: '00000000-0000-0000-0000-000000000000' }).status).toBe(409);
  expect(bind(api, { resourceVersion: '1' }).status).toBe(409);
  expect(bind(api).status).toBe(201);
});

it('puts on a pod what its binding says, and that it is scheduled in the place of what was said before', () => {
  const api = pod();
  const said = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' };
  const other = { type: 'example.com/other', status: 'True' };
  const status = { conditions: [said, other] };
  expect(api.send('PATCH', `${PODS}/p/status`, { status }, merge).status).toBe(200);
  expect(bind(api, { labels: { zone: 'a' }, annotations: { by: 'me' } }).status).toBe(201);
  const { metadata, status: found } = api.send('GET', `${PODS}/p`).json;
  expect(metadata).toMatchObject({ labels: { zone: 'a' }, annotations: { by: 'me' } });
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: expect.stringMatching(/Z$/) as string,
  };
  expect(found).toMatchObject({ conditions: [scheduled, { type: 'example.com/other' }] });
  expect(JSON.stringify(found)).not.toContain('no node');
});

it('evicts a pod that is named, with options that can be followed', () => {
  const api = pod();
  const evict = (metadata: object, deleteOptions: object = {}) =>
    api.send('POST', `${PODS}/p/eviction?dryRun=All`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata,
      deleteOptions,
    });
  expect(evict({}).json['message']).toBe('name in URL does not match name in Eviction object');
  expect(evict({ name: 'p' }, { propagationPolicy: 'x' }).json['message']).toBe(
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"',
  );
  expect(evict({ name: 'p' }, { propagationPolicy: 'Background' }).status).toBe(201);
});

it('names the container for looking around that was changed or taken away', () => {
  const api = pod();
  const add = (ephemeralContainers: object[]) =>
    api.send('PATCH', `${PODS}/p/ephemeralcontainers`, { spec: { ephemeralContainers } }, merge);
  const said = 'Pod "p" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers';
  expect(add([{ name: 'd', image: 'a' }]).status).toBe(200);
  expect(add([{ name: 'd', image: 'b' }]).json['message']).toBe(`${said} "d" may not be changed\n`);
  expect(add([]).json['message']).toBe(`${said} "d" may not be removed\n`);
});

it('fills in what a resize leaves out before it says what is wrong with it', () => {
  const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
  const api = pod({ containers: [{ name: 'c', image: 'i', resources }] });
  const resize = (container: object) =>
    api.send(
      'PATCH',
      `${PODS}/p/resize`,
      { spec: { containers: [{ name: 'c', image: 'i', ...container }] } },
      merge,
    ).json['message'];
  expect(resize({ name: 'x', resources })).toBe(
    'Pod "p" is invalid: spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
  );
  expect(resize({ resources: { requests: { cpu: '3' }, limits: resources.limits } })).toBe(
    'Pod "p" is invalid: spec.containers[0].resources.requests: Invalid value: "3": must be less than or equal to cpu limit of 2',
  );
  expect(resize({ resources: { limits: resources.limits } })).toBe(
    'Pod "p" is invalid: spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
  );
});

it('scales the object that is meant, and no other of its name', () => {
  const api = new AdminApi();
  const sets = '/apis/apps/v1/namespaces/default/replicasets';
  const labels = { a: 'b' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  api.send('POST', sets, { metadata: { name: 'a' }, spec: { selector: { matchLabels: labels }, template } });
  const scale = (uid?: string) =>
    api.send('PUT', `${sets}/a/scale`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'a', namespace: 'default', ...(uid && { uid }) },
      spec: { replicas: 2 },
    }).status;
  expect([scale('x'), scale()]).toEqual([409, 200]);
});
