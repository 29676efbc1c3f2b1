import { beforeEach, describe, expect, it } from 'vitest';
import { mastersOnly } from '../auth/authorizer.js';
import { createCluster, type Cluster } from '../cluster.js';
import { ConfigMaps, Namespaces } from '../clients/resource-type.js';
import type { ApiRequest, FullResponse } from './api-request.js';
import { isStream } from './api-request.js';
import { ApiServer } from './api-server.js';

let cluster: Cluster;
let api: ApiServer;

beforeEach(() => {
  cluster = createCluster({ controllers: [] });
  if (!cluster.store.get('/namespaces', '/default'))
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: () => ({ user: 'admin', groups: ['system:masters'] }) }],
    authorizer: mastersOnly,
  });
});

const request = (
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): ApiRequest => {
  const [path = '', query = ''] = target.split('?');
  const all = { 'content-type': 'application/json', ...headers };
  return {
    method,
    path,
    query: new URLSearchParams(query),
    header: (name) => (Object.hasOwn(all, name) ? all[name as 'content-type'] : undefined),
    headers: () => [],
    headerNames: () => [],
    body:
      body === undefined
        ? new Uint8Array()
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
};

interface Answer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

function send(...parts: Parameters<typeof request>): Answer {
  const response = api.handle(request(...parts));
  expect(isStream(response)).toBe(false);
  const { status, body, warnings = [] } = response as FullResponse;
  return { status, warnings, json: JSON.parse(Buffer.from(body).toString()) as Answer['json'] };
}

/** Opens a watch; the lines it has sent so far are read as `TYPE name@revision`. */
function watch(target: string, headers: Record<string, string> = {}) {
  const lines: string[] = [];
  const raw: { type: string; object: Record<string, unknown> }[] = [];
  let ended = false;
  const response = api.handle(request('GET', target, undefined, headers));
  if (!isStream(response)) throw new Error(`not a stream: ${String(response.body)}`);
  const stop = response.stream({
    write(chunk) {
      const event = JSON.parse(Buffer.from(chunk).toString()) as (typeof raw)[number];
      raw.push(event);
      const { metadata = {}, code } = event.object as { metadata?: Record<string, string>; code?: number };
      const marks = metadata['annotations'] ? ' (initial events end)' : '';
      lines.push(
        event.type === 'ERROR'
          ? `ERROR ${code}`
          : `${event.type} ${metadata['name'] ?? '-'}@${metadata['resourceVersion']}${marks}`,
      );
      return true;
    },
    end: () => (ended = true),
  });
  return { lines, raw, stop, ended: () => ended };
}

const map = (name: string, labels: Record<string, string> = {}, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
  data,
});
const make = (name: string, labels: Record<string, string> = {}) =>
  cluster.client.create(ConfigMaps, map(name, labels));
const MAPS = '/api/v1/namespaces/default/configmaps';
const revision = () => cluster.store.revision;

describe('lists', () => {
  it('pages through one revision, whatever happens meanwhile', () => {
    for (const name of ['a', 'b', 'c', 'd']) make(name);
    const names = (answer: Answer) =>
      (answer.json['items'] as { metadata: { name: string } }[]).map((item) => item.metadata.name);
    const first = send('GET', `${MAPS}?limit=2`);
    const {
      continue: token,
      remainingItemCount,
      resourceVersion,
    } = first.json['metadata'] as Record<string, string>;
    expect([names(first), remainingItemCount]).toEqual([['a', 'b'], 2]);
    cluster.client.delete(ConfigMaps, 'default', 'c');
    make('bb');
    const second = send('GET', `${MAPS}?limit=2&continue=${token}`);
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.json['metadata']).toEqual({ resourceVersion });
    expect(names(send('GET', MAPS))).toEqual(['a', 'b', 'bb', 'd']);
  });

  it('says 410 with a token to go on when the revision of the pages is gone', () => {
    for (const name of ['a', 'b', 'c']) make(name);
    const { continue: token } = send('GET', `${MAPS}?limit=1`).json['metadata'] as Record<string, string>;
    make('d');
    cluster.store.compact(revision());
    const gone = send('GET', `${MAPS}?limit=1&continue=${token}`);
    expect([gone.status, gone.json['reason']]).toEqual([410, 'Expired']);
    const { continue: next } = gone.json['metadata'] as Record<string, string>;
    expect(send('GET', `${MAPS}?limit=1&continue=${next}`).json['items']).toMatchObject([
      { metadata: { name: 'b' } },
    ]);
  });

  it('answers an exact past revision, and 504 for one that is not there yet', () => {
    make('a');
    const before = revision();
    make('b');
    const exact = send('GET', `${MAPS}?resourceVersion=${before}&resourceVersionMatch=Exact`);
    expect(exact.json['items']).toHaveLength(1);
    const late = send('GET', `${MAPS}?resourceVersion=${revision() + 10}`);
    expect([late.status, late.json['message']]).toEqual([
      504,
      `Timeout: Too large resource version: ${revision() + 10}, current: ${revision()}`,
    ]);
  });

  it('filters by labels and fields', () => {
    make('a', { app: 'x' });
    make('b');
    expect(send('GET', `${MAPS}?labelSelector=app%3Dx`).json['items']).toHaveLength(1);
    expect(send('GET', `${MAPS}?fieldSelector=metadata.name!%3Da`).json['items']).toMatchObject([
      { metadata: { name: 'b' } },
    ]);
  });

  it('finds services by their type and address', () => {
    const named = (selector: string): unknown =>
      send('GET', `/api/v1/services?fieldSelector=${encodeURIComponent(selector)}`).json['items'];
    expect(named('spec.type=ClusterIP,spec.clusterIP=10.96.0.1')).toMatchObject([
      { metadata: { name: 'kubernetes' } },
    ]);
    expect(named('spec.type=LoadBalancer')).toEqual([]);
  });

  it.each([
    ['/api/v1/pods', 'field label not supported: spec.foo'],
    ['/apis/batch/v1/jobs', 'field label "spec.foo" not supported for Job'],
    [MAPS, '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    [
      '/apis/apps/v1/replicasets',
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['/apis/events.k8s.io/v1/events', 'field label not supported: spec.foo'],
  ])('refuses fields that %s are not selected by, in words clients put theirs before', (path, message) => {
    expect(send('GET', `${path}?fieldSelector=spec.foo%3D1`).json).toMatchObject({
      status: 'Failure',
      reason: 'BadRequest',
      code: 400,
      message,
    });
  });

  it('shows tables, partial objects and YAML when asked', () => {
    make('a');
    const table = send('GET', MAPS, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    });
    expect(table.json).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [{ cells: ['a', 0, '0s'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    });
    const partial = send('GET', `${MAPS}/a`, undefined, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    expect(partial.json['kind']).toBe('PartialObjectMetadata');
    const yaml = api.handle(
      request('GET', `${MAPS}/a`, undefined, { accept: 'application/yaml' }),
    ) as FullResponse;
    expect(String(yaml.body)).toContain('kind: ConfigMap');
    expect(send('GET', MAPS, undefined, { accept: 'text/html' }).status).toBe(406);
  });
});

describe('watches', () => {
  it('sends the present, then every change in order', () => {
    make('a');
    const seen = watch(`${MAPS}?watch=true`);
    const start = revision();
    make('b');
    cluster.client.update(ConfigMaps, map('a', { x: 'y' }));
    cluster.client.delete(ConfigMaps, 'default', 'b');
    expect(seen.lines).toEqual([
      `ADDED a@${start}`,
      `ADDED b@${start + 1}`,
      `MODIFIED a@${start + 2}`,
      `DELETED b@${start + 3}`,
    ]);
    seen.stop();
    make('c');
    expect(seen.lines).toHaveLength(4);
  });

  it('resumes after a revision, and answers 410 when it is no longer kept', () => {
    make('a');
    const start = revision();
    make('b');
    expect(watch(`${MAPS}?watch=true&resourceVersion=${start}`).lines).toEqual([`ADDED b@${start + 1}`]);
    cluster.store.compact(revision());
    const late = watch(`${MAPS}?watch=true&resourceVersion=${start}`);
    expect(late.lines).toEqual(['ERROR 410']);
    expect(late.raw[0]?.object).toMatchObject({
      reason: 'Expired',
      message: `too old resource version: ${start} (${start + 2})`,
    });
    expect(late.ended()).toBe(true);
  });

  it('turns entering and leaving a selector into ADDED and DELETED', () => {
    make('a', { app: 'x' });
    const seen = watch(`${MAPS}?watch=true&labelSelector=app%3Dx`);
    cluster.client.update(ConfigMaps, map('a', { app: 'y' }));
    cluster.client.update(ConfigMaps, map('a', { app: 'x' }));
    const end = revision();
    expect(seen.lines).toEqual([`ADDED a@${end - 2}`, `DELETED a@${end - 1}`, `ADDED a@${end}`]);
    expect(seen.raw[1]?.object['metadata']).toMatchObject({ labels: { app: 'x' } });
  });

  it('streams a list and marks its end', () => {
    make('a');
    const query =
      'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const seen = watch(`${MAPS}?${query}`);
    expect(seen.lines).toEqual([`ADDED a@${revision()}`, `BOOKMARK -@${revision()} (initial events end)`]);
    const refused = send('GET', `${MAPS}?watch=true&sendInitialEvents=true`);
    expect([refused.status, refused.json['reason']]).toEqual([422, 'Invalid']);
  });

  it('sends bookmarks and ends when its time is over', () => {
    make('a');
    const seen = watch(
      `${MAPS}?watch=true&resourceVersion=${revision()}&allowWatchBookmarks=true&timeoutSeconds=90`,
    );
    cluster.advance('61s');
    expect(seen.lines).toEqual([`BOOKMARK -@${revision()}`]);
    cluster.advance('30s');
    expect(seen.lines).toHaveLength(2);
    expect(seen.ended()).toBe(true);
  });

  it('shows tables with their columns once', () => {
    make('a');
    const seen = watch(`${MAPS}?watch=true`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    make('b');
    expect(seen.raw.map(({ object }) => (object['columnDefinitions'] as unknown[]).length)).toEqual([3, 0]);
    expect(seen.raw[1]?.object['rows']).toMatchObject([{ cells: ['b', 0, '0s'] }]);
  });

  it('follow one namespace by the old path that names it', () => {
    expect(watch('/api/v1/watch/namespaces/default').lines).toEqual([
      expect.stringMatching(/^ADDED default@/),
    ]);
  });

  it('tell where what is there ends to whoever wants bookmarks, asked or not', () => {
    make('a');
    expect(watch(`${MAPS}?watch=1&allowWatchBookmarks=true`).lines).toEqual([
      expect.stringMatching(/^ADDED a@/),
      expect.stringMatching(/^BOOKMARK -@\d+ \(initial events end\)$/),
    ]);
    expect(watch(`${MAPS}?watch=1&allowWatchBookmarks=true&resourceVersion=${revision()}`).lines).toEqual([]);
  });

  it('come as JSON only, and from the start or from a page but not both', () => {
    const inYaml = request('GET', `${MAPS}?watch=1`, undefined, { accept: 'application/yaml' });
    expect(api.handle(inYaml).status).toBe(406);
    expect(send('GET', `${MAPS}?watch=1&continue=abc`).json).toMatchObject({
      code: 422,
      message: expect.stringContaining('resourceVersionMatch is forbidden when continue is provided'),
    });
  });
});

describe('writes', () => {
  it('finds unknown and duplicate fields as asked', () => {
    const body =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"dada":{},"data":{"a":"1"},"data":{"a":"2"}}';
    const strict = send('POST', `${MAPS}?fieldValidation=Strict`, body);
    expect([strict.status, strict.json['message']]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dada", duplicate field "data"',
    ]);
    const warned = send('POST', MAPS, body);
    expect([warned.status, warned.warnings]).toEqual([
      201,
      ['unknown field "dada"', 'duplicate field "data"'],
    ]);
    expect(warned.json['dada']).toBeUndefined();
    expect(send('POST', `${MAPS}?fieldValidation=Ignore`, body.replace('"m"', '"n"')).warnings).toEqual([]);
  });

  it.each([
    [
      'another namespace',
      { metadata: { name: 'a', namespace: 'other' } },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another version',
      { apiVersion: 'v2' },
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'another group',
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      'Deployment in version "v1" cannot be handled as a ConfigMap: converting (v1.Deployment) to (core.ConfigMap): unknown conversion',
    ],
    [
      'no object',
      [],
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)`,
    ],
  ])('refuses %s in a body', (_, change, message) => {
    const body = Array.isArray(change) ? change : { ...map('a'), ...change };
    const refused = send('POST', MAPS, body);
    expect([refused.status, refused.json['message']]).toEqual([400, message]);
  });

  it('refuses bodies that are too large or of an unknown type', () => {
    expect(send('POST', MAPS, 'x'.repeat(3 * 1024 * 1024 + 1)).status).toBe(413);
    expect(send('POST', MAPS, map('a'), { 'content-type': 'text/plain' }).status).toBe(415);
    expect(send('PATCH', `${MAPS}/a`, {}, { 'content-type': 'application/json' }).status).toBe(415);
  });

  it('patches by every kind of patch and creates by server-side apply', () => {
    make('a');
    const patch = (type: string, body: unknown, query = '') =>
      send('PATCH', `${MAPS}/a${query}`, body, { 'content-type': type });
    const data = (answer: Answer) => answer.json['data'];
    expect(data(patch('application/merge-patch+json', { data: { x: '1' } }))).toEqual({ x: '1' });
    expect(data(patch('application/strategic-merge-patch+json', { data: { y: '2' } }))).toEqual({
      x: '1',
      y: '2',
    });
    expect(data(patch('application/json-patch+json', [{ op: 'remove', path: '/data/x' }]))).toEqual({
      y: '2',
    });
    const applied = send('PATCH', `${MAPS}/new?fieldManager=me`, map('new', {}, { k: 'v' }), {
      'content-type': 'application/apply-patch+yaml',
    });
    expect(applied.status).toBe(201);
    expect(applied.json['metadata']).toMatchObject({
      managedFields: [{ manager: 'me', operation: 'Apply' }],
    });
  });

  it('stores nothing in a dry run', () => {
    const before = revision();
    expect(send('POST', `${MAPS}?dryRun=All`, map('a')).status).toBe(201);
    expect([send('GET', `${MAPS}/a`).status, revision()]).toEqual([404, before]);
  });

  it('deletes collections by selector', () => {
    make('a', { app: 'x' });
    make('b');
    const deleted = send('DELETE', `${MAPS}?labelSelector=app%3Dx`);
    expect([deleted.status, (deleted.json['items'] as unknown[]).length]).toEqual([200, 1]);
    expect(send('GET', MAPS).json['items']).toHaveLength(1);
  });

  it('deletes no more of a collection than its limit', () => {
    make('a');
    make('b');
    const deleted = send('DELETE', `${MAPS}?limit=1`);
    expect([deleted.status, (deleted.json['items'] as unknown[]).length]).toEqual([200, 1]);
    expect(send('GET', MAPS).json['items']).toMatchObject([{ metadata: { name: 'b' } }]);
  });

  it('refuses names that are steps through a tree', () => {
    expect(send('GET', `${MAPS}/..`).json).toMatchObject({
      code: 400,
      message: `Name parameter invalid: "..": may not be '..'`,
    });
  });

  it('has no objects of revisions that are not there yet', () => {
    make('a');
    expect(send('GET', `${MAPS}/a?resourceVersion=1`).status).toBe(200);
    expect(send('GET', `${MAPS}/a?resourceVersion=999999`).json).toMatchObject({
      code: 504,
      reason: 'Timeout',
    });
    expect(send('GET', `${MAPS}/a?resourceVersion=x`).json).toMatchObject({
      code: 500,
      message: 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    });
    expect(send('GET', `${MAPS}?resourceVersion=x`).json).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^invalid resource version: resourceVersion: Invalid value: "x"/),
    });
    expect(send('GET', `${MAPS}?resourceVersion=00&resourceVersionMatch=Exact`).json['items']).toHaveLength(
      1,
    );
  });

  it('answers a Status with the uid when a delete leaves nothing', () => {
    const { uid } = make('a').metadata;
    const deleted = send('DELETE', `${MAPS}/a`, { preconditions: { uid } });
    expect(deleted.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid },
    });
    expect(send('DELETE', `${MAPS}/a`).json).toMatchObject({
      code: 404,
      message: 'configmaps "a" not found',
    });
  });
});

describe('discovery and documents', () => {
  it('gives aggregated discovery with an ETag, and the older forms', () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const response = api.handle(request('GET', '/apis', undefined, { accept })) as FullResponse;
    expect(response.headers['content-type']).toContain('v=v2;as=APIGroupDiscoveryList');
    const etag = response.headers['etag'] ?? '';
    expect(api.handle(request('GET', '/apis', undefined, { accept, 'if-none-match': etag })).status).toBe(
      304,
    );
    expect(send('GET', '/apis').json['kind']).toBe('APIGroupList');
    expect(send('GET', '/api').json).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect(send('GET', '/apis/apps/v1').json['resources']).toContainEqual(
      expect.objectContaining({
        name: 'deployments/scale',
        kind: 'Scale',
        group: 'autoscaling',
        version: 'v1',
      }),
    );
  });

  it('serves OpenAPI by hash and lists on PATCH what clients look for', () => {
    const { paths } = send('GET', '/openapi/v3').json as unknown as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    const url = paths['apis/apps/v1']?.serverRelativeURL ?? '';
    const document = send('GET', url).json as unknown as {
      paths: Record<string, { patch: { parameters: { name: string }[] } }>;
    };
    const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch?.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['dryRun', 'fieldValidation']),
    );
    expect(patch).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    });
    const moved = api.handle(request('GET', '/openapi/v3/apis/apps/v1?hash=old')) as FullResponse;
    expect([moved.status, moved.headers['location']]).toEqual([301, url]);
  });

  it('answers unknown paths and methods as the API server does', () => {
    const unknown = api.handle(request('GET', '/nothing')) as FullResponse;
    expect([unknown.status, unknown.body]).toEqual([404, '404 page not found\n']);
    expect(send('POST', '/api/v1/componentstatuses', {}).status).toBe(405);
    expect(send('GET', '/api/v1/namespaces/default/pods/x/nothing').status).toBe(404);
    expect((api.handle(request('GET', '/api/v1/namespaces/%ZZ')) as FullResponse).status).toBe(400);
  });
});
