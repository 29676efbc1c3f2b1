import type { JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { withWebhooks } from '../../adapters/with-webhooks.js';
import type { WebhookAnswer } from '../../admission/webhooks/webhook-caller.js';
import { AdminApi } from '../../api/testing/admin-api.js';

const GROUP = 'stable.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const at = (version: string, name = ''): string =>
  `/apis/${GROUP}/${version}/namespaces/default/hosts${name === '' ? '' : `/${name}`}`;
const host = (version: string, name: string, fields: JsonObject): JsonObject => ({
  apiVersion: `${GROUP}/${version}`,
  kind: 'Host',
  metadata: { name },
  ...fields,
});
const merge = { 'content-type': 'application/merge-patch+json' };

const text = { type: 'string' };
const status = { type: 'object', properties: { seen: { type: 'integer' } } };
const versionOf = (name: string, storage: boolean, properties: JsonObject): JsonObject => ({
  name,
  storage,
  served: true,
  subresources: { status: {} },
  schema: { openAPIV3Schema: { type: 'object', properties: { ...properties, status } } },
});
const versions = (storage: string): JsonObject[] => [
  versionOf('v1', storage === 'v1', { hostPort: text }),
  versionOf('v2', storage === 'v2', { host: text, port: { ...text, default: '80' } }),
];
const definition = (storage: string, webhook: JsonObject = {}): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `hosts.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'hosts', singular: 'host', kind: 'Host', listKind: 'HostList' },
    versions: versions(storage),
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { url: 'https://convert.example.com/' },
        ...webhook,
      },
    },
  },
});

/** The two versions of the example: an address in one piece, and in two. */
function converted(object: JsonObject, to: string): JsonObject {
  const { hostPort, host: name, port, ...rest } = object;
  const address = typeof hostPort === 'string' ? hostPort.split(':') : undefined;
  if (to.endsWith('/v2'))
    return { ...rest, apiVersion: to, ...(address && { host: address[0] ?? '', port: address[1] ?? '' }) };
  return {
    ...rest,
    apiVersion: to,
    ...(name !== undefined && { hostPort: `${name as string}:${port as string}` }),
  };
}

type Answering = (request: JsonObject, objects: JsonObject[]) => JsonObject | WebhookAnswer;
const honest: Answering = ({ uid = '', desiredAPIVersion }, objects) => ({
  uid,
  result: { status: 'Success' },
  convertedObjects: objects.map((object) => converted(object, desiredAPIVersion as string)),
});

/** An API with a definition whose objects are converted by a webhook that answers after a while. */
function converting(storage = 'v1', first: Answering = honest) {
  const api = new AdminApi();
  const { cluster } = api;
  const asked: { to: string; count: number }[] = [];
  let answering = first;
  cluster.webhooks.callThrough({
    call({ review }, answered) {
      const request = review['request'] as JsonObject;
      const objects = request['objects'] as JsonObject[];
      asked.push({ to: request['desiredAPIVersion'] as string, count: objects.length });
      cluster.clock.after(1500, () => {
        const response = answering(request, objects);
        if ('kind' in response && response.kind === 'failed') return answered(response as WebhookAnswer);
        const { apiVersion = '' } = review;
        answered({ kind: 'answer', body: { kind: 'ConversionReview', apiVersion, response } });
      });
    },
  });
  expect(api.send('POST', DEFINITIONS, definition(storage)).status).toBe(201);
  cluster.settle();
  const pass = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn++) {
      await Promise.resolve();
      cluster.advance(500);
    }
  };
  const send = async (...request: Parameters<AdminApi['send']>) => {
    const answer = withWebhooks(cluster.webhooks, () => api.send(...request));
    await pass();
    return answer;
  };
  const put = (next: Answering): void => {
    answering = next;
  };
  return { api, asked, cluster, send, pass, answer: put };
}

describe('a definition with a conversion webhook', () => {
  it('shows what was written in one version in every other, with its defaults', async () => {
    const { api, asked, send } = converting();
    expect(api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'localhost:8080' })).status).toBe(201);
    expect(asked).toEqual([]);
    expect((await send('GET', at('v2', 'a'))).json).toMatchObject({
      apiVersion: `${GROUP}/v2`,
      metadata: { name: 'a' },
      host: 'localhost',
      port: '8080',
    });
    expect(asked).toEqual([{ to: `${GROUP}/v2`, count: 1 }]);
    await send('GET', at('v2', 'a'));
    expect(asked).toHaveLength(1);
  });

  it('stores what is written in another version in its own, and answers in the words of the writer', async () => {
    const { api, send, cluster } = converting();
    const created = await send('POST', at('v2'), host('v2', 'a', { host: 'h' }));
    expect(created.json).toMatchObject({ apiVersion: `${GROUP}/v2`, host: 'h', port: '80' });
    expect(cluster.store.get(`${GROUP}/hosts`, 'default/a')).toMatchObject({
      apiVersion: `${GROUP}/v1`,
      hostPort: 'h:80',
    });
    const patched = await send('PATCH', at('v2', 'a'), { port: '81' }, merge);
    expect(patched.json).toMatchObject({ host: 'h', port: '81' });
    expect(api.send('GET', at('v1', 'a')).json).toMatchObject({ hostPort: 'h:81' });
    expect(patched.json['metadata']).toMatchObject({
      generation: 2,
      resourceVersion: (api.send('GET', at('v1', 'a')).json['metadata'] as JsonObject)['resourceVersion'],
    });
    const { metadata } = patched.json as unknown as { metadata: JsonObject };
    const replaced = await send('PUT', at('v2', 'a'), {
      ...host('v2', 'a', { host: 'i', port: '1' }),
      metadata,
    });
    expect(replaced.json).toMatchObject({ host: 'i', port: '1' });
    const applied = await send(
      'PATCH',
      `${at('v2', 'b')}?fieldManager=me`,
      JSON.stringify(host('v2', 'b', { host: 'x', port: '9' })),
      { 'content-type': 'application/apply-patch+yaml' },
    );
    expect(applied.json).toMatchObject({ host: 'x', port: '9' });
    expect(api.send('GET', at('v1', 'b')).json).toMatchObject({ hostPort: 'x:9' });
    expect(
      (await send('PATCH', `${at('v2', 'b')}/status`, { status: { seen: 3 } }, merge)).json,
    ).toMatchObject({
      host: 'x',
      status: { seen: 3 },
    });
    expect((await send('DELETE', at('v2', 'b'))).json).toMatchObject({ status: 'Success' });
    expect(api.send('GET', at('v1', 'b')).status).toBe(404);
  });

  it('takes fields away from who owns them in another version', async () => {
    const { api, send } = converting();
    const applied = { 'content-type': 'application/apply-patch+yaml' };
    const one = JSON.stringify(host('v1', 'a', { hostPort: 'a:1' }));
    expect(api.send('PATCH', `${at('v1', 'a')}?fieldManager=first`, one, applied).status).toBe(201);
    const two = JSON.stringify(host('v2', 'a', { host: 'b', port: '2' }));
    const refused = await send('PATCH', `${at('v2', 'a')}?fieldManager=second`, two, applied);
    expect(refused.status).toBe(409);
    expect(refused.json['message']).toContain('conflict with "first": .hostPort');
    const forced = await send('PATCH', `${at('v2', 'a')}?fieldManager=second&force=true`, two, applied);
    const owners = (answer: { json: object }): unknown =>
      (answer.json as { metadata: { managedFields: { manager: string }[] } }).metadata.managedFields.map(
        ({ manager }) => manager,
      );
    expect(owners(forced)).toEqual(['second']);
    const third = await send('PATCH', `${at('v1', 'a')}?fieldManager=third`, { hostPort: 'c:3' }, merge);
    expect(owners(third)).toEqual(['third']);
  });

  it('asks about a whole list at once, and about no object twice', async () => {
    const { api, asked, send } = converting();
    for (let index = 0; index < 450; index++)
      api.send('POST', at('v1'), host('v1', `h-${index}`, { hostPort: `h${index}:1` }));
    const { items } = (await send('GET', at('v2'))).json as unknown as { items: JsonObject[] };
    expect(items).toHaveLength(450);
    expect(items.every(({ apiVersion, port }) => apiVersion === `${GROUP}/v2` && port === '1')).toBe(true);
    expect(asked.map(({ count }) => count)).toEqual([200, 200, 50]);
    api.send('PATCH', at('v1', 'h-7'), { hostPort: 'seven:7' }, merge);
    await send('GET', at('v2'));
    expect(asked.slice(3)).toEqual([{ to: `${GROUP}/v2`, count: 1 }]);
    await send('GET', `${at('v2')}?limit=10`);
    expect(asked).toHaveLength(4);
  });

  it('asks about large objects in parts whose answers can be read', async () => {
    const { api, asked, send } = converting();
    const annotations = { note: 'x'.repeat(200_000) };
    for (let index = 0; index < 12; index++) {
      const given = host('v1', `h-${index}`, { hostPort: `h${index}:1` });
      const metadata = { ...(given['metadata'] as JsonObject), annotations };
      expect(api.send('POST', at('v1'), { ...given, metadata }).status).toBe(201);
    }
    const { items } = (await send('GET', at('v2'))).json as unknown as { items: JsonObject[] };
    expect(items).toHaveLength(12);
    expect(asked.map(({ count }) => count)).toEqual([5, 5, 2]);
  });

  it('says so to readers and watchers where nobody can call the webhook', async () => {
    const { api, cluster, pass, send } = converting();
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    cluster.webhooks.callThrough({ call: () => undefined })();
    const message = `conversion webhook for ${GROUP}/v1, Kind=Host failed: `;
    expect((await send('GET', at('v2', 'a'))).json).toMatchObject({
      message: `${message}nobody can wait for it here`,
    });
    const events = api.watch(`${at('v2')}?watch=true`);
    await pass();
    expect(events).toMatchObject([
      { type: 'ERROR', object: { message: `${message}this cluster has no way to call webhooks` } },
    ]);
  });

  it('tells watchers of a version what happens in its words, in order', async () => {
    const { api, send, pass } = converting();
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    const events = api.watch(`${at('v2')}?watch=true`);
    api.send('PATCH', at('v1', 'a'), { hostPort: 'a:2' }, merge);
    await pass();
    await send('POST', at('v2'), host('v2', 'b', { host: 'b', port: '3' }));
    api.send('DELETE', at('v1', 'a'));
    await pass();
    const told = events.map(({ type, object }) => [
      type,
      (object as JsonObject)['host'],
      (object as JsonObject)['port'],
    ]);
    expect(told).toEqual([
      ['ADDED', 'a', '1'],
      ['MODIFIED', 'a', '2'],
      ['ADDED', 'b', '3'],
      ['DELETED', 'a', '2'],
    ]);
  });

  it('asks once for all who watch', async () => {
    const { api, asked, pass } = converting();
    const watches = [1, 2, 3].map(() => api.watch(`${at('v2')}?watch=true`));
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    await pass();
    expect(asked).toEqual([{ to: `${GROUP}/v2`, count: 1 }]);
    for (const events of watches) expect(events).toMatchObject([{ type: 'ADDED', object: { host: 'a' } }]);
  });

  it('ends a watch whose objects can not be converted, and says why', async () => {
    const { api, pass, answer } = converting();
    const events = api.watch(`${at('v2')}?watch=true`);
    answer(() => ({ kind: 'failed', problem: 'nobody is there' }));
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    await pass();
    expect(events).toMatchObject([
      {
        type: 'ERROR',
        object: { message: `conversion webhook for ${GROUP}/v1, Kind=Host failed: nobody is there` },
      },
    ]);
  });

  it('migrates an object to the new storage version when it is written again unchanged', async () => {
    const { api, send, cluster } = converting();
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    const patched = api.send(
      'PATCH',
      `${DEFINITIONS}/hosts.${GROUP}`,
      { spec: { versions: versions('v2') } },
      merge,
    );
    expect(patched.status).toBe(200);
    cluster.settle();
    const stored = () => cluster.store.get(`${GROUP}/hosts`, 'default/a')?.apiVersion;
    expect(stored()).toBe(`${GROUP}/v1`);
    const { json } = await send('GET', at('v2', 'a'));
    expect(json).toMatchObject({ host: 'a', port: '1' });
    expect((await send('PUT', at('v2', 'a'), json)).status).toBe(200);
    expect(stored()).toBe(`${GROUP}/v2`);
    expect(api.send('GET', `${DEFINITIONS}/hosts.${GROUP}`).json['status']).toMatchObject({
      storedVersions: ['v1', 'v2'],
    });
    const dropped = { spec: { versions: versions('v2').slice(1) } };
    expect(api.send('PATCH', `${DEFINITIONS}/hosts.${GROUP}`, dropped, merge).json['message']).toContain(
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions',
    );
  });

  it('goes away with its objects though its webhook is gone', async () => {
    const { api, cluster, answer } = converting();
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    api.send('PATCH', `${DEFINITIONS}/hosts.${GROUP}`, { spec: { versions: versions('v2') } }, merge);
    answer(() => ({ kind: 'failed', problem: 'gone' }));
    api.send('DELETE', `${DEFINITIONS}/hosts.${GROUP}`);
    cluster.settle();
    expect(api.send('GET', `${DEFINITIONS}/hosts.${GROUP}`).status).toBe(404);
  });

  const wrong: readonly [string, Answering, string][] = [
    [
      'it can not be called',
      () => ({ kind: 'failed', problem: 'failed to call webhook: Post "x": EOF' }),
      'failed: Post "x": EOF',
    ],
    [
      'it answers something else',
      (...of) => ({ ...honest(...of), uid: 'x' }),
      'failed: expected response.uid=',
    ],
    [
      'it says that it failed',
      ({ uid = '' }) => ({ uid, result: { status: 'Failed', message: 'bad port' } }),
      'failed: bad port',
    ],
    ['it says nothing', ({ uid = '' }) => ({ uid }), "failed: response.result.status was '', not 'Success'"],
    [
      'it forgets objects',
      (...of) => ({ ...honest(...of), convertedObjects: [] }),
      'returned 0 objects, expected 1',
    ],
    ...(
      [
        [
          'another version',
          { apiVersion: `${GROUP}/v1` },
          'invalid groupVersion (expected stable.example.com/v2',
        ],
        ['another kind', { kind: 'Guest' }, 'invalid kind (expected Host, received Guest)'],
        ['another name', { metadata: { name: 'b' } }, 'must have the same name: a != b'],
        [
          'another uid',
          { metadata: { name: 'a', namespace: 'default', uid: 'x' } },
          'must have the same UID: ',
        ],
      ] as const
    ).map(([what, change, words]): [string, Answering, string] => [
      `it answers ${what}`,
      (request, objects) => ({
        ...(honest(request, objects) as JsonObject),
        convertedObjects: objects.map((object) => ({ ...converted(object, `${GROUP}/v2`), ...change })),
      }),
      `returned invalid object: ${words}`,
    ]),
  ];
  it.each(wrong)('refuses an answer when %s', async (_what, answering, words) => {
    const { api, send } = converting('v1', answering);
    api.send('POST', at('v1'), host('v1', 'a', { hostPort: 'a:1' }));
    const refused = await send('GET', at('v2', 'a'));
    expect(refused.status).toBe(500);
    expect(refused.json['message']).toContain(`conversion webhook for ${GROUP}/v1, Kind=Host ${words}`);
  });

  it('lets a webhook change labels and annotations, and nothing else of the metadata', async () => {
    const change =
      (metadata: JsonObject): Answering =>
      (request, objects) => ({
        ...(honest(request, objects) as JsonObject),
        convertedObjects: objects.map((object) => ({
          ...converted(object, `${GROUP}/v2`),
          metadata: { ...(object['metadata'] as JsonObject), ...metadata },
        })),
      });
    const { api, send, answer } = converting('v1', change({ labels: { 'no good': 'x' } }));
    api.send('POST', at('v1'), { ...host('v1', 'a', {}), metadata: { name: 'a', labels: { old: '1' } } });
    expect((await send('GET', at('v2', 'a'))).json['message']).toContain(
      'returned invalid metadata: metadata.labels: Invalid value: "no good"',
    );
    answer(change({ labels: { new: '2' }, finalizers: ['a.example.com/b'], generation: 9 }));
    const { metadata } = (await send('GET', at('v2', 'a'))).json as unknown as { metadata: JsonObject };
    expect(metadata).toMatchObject({ labels: { new: '2' }, generation: 1 });
    expect(metadata).not.toHaveProperty('finalizers');
  });
});

describe('the conversion of a definition', () => {
  const refused = (webhook: JsonObject, strategy = 'Webhook'): unknown => {
    const given = definition('v1', webhook) as { spec: { conversion: JsonObject } };
    given.spec.conversion['strategy'] = strategy;
    return new AdminApi().send('POST', DEFINITIONS, given as unknown as JsonObject).json['message'];
  };
  it.each([
    [{ conversionReviewVersions: ['v7'] }, 'must include at least one of v1, v1beta1'],
    [{ conversionReviewVersions: [] }, 'spec.conversion.conversionReviewVersions: Required value'],
    [{ clientConfig: {} }, 'exactly one of url or service is required'],
    [{ clientConfig: { url: 'http://x/' } }, "'https' is the only allowed URL scheme"],
  ])('is refused when it says %j', (webhook, words) => {
    expect(refused(webhook)).toContain(words);
  });
  it('names no webhook when it uses none', () => {
    expect(refused({}, 'None')).toContain('should not be set when strategy is not set to Webhook');
    expect(refused({}, 'Magic')).toContain('supported values: "None", "Webhook"');
  });
});
