/** Create, update, the four patches, apply and delete. */

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const as = (kind) => ({ 'content-type': types[kind] });
const map = (name, extra = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { key: 'value' },
  ...extra,
});
const meta = (metadata) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'web', image: 'nginx', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] },
    ],
  },
};
const deployment = (name, extra = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'web' } }, template, ...extra },
});
const pod = (name, extra = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...extra },
});

export default {
  'create with all sorts of metadata': async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    for (const metadata of [
      {},
      { name: '' },
      { name: 'UPPER' },
      { name: 'a_b' },
      { name: '-a' },
      { name: 'a.' },
      { name: 'a..b' },
      { name: 'a/b' },
      { name: 'a%b' },
      { name: '.' },
      { name: '..' },
      { name: 'x'.repeat(253) },
      { name: 'x'.repeat(254) },
      { name: 'a\u0001b' },
      { name: 'a b' },
      { generateName: 'made-' },
      { generateName: 'Made-' },
      { generateName: 'made-', name: 'both' },
      { generateName: `made-${'x'.repeat(300)}` },
      { generateName: '' },
      { generateName: '-' },
      { name: 'ns1', namespace: ns },
      { name: 'ns2', namespace: 'other' },
      { name: 'ns3', namespace: '' },
      { name: 'with-uid', uid: 'abc' },
      { name: 'with-version', resourceVersion: '5' },
      { name: 'version0', resourceVersion: '0' },
      { name: 'version-x', resourceVersion: 'x' },
      { name: 'with-time', creationTimestamp: '2020-01-01T00:00:00Z' },
      { name: 'deleted', deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 5 },
      { name: 'generation', generation: 7 },
      { name: 'self', selfLink: '/x' },
      { name: 'negative', generation: -1 },
      { name: 'l1', labels: { 'a b': 'c' } },
      { name: 'l2', labels: { a: 'b c' } },
      { name: 'l3', labels: { '': 'c' } },
      { name: 'l4', labels: { 'x/y/z': 'c' } },
      { name: 'l5', labels: { a: 'x'.repeat(64) } },
      { name: 'l6', labels: { [`${'x'.repeat(64)}`]: '' } },
      { name: 'l7', labels: { 'A_B/c': 'x' } },
      { name: 'l8', labels: { [`${'x'.repeat(254)}/a`]: 'x' } },
      { name: 'l9', labels: { a: '-' } },
      { name: 'a1', annotations: { 'A b': 'c' } },
      { name: 'a2', annotations: { 'UPPER/x': '' } },
      { name: 'a3', annotations: { a: 'x'.repeat(262144) } },
      { name: 'a4', annotations: { '': '' } },
      { name: 'f1', finalizers: ['x'] },
      { name: 'f2', finalizers: ['a/b'] },
      { name: 'f3', finalizers: ['a b'] },
      { name: 'f4', finalizers: ['orphan', 'foregroundDeletion'] },
      { name: 'f5', finalizers: [''] },
      { name: 'f6', finalizers: ['a/b', 'a/b'] },
      { name: 'o1', ownerReferences: [{}] },
      { name: 'o2', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] },
      { name: 'o3', ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'p', uid: 'u' }] },
      { name: 'o4', ownerReferences: [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'p', uid: 'u' }] },
      {
        name: 'o5',
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true },
          { apiVersion: 'v1', kind: 'Pod', name: 'q', uid: 'v', controller: true },
        ],
      },
      {
        name: 'o6',
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' },
          { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' },
        ],
      },
      { name: 'm1', managedFields: [{}] },
      {
        name: 'm2',
        managedFields: [
          { manager: 'x', operation: 'Foo', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
        ],
      },
      {
        name: 'm3',
        managedFields: [
          { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'Foo', fieldsV1: {} },
        ],
      },
      {
        name: 'm4',
        managedFields: [
          {
            manager: 'x',
            operation: 'Apply',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:a': {} } },
          },
        ],
      },
      {
        name: 'm5',
        managedFields: [
          {
            manager: 'x',
            operation: 'Apply',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { foo: {} },
          },
        ],
      },
      {
        name: 'm6',
        managedFields: [
          {
            manager: 'x'.repeat(200),
            operation: 'Apply',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: {},
          },
        ],
      },
      { name: 'm7', managedFields: [] },
    ])
      await ask('POST', path, meta(metadata));
    await ask('POST', path, map('one'));
    await ask('POST', path, map('one'));
    await ask('POST', `${path}?dryRun=All`, map('one'));
    await ask('POST', `${path}?dryRun=All`, map('dry'));
    for (const dryRun of ['', 'None', 'all', 'All&dryRun=All', 'All&dryRun=Foo', 'true'])
      await ask(
        'POST',
        `${path}?dryRun=${dryRun}`,
        map(`dry-${dryRun.toLowerCase().slice(0, 4).replace('&', '')}x`),
      );
    for (const manager of ['me', '', 'x'.repeat(128), 'x'.repeat(129), 'a%00b', '%C3%A4', 'a%20b'])
      await ask('POST', `${path}?fieldManager=${manager}`, meta({ generateName: 'made-' }));
    for (const agent of [
      'kubectl/v1.33.1 (linux/amd64) kubernetes/1',
      'curl/8.0',
      '',
      '/x',
      'x'.repeat(300),
      'Mozilla/5.0 (X11)',
      'python-requests',
    ])
      await ask('POST', path, meta({ generateName: 'made-' }), { 'user-agent': agent });
    await ask('POST', '/api/v1/namespaces/none/configmaps', map('x'));
    await ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
    await ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'A' } });
    await ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'x.y' },
    });
    await ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `${ns}-b`, namespace: 'x' },
      spec: { finalizers: ['a/b'] },
      status: { phase: 'Terminating' },
    });
  },
  update: async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    const made = (await ask('POST', path, map('one'))).body;
    const put = (object, name = 'one', query = '') => ask('PUT', `${path}/${name}${query}`, object);
    await put(map('one'));
    await put({ ...made, data: { key: 'other' } });
    await put({ ...made, data: { key: 'third' } });
    await put({ ...map('one'), metadata: { name: 'one', resourceVersion: '0' } });
    await put({ ...map('one'), metadata: { name: 'one', resourceVersion: 'x' } });
    await put({ ...map('one'), metadata: { name: 'one', uid: 'other' } });
    await put({ ...map('one'), metadata: { name: 'two' } });
    await put({ ...map('one'), metadata: {} });
    await put({ ...map('one'), metadata: { name: 'one', namespace: 'x' } });
    await put(map('none'), 'none');
    await put({ ...map('none'), metadata: { name: 'none', resourceVersion: '5' } }, 'none');
    await put({ ...map('none'), metadata: { name: 'none', uid: 'u' } }, 'none');
    await put({
      ...map('one'),
      metadata: { name: 'one', labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['a/b'] },
    });
    await put({
      ...map('one'),
      metadata: {
        name: 'one',
        creationTimestamp: '2020-01-01T00:00:00Z',
        deletionTimestamp: '2020-01-01T00:00:00Z',
        generation: 9,
      },
    });
    await put(map('one', { immutable: true }));
    await put(map('one', { immutable: true, data: { a: 'b' } }));
    await put(map('one', { immutable: false }));
    await put(map('one'), 'one', '?dryRun=All');
    await put(map('one'), 'one', '?dryRun=x');
    await put(map('one'), 'one', '?fieldManager=%00');
    await ask('GET', `${path}/one`);
    for (const [resource, kind, apiVersion, extra] of [
      [`/api/v1/namespaces/${ns}/services/x`, 'Service', 'v1', { spec: { ports: [{ port: 80 }] } }],
      [`/api/v1/namespaces/${ns}/endpoints/x`, 'Endpoints', 'v1', {}],
      [`/api/v1/namespaces/${ns}/limitranges/x`, 'LimitRange', 'v1', { spec: { limits: [] } }],
      [`/api/v1/namespaces/${ns}/events/x`, 'Event', 'v1', { involvedObject: { namespace: ns } }],
      [`/apis/coordination.k8s.io/v1/namespaces/${ns}/leases/x`, 'Lease', 'coordination.k8s.io/v1', {}],
      [
        `/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}/roles/x`,
        'Role',
        'rbac.authorization.k8s.io/v1',
        {},
      ],
      [
        `/apis/rbac.authorization.k8s.io/v1/clusterroles/${ns}`,
        'ClusterRole',
        'rbac.authorization.k8s.io/v1',
        {},
      ],
      ['/apis/node.k8s.io/v1/runtimeclasses/x', 'RuntimeClass', 'node.k8s.io/v1', { handler: 'h' }],
      [`/api/v1/namespaces/${ns}/secrets/x`, 'Secret', 'v1', {}],
      [`/apis/apps/v1/namespaces/${ns}/deployments/x`, 'Deployment', 'apps/v1', {}],
      [`/api/v1/namespaces/${ns}/serviceaccounts/x`, 'ServiceAccount', 'v1', {}],
      ['/apis/scheduling.k8s.io/v1/priorityclasses/x', 'PriorityClass', 'scheduling.k8s.io/v1', { value: 1 }],
      ['/apis/storage.k8s.io/v1/storageclasses/x', 'StorageClass', 'storage.k8s.io/v1', { provisioner: 'p' }],
      [
        `/apis/discovery.k8s.io/v1/namespaces/${ns}/endpointslices/x`,
        'EndpointSlice',
        'discovery.k8s.io/v1',
        { addressType: 'IPv4', endpoints: [] },
      ],
    ]) {
      const name = resource.split('/').at(-1);
      const first = await ask('PUT', resource, { apiVersion, kind, metadata: { name }, ...extra });
      await ask('PUT', resource, { apiVersion, kind, metadata: { name, labels: { a: 'b' } }, ...extra });
      await ask('PUT', resource, {
        apiVersion,
        kind,
        metadata: { name, resourceVersion: first.body.metadata?.resourceVersion, labels: { a: 'c' } },
        ...extra,
      });
    }
  },
  'JSON patches': async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps/one`;
    await ask(
      'POST',
      `/api/v1/namespaces/${ns}/configmaps`,
      map('one', { metadata: { name: 'one', labels: { a: 'b' }, annotations: { 'x/y': 'z' } } }),
    );
    const patch = (operations, query = '') =>
      ask(
        'PATCH',
        `${path}${query}`,
        typeof operations === 'string' ? operations : JSON.stringify(operations),
        as('json'),
      );
    for (const operations of [
      [],
      {},
      'null',
      '',
      '[',
      '[null]',
      '[1]',
      [{}],
      [{ op: 'add' }],
      [{ path: '/data/x' }],
      [{ op: 'add', path: '/data/x' }],
      [{ op: 'add', path: '/data/x', value: 1 }],
      [{ op: 'add', path: '/data/x', value: null }],
      [{ op: 'add', path: 'data/x', value: 'y' }],
      [{ op: 'add', path: '/data/y', value: 'y' }],
      [{ op: 'add', path: '/none/y', value: 'y' }],
      [{ op: 'remove', path: '/data/none' }],
      [{ op: 'remove', path: '/none/none' }],
      [{ op: 'remove', path: '/data/y' }],
      [{ op: 'remove', path: '' }],
      [{ op: 'replace', path: '/data/none', value: 'x' }],
      [{ op: 'replace', path: '/none/x', value: 'x' }],
      [{ op: 'replace', path: '', value: {} }],
      [{ op: 'test', path: '/data/key', value: 'value' }],
      [{ op: 'test', path: '/data/key', value: 'other' }],
      [{ op: 'test', path: '/data/none', value: 'x' }],
      [{ op: 'test', path: '/data/none', value: null }],
      [{ op: 'test', path: '/data/none' }],
      [{ op: 'test', path: '/none/none', value: null }],
      [{ op: 'test', path: '/metadata/labels', value: { a: 'b' } }],
      [{ op: 'test', path: '/metadata/labels', value: { a: 'c' } }],
      [{ op: 'test', path: '/metadata/name', value: 5 }],
      [{ op: 'test', path: '/kind', value: 'Pod' }],
      [{ op: 'test', path: '', value: {} }],
      [{ op: 'test', path: '/data/key/deep', value: 1 }],
      [{ op: 'copy', from: '/data/key', path: '/data/copy' }],
      [{ op: 'copy', from: '/data/none', path: '/data/copy' }],
      [{ op: 'copy', path: '/data/copy' }],
      [{ op: 'move', from: '/data/copy', path: '/data/moved' }],
      [{ op: 'move', from: '/data/none', path: '/data/moved' }],
      [{ op: 'move', from: '/data', path: '/data/in' }],
      [{ op: 'foo', path: '/data/x' }],
      [{ op: 'ADD', path: '/data/x', value: 'y' }],
      [{ op: 'add', path: '/metadata/annotations/x~1y', value: 'new' }],
      [{ op: 'add', path: '/metadata/annotations/a~0b', value: 'new' }],
      [{ op: 'add', path: '/metadata/finalizers/-', value: 'a/b' }],
      [{ op: 'add', path: '/metadata/finalizers', value: ['a/b'] }],
      [{ op: 'add', path: '/metadata/finalizers/0', value: 'a/c' }],
      [{ op: 'add', path: '/metadata/finalizers/5', value: 'a/d' }],
      [{ op: 'add', path: '/metadata/finalizers/-1', value: 'a/e' }],
      [{ op: 'add', path: '/metadata/finalizers/x', value: 'a/f' }],
      [{ op: 'remove', path: '/metadata/finalizers/9' }],
      [{ op: 'remove', path: '/metadata/finalizers/-' }],
      [{ op: 'remove', path: '/metadata/finalizers/01' }],
      [{ op: 'replace', path: '/metadata/finalizers/9', value: 'x' }],
      [{ op: 'remove', path: '/metadata/finalizers' }],
      [{ op: 'replace', path: '/metadata/name', value: 'two' }],
      [{ op: 'replace', path: '/metadata/namespace', value: 'two' }],
      [{ op: 'remove', path: '/metadata/name' }],
      [{ op: 'remove', path: '/metadata' }],
      [{ op: 'replace', path: '/kind', value: 'Pod' }],
      [{ op: 'replace', path: '/apiVersion', value: 'v2' }],
      [{ op: 'remove', path: '/kind' }],
      [{ op: 'replace', path: '/metadata/uid', value: 'x' }],
      [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }],
      [{ op: 'remove', path: '/metadata/resourceVersion' }],
      [{ op: 'replace', path: '/metadata/creationTimestamp', value: null }],
      [{ op: 'add', path: '/metadata/deletionTimestamp', value: '2020-01-01T00:00:00Z' }],
      [{ op: 'remove', path: '/metadata/managedFields' }],
      [{ op: 'add', path: '/data', value: 'x' }],
      [{ op: 'add', path: '/immutable', value: 'x' }],
      [{ op: 'add', path: '/foo', value: 'x' }],
      [{ op: 'add', path: '/metadata/labels', value: { 'a b': 'c' } }],
      Array.from({ length: 10001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' })),
    ])
      await patch(operations);
    await patch([{ op: 'add', path: '/data/dry', value: 'y' }], '?dryRun=All');
    await patch([], '?force=true');
    await patch([], '?fieldManager=%00');
    await ask('PATCH', `${path}-none`, '[]', as('json'));
    await ask('GET', path);
  },
  'merge patches': async (ask, ns) => {
    const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
    await ask('POST', `/apis/apps/v1/namespaces/${ns}/deployments`, deployment('web'));
    for (const kind of ['merge', 'strategic'])
      for (const patch of [
        {},
        { metadata: { labels: { a: 'b' } } },
        { metadata: { labels: { a: null } } },
        { metadata: { labels: null } },
        { metadata: { labels: {} } },
        { spec: { replicas: 2 } },
        { spec: { replicas: null } },
        { spec: { replicas: 2 }, metadata: { resourceVersion: '1' } },
        { metadata: { resourceVersion: '' } },
        { metadata: { uid: 'x' } },
        { metadata: { name: 'x' } },
        { metadata: { namespace: 'x' } },
        { metadata: { creationTimestamp: null } },
        { metadata: { finalizers: ['a/b'] } },
        { metadata: { finalizers: ['a/c'] } },
        { metadata: { finalizers: null } },
        { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'a' }] } },
        { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'b', uid: 'b' }] } },
        { metadata: { ownerReferences: null } },
        { spec: { template: { spec: { containers: [{ name: 'web', image: 'httpd' }] } } } },
        { spec: { template: { spec: { containers: [{ name: 'second', image: 'x' }] } } } },
        { spec: { template: { spec: { containers: [{ image: 'x' }] } } } },
        { spec: { template: { spec: { containers: [] } } } },
        { spec: { template: { spec: { containers: null } } } },
        { spec: { selector: { matchLabels: { app: 'other' } } } },
        { spec: { strategy: { type: 'Recreate' } } },
        { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
        { spec: { strategy: null } },
        { status: { replicas: 5 } },
        { kind: 'Pod' },
        { apiVersion: 'v1' },
        { kind: null },
        { spec: null },
        { spec: [] },
        { spec: { template: { spec: { $patch: 'replace', containers: [{ name: 'only', image: 'x' }] } } } },
      ])
        await ask('PATCH', path, patch, as(kind));
    for (const body of ['', '{', '[]', 'null', '"x"', '5', '[{}]', 'a: b'])
      for (const kind of ['merge', 'strategic']) await ask('PATCH', path, body, as(kind));
    await ask('PATCH', `${path}-none`, {}, as('merge'));
    await ask('PATCH', `${path}?force=true`, {}, as('merge'));
    await ask('PATCH', `${path}?dryRun=All`, { spec: { replicas: 9 } }, as('merge'));
    await ask('PATCH', `${path}?dryRun=foo`, { spec: { replicas: 9 } }, as('merge'));
    await ask('GET', path);
  },
  'directives of strategic merge patches': async (ask, ns) => {
    const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
    const containers = [
      {
        name: 'a',
        image: 'a',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
        args: ['1', '2'],
        ports: [{ containerPort: 80 }, { containerPort: 81 }],
      },
      { name: 'b', image: 'b' },
    ];
    const tolerations = [{ key: 'k', operator: 'Exists' }];
    const fresh = deployment('web', {
      template: {
        metadata: { labels: { app: 'web', x: 'y' }, finalizers: ['a/a', 'a/b'] },
        spec: {
          containers,
          tolerations,
          volumes: [
            { name: 'v', emptyDir: {} },
            { name: 'w', configMap: { name: 'c' } },
          ],
          imagePullSecrets: [{ name: 's' }],
          hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }],
          topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule' }],
        },
      },
    });
    for (const spec of [
      { containers: [{ name: 'b', $patch: 'delete' }] },
      { containers: [{ name: 'none', $patch: 'delete' }] },
      { containers: [{ $patch: 'delete' }] },
      { containers: [{ $patch: 'replace' }, { name: 'c', image: 'c' }] },
      { containers: [{ name: 'c', image: 'c' }, { $patch: 'replace' }] },
      { containers: [{ $patch: 'merge', name: 'a', image: 'aa' }] },
      { containers: [{ $patch: 'foo', name: 'a' }] },
      { containers: [{ $patch: 5, name: 'a' }] },
      { $patch: 'foo' },
      { $patch: 'delete' },
      { $patch: 'replace' },
      { $patch: 'replace', containers: [{ name: 'z', image: 'z' }] },
      { $patch: 'merge', hostNetwork: true },
      { containers: [{ name: 'a', env: [{ name: 'X', $patch: 'delete' }] }] },
      { containers: [{ name: 'a', env: [{ $patch: 'replace' }] }] },
      { containers: [{ name: 'a', args: ['3'] }] },
      { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }] }] },
      { containers: [{ name: 'a', ports: [{ containerPort: 80, $patch: 'delete' }] }] },
      { containers: [{ name: 'a', ports: [{ name: 'http' }] }] },
      { $setElementOrder: {} },
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [{ name: 'c', image: 'c' }],
      },
      {
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
        containers: [{ name: 'c', image: 'c' }],
      },
      { '$setElementOrder/containers': [{ name: 'b' }] },
      { '$setElementOrder/containers': [{}] },
      { '$setElementOrder/containers': 'x' },
      { '$setElementOrder/tolerations': [] },
      { '$setElementOrder/none': [{ name: 'b' }] },
      { '$deleteFromPrimitiveList/containers': ['a'] },
      { '$deleteFromPrimitiveList/none': ['a'] },
      { '$deleteFromPrimitiveList/containers': 'x' },
      { containers: [{ name: 'a', '$deleteFromPrimitiveList/args': ['1'] }] },
      { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
      { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
      { volumes: [{ name: 'v', $retainKeys: ['name'] }] },
      { volumes: [{ name: 'v', $retainKeys: 'x' }] },
      { volumes: [{ name: 'v', $retainKeys: ['name'], hostPath: { path: '/x' } }] },
      { volumes: [{ name: 'w', configMap: { name: 'd', $patch: 'replace' } }] },
      { volumes: [{ name: 'w', configMap: null, emptyDir: {} }] },
      { tolerations: [{ key: 'other', operator: 'Exists' }] },
      { tolerations: null },
      { imagePullSecrets: [{ name: 't' }] },
      { imagePullSecrets: [{ name: 's', $patch: 'delete' }] },
      { hostAliases: [{ ip: '2.2.2.2', hostnames: ['b'] }] },
      { hostAliases: [{ ip: '1.1.1.1', hostnames: ['b'] }] },
      { topologySpreadConstraints: [{ topologyKey: 'k', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' }] },
      { containers: {} },
      { containers: 'x' },
      { containers: [1] },
      { containers: [[]] },
      { containers: [null] },
      { nodeSelector: { a: 'b', $patch: 'replace' } },
      { nodeSelector: { a: 'b' } },
      { securityContext: { $patch: 'delete' } },
      { securityContext: { supplementalGroups: [1, 2] } },
      { foo: { $patch: 'replace' } },
      { foo: [{ $patch: 'replace' }] },
    ]) {
      await ask('DELETE', path, { propagationPolicy: 'Background' });
      await ask('POST', `/apis/apps/v1/namespaces/${ns}/deployments`, fresh);
      await ask('PATCH', path, { spec: { template: { spec } } }, as('strategic'));
    }
    for (const metadata of [
      { '$deleteFromPrimitiveList/finalizers': ['a/a'] },
      { '$deleteFromPrimitiveList/finalizers': ['a/a'], finalizers: ['a/c'] },
      { '$setElementOrder/finalizers': ['a/c', 'a/b', 'a/a'], finalizers: ['a/c'] },
      { '$setElementOrder/finalizers': ['a/b'], finalizers: ['a/c'] },
      { finalizers: ['a/c'] },
      { labels: { $patch: 'replace', app: 'web' } },
    ]) {
      await ask('DELETE', path, { propagationPolicy: 'Background' });
      await ask('POST', `/apis/apps/v1/namespaces/${ns}/deployments`, fresh);
      await ask('PATCH', path, { spec: { template: { metadata } } }, as('strategic'));
    }
    await ask('PATCH', path, { $patch: 'delete' }, as('strategic'));
    await ask('PATCH', path, { $patch: 'replace' }, as('strategic'));
    await ask('PATCH', path, { $patch: 'replace', metadata: { name: 'web' } }, as('strategic'));
    await ask('PATCH', path, { $patch: 'foo' }, as('strategic'));
    await ask('PATCH', path, { $retainKeys: ['metadata'] }, as('strategic'));
  },
  apply: async (ask, ns) => {
    const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
    const apply = (object, query = 'fieldManager=one', type = 'apply') =>
      ask('PATCH', `${path}?${query}`, object, as(type));
    await apply(deployment('web'), '');
    await apply(deployment('web'), 'fieldManager=');
    await apply(deployment('web'), 'fieldManager=a%00');
    await apply(deployment('web'), 'fieldManager=one&force=foo');
    await apply('', 'fieldManager=one');
    await apply('[]');
    await apply('text');
    await apply('{');
    await apply('a: b: c');
    await apply({});
    await apply({ apiVersion: 'apps/v1', kind: 'Deployment' });
    await apply({ kind: 'Deployment', metadata: { name: 'web' } });
    await apply({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' } });
    await apply({ apiVersion: 'apps/v2', kind: 'Deployment', metadata: { name: 'web' } });
    await apply({ ...deployment('other') });
    await apply({ ...deployment('web'), metadata: { name: 'web', namespace: 'other' } });
    await apply({ ...deployment('web'), metadata: { name: 'web', managedFields: [] } });
    await apply({ ...deployment('web'), metadata: { name: 'web', managedFields: [{ manager: 'x' }] } });
    await apply({ ...deployment('web'), metadata: { name: 'web', uid: 'x' } });
    await apply({ ...deployment('web'), metadata: { name: 'web', resourceVersion: '5' } });
    await apply({ ...deployment('web'), foo: 1 });
    await apply(deployment('web', { foo: 1, bar: { baz: 2 } }));
    await apply(deployment('web', { replicas: 'x' }));
    await apply(deployment('web'), 'fieldManager=one&dryRun=All');
    await ask('GET', path);
    await apply(deployment('web', { replicas: 2 }));
    await apply(deployment('web', { replicas: 2 }));
    await apply(deployment('web', { replicas: 3 }), 'fieldManager=two');
    await apply(deployment('web', { replicas: 3, minReadySeconds: 5 }), 'fieldManager=two');
    await apply(deployment('web', { replicas: 3 }), 'fieldManager=two&force=true');
    await apply(deployment('web'), 'fieldManager=one');
    await apply(deployment('web'), 'fieldManager=two');
    await ask('PATCH', `${path}?fieldManager=three`, { spec: { replicas: 7, paused: true } }, as('merge'));
    await apply(deployment('web', { replicas: 1, paused: false }), 'fieldManager=one');
    await apply(deployment('web', { replicas: 7, paused: true }), 'fieldManager=one');
    const withContainers = (containers, extra = {}) =>
      deployment('web', {
        template: { metadata: { labels: { app: 'web' } }, spec: { containers, ...extra } },
      });
    await apply(
      withContainers([
        { name: 'web', image: 'nginx' },
        { name: 'side', image: 's', env: [{ name: 'A', value: '1' }] },
      ]),
    );
    await apply(withContainers([{ name: 'web', image: 'nginx' }]));
    await apply(
      withContainers([
        { name: 'web', image: 'nginx' },
        { name: 'web', image: 'other' },
      ]),
    );
    await apply(withContainers([{ image: 'nginx' }]));
    await apply(
      withContainers([
        {
          name: 'web',
          image: 'nginx',
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
        },
      ]),
    );
    await apply(
      withContainers([
        {
          name: 'web',
          image: 'nginx',
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }],
        },
      ]),
    );
    await apply(withContainers([{ name: 'web', image: 'nginx', ports: [{ name: 'x' }] }]));
    await apply(
      withContainers([{ name: 'web', image: 'nginx', command: ['a', 'a'], args: [] }], {
        hostAliases: [],
        nodeSelector: {},
        tolerations: [{ key: 'a' }],
      }),
    );
    await apply(withContainers([{ name: 'web', image: 'changed' }]), 'fieldManager=two');
    await apply(withContainers([{ name: 'web', image: null }]), 'fieldManager=one');
    await apply(withContainers(null), 'fieldManager=one');
    await apply({ ...deployment('web'), metadata: { name: 'web', finalizers: ['a/b', 'a/b'] } });
    await apply({ ...deployment('web'), metadata: { name: 'web', finalizers: ['a/b'], labels: { x: 'y' } } });
    await apply(
      { ...deployment('web'), metadata: { name: 'web', finalizers: ['a/c'] } },
      'fieldManager=four',
    );
    await apply({ ...deployment('web'), metadata: { name: 'web' } });
    await apply({ ...deployment('web'), status: { replicas: 3 } });
    await ask(
      'PATCH',
      `${path}/status?fieldManager=status`,
      { ...deployment('web'), status: { replicas: 3 } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `${path}/status?fieldManager=status`,
      { apiVersion: 'apps/v1', kind: 'Deployment', status: { conditions: [{ type: 'A', status: 'True' }] } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `${path}/scale?fieldManager=scaler`,
      { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 4 } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `${path}/scale?fieldManager=scaler&force=true`,
      { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 4 } },
      as('apply'),
    );
    await ask('PUT', `${path}/scale?fieldManager=putter`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', namespace: ns },
      spec: { replicas: 5 },
    });
    await apply(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5, replicas: 6}\n',
    );
    await apply(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5, replicas: 6}\n',
      'fieldManager=one&fieldValidation=Strict',
    );
    await ask('PATCH', path, { metadata: { managedFields: [{}] } }, as('merge'));
    await apply(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { z: 'z' } } },
      'fieldManager=late',
    );
    await ask('PATCH', path, { metadata: { managedFields: [] } }, as('merge'));
    await ask('GET', path);
    const service = `/api/v1/namespaces/${ns}/services/s`;
    const ports = (list) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { selector: { a: 'b' }, ports: list },
    });
    await ask('PATCH', `${service}?fieldManager=one`, ports([{ port: 80, name: 'a' }]), as('apply'));
    await ask('PATCH', `${service}?fieldManager=one`, ports([{ port: 81, name: 'a' }]), as('apply'));
    await ask('PATCH', `${service}?fieldManager=two`, ports([{ port: 81, targetPort: 5 }]), as('apply'));
    await ask('PATCH', `${service}?fieldManager=two`, ports([{ port: 82, name: 'b' }]), as('apply'));
    await ask('PATCH', `${service}?fieldManager=one`, ports([]), as('apply'));
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/configmaps/late?fieldManager=one`,
      { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/configmaps/late?fieldManager=two`,
      { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'c' } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/configmaps/late?fieldManager=one`,
      { apiVersion: 'v1', kind: 'ConfigMap', data: null },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/configmaps/late?fieldManager=one`,
      { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 5 } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/api/v1/namespaces/none/configmaps/x?fieldManager=one`,
      { apiVersion: 'v1', kind: 'ConfigMap' },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/secrets/s?fieldManager=one`,
      { apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } },
      as('apply'),
    );
  },
  delete: async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    const fresh = (name = 'one', metadata = {}) =>
      ask('POST', path, { ...map(name), metadata: { name, ...metadata } });
    await ask('DELETE', `${path}/none`);
    for (const body of [
      undefined,
      '',
      '{}',
      'null',
      '[]',
      '{',
      'x',
      { kind: 'DeleteOptions', apiVersion: 'v1' },
      { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' },
      { kind: 'DeleteOptions', apiVersion: 'apps/v1' },
      { kind: 'DeleteOptions', apiVersion: 'foo/v1' },
      { kind: 'Foo', apiVersion: 'v1' },
      { kind: 'ConfigMap', apiVersion: 'v1' },
      { foo: 1 },
      { gracePeriodSeconds: 0 },
      { gracePeriodSeconds: -1 },
      { gracePeriodSeconds: 'x' },
      { gracePeriodSeconds: 1.5 },
      { propagationPolicy: 'Orphan' },
      { propagationPolicy: 'Foreground' },
      { propagationPolicy: 'Background' },
      { propagationPolicy: 'foo' },
      { propagationPolicy: '' },
      { propagationPolicy: 5 },
      { orphanDependents: true },
      { orphanDependents: false },
      { orphanDependents: 'true' },
      { orphanDependents: true, propagationPolicy: 'Orphan' },
      { preconditions: { uid: 'x' } },
      { preconditions: { resourceVersion: '1' } },
      { preconditions: { resourceVersion: '1', uid: 'x' } },
      { preconditions: {} },
      { preconditions: 'x' },
      { dryRun: ['All'] },
      { dryRun: ['foo'] },
      { dryRun: 'All' },
      { dryRun: [] },
      { dryRun: ['All', 'All'] },
      { ignoreStoreReadErrorWithClusterBreakingPotential: true },
    ]) {
      await fresh();
      await ask('DELETE', `${path}/one`, body);
    }
    for (const query of [
      'gracePeriodSeconds=0',
      'gracePeriodSeconds=x',
      'gracePeriodSeconds=-5',
      'propagationPolicy=Orphan',
      'propagationPolicy=foo',
      'orphanDependents=true',
      'orphanDependents=foo',
      'orphanDependents=true&propagationPolicy=Orphan',
      'dryRun=All',
      'dryRun=foo',
      'dryRun=',
      'uid=x',
      'foo=bar',
      'preconditions.uid=x',
    ]) {
      await fresh();
      await ask('DELETE', `${path}/one?${query}`);
    }
    await fresh();
    await ask('DELETE', `${path}/one?gracePeriodSeconds=5`, {
      gracePeriodSeconds: 0,
      propagationPolicy: 'Background',
    });
    await fresh('held', { finalizers: ['a/b'] });
    await ask('DELETE', `${path}/held`);
    await ask('DELETE', `${path}/held`);
    await ask('PATCH', `${path}/held`, { metadata: { finalizers: ['a/b', 'a/c'] } }, as('merge'));
    await ask('PATCH', `${path}/held`, { metadata: { labels: { a: 'b' } } }, as('merge'));
    await ask('PATCH', `${path}/held`, { metadata: { deletionTimestamp: null } }, as('merge'));
    await ask('DELETE', `${path}/held`, { propagationPolicy: 'Orphan' });
    await ask('DELETE', `${path}/held`, { propagationPolicy: 'Foreground' });
    await ask('DELETE', `${path}/held`, { propagationPolicy: 'Background' });
    await ask('POST', path, map('held'));
    await ask('PATCH', `${path}/held`, { metadata: { finalizers: null } }, as('merge'));
    await ask('GET', `${path}/held`);
    const pods = `/api/v1/namespaces/${ns}/pods`;
    for (const body of [
      undefined,
      { gracePeriodSeconds: 0 },
      { gracePeriodSeconds: 5 },
      { gracePeriodSeconds: -1 },
    ]) {
      await ask('POST', pods, pod('p'));
      await ask('DELETE', `${pods}/p`, body);
      await ask('GET', `${pods}/p`);
      await ask('POST', pods, pod('placed', { nodeName: 'somewhere' }));
      await ask('DELETE', `${pods}/placed`, body);
      await ask('DELETE', `${pods}/placed`, body);
      await ask('DELETE', `${pods}/placed`, { gracePeriodSeconds: 60 });
      await ask('DELETE', `${pods}/placed`, { gracePeriodSeconds: 2 });
      await ask('DELETE', `${pods}/placed`, { gracePeriodSeconds: 0 });
    }
    for (const [query, body] of [
      ['labelSelector=a%3Db'],
      ['labelSelector=a'],
      ['fieldSelector=metadata.name%3Dd2'],
      ['limit=1'],
      ['dryRun=All'],
      ['', { dryRun: ['All'] }],
      ['', { preconditions: { uid: 'x' } }],
      ['', { propagationPolicy: 'foo' }],
      ['resourceVersion=0'],
      ['labelSelector=%3D'],
      ['fieldSelector=x%3Dy'],
      [''],
    ]) {
      for (const name of ['d1', 'd2', 'd3']) await fresh(name, name === 'd1' ? { labels: { a: 'b' } } : {});
      await ask('DELETE', `${path}?${query}`, body);
      await ask('GET', path);
    }
    for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'none'])
      await ask('DELETE', `/api/v1/namespaces/${name}`);
    for (const [resource, object] of [
      [
        'services',
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { ports: [{ port: 1 }] } },
      ],
      ['secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }],
      ['serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x' } }],
      ['endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'x' } }],
      [
        'limitranges',
        { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'x' }, spec: { limits: [] } },
      ],
      [
        'replicationcontrollers',
        {
          apiVersion: 'v1',
          kind: 'ReplicationController',
          metadata: { name: 'x' },
          spec: {
            selector: { a: 'b' },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
          },
        },
      ],
      [
        'persistentvolumeclaims',
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'x' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    ]) {
      await ask('POST', `/api/v1/namespaces/${ns}/${resource}`, object);
      await ask('DELETE', `/api/v1/namespaces/${ns}/${resource}/x`);
    }
    const apps = `/apis/apps/v1/namespaces/${ns}/deployments`;
    await ask('POST', apps, deployment('d'));
    await ask('DELETE', `${apps}/d`, { propagationPolicy: 'Foreground' });
    await ask('DELETE', `${apps}/d`, { propagationPolicy: 'Orphan' });
    await ask('GET', `${apps}/d`);
  },
  subresources: async (ask, ns) => {
    const pods = `/api/v1/namespaces/${ns}/pods`;
    await ask('POST', pods, pod('p'));
    for (const path of [
      'p/status',
      'p/ephemeralcontainers',
      'p/resize',
      'p/scale',
      'p/log',
      'p/exec',
      'p/attach',
      'p/portforward',
      'p/proxy',
      'p/binding',
      'none/status',
      'none/log',
      'none/exec',
    ])
      await ask('GET', `${pods}/${path}`);
    await ask(
      'PATCH',
      `${pods}/p/status`,
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      as('strategic'),
    );
    await ask('PATCH', `${pods}/p/status`, { status: { phase: 'Foo' } }, as('merge'));
    await ask(
      'PATCH',
      `${pods}/p/status`,
      { spec: { nodeName: 'x' }, metadata: { labels: { a: 'b' } } },
      as('merge'),
    );
    await ask(
      'PATCH',
      `${pods}/p/status`,
      {
        status: {
          containerStatuses: [{ name: 'none', image: '', imageID: '', ready: true, restartCount: 0 }],
        },
      },
      as('merge'),
    );
    const bind = (target, metadata = { name: 'p' }) => ({
      apiVersion: 'v1',
      kind: 'Binding',
      metadata,
      target,
    });
    for (const target of [
      {},
      { name: '' },
      { kind: 'Pod', name: 'n' },
      { kind: 'Foo', name: 'n' },
      { kind: 'Node', name: 'n1' },
      { kind: 'Node', name: 'n2' },
    ])
      await ask('POST', `${pods}/p/binding`, bind(target));
    await ask('POST', `${pods}/p/binding`, bind({ kind: 'Node', name: 'n1' }, { name: 'q' }));
    await ask('POST', `${pods}/none/binding`, bind({ kind: 'Node', name: 'n1' }, { name: 'none' }));
    await ask('POST', pods, pod('q'));
    await ask('POST', `/api/v1/namespaces/${ns}/bindings`, bind({ kind: 'Node', name: 'n1' }, { name: 'q' }));
    await ask('GET', `${pods}/q`);
    const evict = (name, extra = {}) =>
      ask('POST', `${pods}/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name },
        ...extra,
      });
    await evict('none');
    await evict('q', { deleteOptions: { dryRun: ['All'] } });
    await evict('q', { deleteOptions: { preconditions: { uid: 'x' } } });
    await ask('POST', `${pods}/q/eviction`, {
      apiVersion: 'policy/v1beta1',
      kind: 'Eviction',
      metadata: { name: 'q' },
    });
    await ask('POST', `${pods}/q/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'other' },
    });
    await ask('POST', `${pods}/q/eviction`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'q' } });
    await evict('q');
    await ask(
      'PATCH',
      `${pods}/p/ephemeralcontainers`,
      { spec: { ephemeralContainers: [{ name: 'd', image: 'b' }] } },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p/ephemeralcontainers`,
      { spec: { ephemeralContainers: [{ name: 'd', image: 'c' }] } },
      as('strategic'),
    );
    await ask('PATCH', `${pods}/p/ephemeralcontainers`, { spec: { ephemeralContainers: [] } }, as('merge'));
    await ask(
      'PATCH',
      `${pods}/p/ephemeralcontainers`,
      { spec: { ephemeralContainers: [{ name: 'c', image: 'c' }] } },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p/ephemeralcontainers`,
      {
        spec: {
          ephemeralContainers: [
            { name: 'e', image: 'c', ports: [{ containerPort: 1 }], resources: { limits: { cpu: 1 } } },
          ],
        },
      },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p/resize`,
      { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }] } },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p/resize`,
      { spec: { containers: [{ name: 'c', image: 'other' }] } },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p`,
      { spec: { containers: [{ name: 'c', image: 'other' }] } },
      as('strategic'),
    );
    await ask(
      'PATCH',
      `${pods}/p`,
      { spec: { containers: [{ name: 'c', command: ['x'] }] } },
      as('strategic'),
    );
    await ask('PATCH', `${pods}/p`, { spec: { activeDeadlineSeconds: 5 } }, as('strategic'));
    await ask('PATCH', `${pods}/p`, { spec: { activeDeadlineSeconds: 6 } }, as('strategic'));
    await ask(
      'PATCH',
      `${pods}/p`,
      { spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } },
      as('merge'),
    );
    await ask('PATCH', `${pods}/p`, { spec: { nodeName: 'z' } }, as('merge'));
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    for (const [group, resource, kind, spec] of [
      ['apis/apps/v1', 'deployments', 'Deployment', { selector: { matchLabels: { a: 'b' } }, template }],
      ['apis/apps/v1', 'replicasets', 'ReplicaSet', { selector: { matchLabels: { a: 'b' } }, template }],
      [
        'apis/apps/v1',
        'statefulsets',
        'StatefulSet',
        { serviceName: 's', selector: { matchLabels: { a: 'b' } }, template },
      ],
      ['api/v1', 'replicationcontrollers', 'ReplicationController', { selector: { a: 'b' }, template }],
    ]) {
      const path = `/${group}/namespaces/${ns}/${resource}`;
      const apiVersion = group.replace(/^apis?\//, '');
      await ask('POST', path, { apiVersion, kind, metadata: { name: 'x' }, spec });
      const scale = await ask('GET', `${path}/x/scale`);
      await ask('GET', `${path}/x/scale`, undefined, {
        accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
      });
      await ask('GET', `${path}/none/scale`);
      await ask('PUT', `${path}/x/scale`, { ...scale.body, spec: { replicas: 3 } });
      await ask('PUT', `${path}/x/scale`, { ...scale.body, spec: { replicas: 4 } });
      await ask('PUT', `${path}/x/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'x' },
        spec: { replicas: -1 },
      });
      await ask('PUT', `${path}/x/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'other' },
        spec: { replicas: 1 },
      });
      await ask('PUT', `${path}/x/scale`, { apiVersion, kind, metadata: { name: 'x' } });
      await ask('PATCH', `${path}/x/scale`, { spec: { replicas: 5 } }, as('merge'));
      await ask('PATCH', `${path}/x/scale`, { spec: { replicas: 'x' } }, as('merge'));
      await ask('PATCH', `${path}/x/scale`, { spec: { replicas: 5, foo: 1 } }, as('merge'));
      await ask('PATCH', `${path}/x/scale`, { spec: { replicas: 6 } }, as('strategic'));
      await ask(
        'PATCH',
        `${path}/x/scale`,
        [{ op: 'replace', path: '/spec/replicas', value: 2 }],
        as('json'),
      );
      await ask('PATCH', `${path}/x/scale`, [{ op: 'test', path: '/spec/replicas', value: 99 }], as('json'));
      await ask('PATCH', `${path}/x/scale?dryRun=All`, { spec: { replicas: 9 } }, as('merge'));
      await ask(
        'PATCH',
        `${path}/x/status`,
        { status: { replicas: 5 }, spec: { replicas: 77 } },
        as('merge'),
      );
      await ask('PATCH', `${path}/x/status`, { status: { replicas: -5 } }, as('merge'));
      await ask('GET', `${path}/x/status`);
      await ask('PUT', `${path}/x/status`, {
        apiVersion,
        kind,
        metadata: { name: 'x' },
        spec,
        status: { replicas: 1 },
      });
      await ask('GET', `${path}/x`);
    }
    await ask('PUT', `/api/v1/namespaces/${ns}/finalize`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: ns },
      spec: { finalizers: ['kubernetes', 'a/b'] },
    });
    await ask('PUT', `/api/v1/namespaces/${ns}/status`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: ns },
      status: { phase: 'Terminating' },
    });
    await ask('PUT', `/api/v1/namespaces/${ns}/status`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: ns },
      status: { phase: 'Active' },
    });
    await ask('POST', `/api/v1/namespaces/${ns}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    });
    for (const spec of [
      {},
      { expirationSeconds: 5 },
      { expirationSeconds: 4294967297 },
      { boundObjectRef: { kind: 'Foo', name: 'x' } },
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } },
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'wrong' } },
      { audiences: [''] },
      { audiences: ['a', 'b'] },
    ]) {
      const answer = await ask('POST', `/api/v1/namespaces/${ns}/serviceaccounts/robot/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec,
      });
      if (answer.body?.status?.token) answer.body.status.token = 'x';
    }
    await ask('POST', `/api/v1/namespaces/${ns}/serviceaccounts/none/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
  },
};
