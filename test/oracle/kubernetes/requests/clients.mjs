/** What clients and their libraries ask for besides: state of the server, odd spellings of paths, forms, preconditions, several appliers. */

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
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (name, extra = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'web' } }, template, ...extra },
});

export default {
  'the state of the server': async (ask) => {
    for (const path of ['/healthz', '/livez', '/readyz']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) await ask(method, path);
      await ask('GET', `${path}?exclude=etcd`);
      await ask('GET', `${path}?exclude=nothing`);
      await ask('GET', `${path}/etcd`);
      await ask('GET', `${path}/log`);
      await ask('GET', `${path}/ping?verbose`);
      await ask('GET', `${path}/nothing`);
    }
    for (const path of ['/version', '/api', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1'])
      for (const method of ['HEAD', 'DELETE', 'PATCH']) await ask(method, path);
    await ask('GET', '/version?timeout=32s');
    await ask('GET', '/api?timeout=32s');
    await ask('GET', '/.well-known/openid-configuration', undefined, { accept: 'application/xml' });
    await ask('POST', '/.well-known/openid-configuration', {});
    await ask('POST', '/openid/v1/jwks', {});
    await ask('POST', '/metrics', {});
    await ask('POST', '/openapi/v3/apis/nothing', {});
  },
  'paths in odd spellings': async (ask, ns) => {
    const maps = `/api/v1/namespaces/${ns}/configmaps`;
    await ask('POST', maps, map('a.b-c'));
    for (const path of [
      `${maps}/a%2Eb-c`,
      `${maps}/a.b%2Dc`,
      `${maps}/%61.b-c`,
      `/api/v1/namespaces/${ns}/%63onfigmaps`,
      `/%61pi/v1/namespaces/${ns}/configmaps/a.b-c`,
      `${maps}/a.b-c/`,
      `${maps}//a.b-c`,
      `${maps}/a.b-c?`,
      `${maps}/a.b-c?pretty`,
      `${maps}/a.b-c?foo=bar`,
      `${maps}/a%25b`,
      `${maps}/a%00b`,
      `${maps}/a%3Fb`,
      `${maps}/a%23b`,
      `${maps}/a;b`,
      `${maps}/a+b`,
      `${maps}/a:b`,
      `${maps}/%C3%A4`,
      `${maps}/.`,
      `${maps}/%2e`,
      `${maps}/a%2fb`,
      `/api/v1/namespaces/%2e%2e/configmaps/a`,
      `/api/v1/namespaces/${ns.toUpperCase()}/configmaps`,
      `/api/v1/namespaces/a_b/configmaps`,
      `/api/v1/Namespaces`,
      `/API/v1/namespaces`,
      `/apis/APPS/v1/deployments`,
      `/apis/apps/V1/deployments`,
      `/api/v1/configmap`,
      `/api/v1/cm`,
      `/apis/apps/v1/namespaces/${ns}/Deployment`,
    ])
      await ask('GET', path);
    await ask('HEAD', `${maps}/a.b-c`);
    await ask('HEAD', maps);
    await ask('HEAD', `${maps}/none`);
  },
  'forms that libraries ask for': async (ask, ns) => {
    const maps = `/api/v1/namespaces/${ns}/configmaps`;
    await ask('POST', maps, map('one'));
    for (const accept of [
      'application/json, */*',
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v2,application/json',
      'text/html, */*;q=0.1',
      'application/json;AS=Table;g=meta.k8s.io;v=v1',
      'APPLICATION/JSON',
      'application/json;profile=x',
    ])
      for (const path of [maps, `${maps}/one`]) await ask('GET', path, undefined, { accept });
    const partial = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
    await ask('POST', maps, map('two'), partial);
    await ask('PUT', `${maps}/two`, map('two'), partial);
    await ask('PATCH', `${maps}/two`, { data: { a: 'b' } }, { ...as('merge'), ...partial });
    await ask('DELETE', `${maps}/two`, undefined, partial);
    await ask('GET', `${maps}/none`, undefined, partial);
    await ask('DELETE', maps, undefined, {
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    });
  },
  'watches from all sides': async (ask, ns) => {
    const maps = `/api/v1/namespaces/${ns}/configmaps`;
    const first = (await ask('POST', maps, map('w1', { metadata: { name: 'w1', labels: { a: 'b' } } }))).body;
    await ask('PATCH', `${maps}/w1`, { data: { x: 'y' } }, as('merge'));
    await ask('PATCH', `${maps}/w1`, { metadata: { labels: { a: 'c' } } }, as('merge'));
    await ask('POST', maps, map('w2'));
    await ask('DELETE', `${maps}/w2`);
    const from = `resourceVersion=${first.metadata.resourceVersion}`;
    for (const query of [
      from,
      `${from}&labelSelector=a%3Db`,
      `${from}&labelSelector=a%3Dc`,
      `${from}&labelSelector=!a`,
      `${from}&fieldSelector=metadata.name%3Dw2`,
      `${from}&allowWatchBookmarks=true`,
      `${from}&limit=1`,
      'resourceVersion=0&allowWatchBookmarks=true',
      'allowWatchBookmarks=true&labelSelector=a%3Dc',
      'sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      `${from}&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      'resourceVersion=1',
    ])
      await ask('GET', `${maps}?watch=true&timeoutSeconds=1&${query}`);
    const partial = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
    await ask('GET', `${maps}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`, undefined, partial);
    for (const [resource, field] of [
      ['pods', 'spec.nodeName=x'],
      ['pods', 'spec.foo=x'],
      ['secrets', 'type=Opaque'],
      ['events', 'reason=x'],
      ['services', 'spec.type=x'],
    ])
      await ask(
        'GET',
        `/api/v1/namespaces/${ns}/${resource}?watch=true&timeoutSeconds=1&fieldSelector=${encodeURIComponent(field)}`,
      );
    await ask('GET', '/api/v1/nodes?watch=true&timeoutSeconds=1');
    await ask('GET', `${maps}?watch=true&timeoutSeconds=1&resourceVersion=999999999`);
  },
  'several appliers': async (ask, ns) => {
    const web = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
    const apply = (manager, extra, query = '') =>
      ask('PATCH', `${web}?fieldManager=${manager}${query}`, extra, as('apply'));
    await apply('one', deployment('web', { replicas: 1, minReadySeconds: 5 }));
    await apply('two', deployment('web', { replicas: 1 }));
    await apply('two', deployment('web', { replicas: 2, minReadySeconds: 6 }));
    await apply('two', deployment('web', { replicas: 2, minReadySeconds: 6 }), '&force=false');
    await apply('two', deployment('web', { replicas: 2, minReadySeconds: 6 }), '&dryRun=All&force=true');
    await apply('three', deployment('web', { replicas: 9, minReadySeconds: 9 }), '&dryRun=All');
    await apply('two', deployment('web', { replicas: 2 }), '&force=true');
    await apply('one', deployment('web', { minReadySeconds: 5 }));
    await apply('one', deployment('web'));
    await apply('one', { ...deployment('web'), metadata: { name: 'web', managedFields: [] } });
    await apply('one', { ...deployment('web'), metadata: { name: 'web', managedFields: [{}] } });
    await apply('one', { ...deployment('web'), metadata: { name: 'web', resourceVersion: '1' } });
    await apply('one', { ...deployment('web'), metadata: { name: 'web', uid: 'x' } });
    await apply('one', { ...deployment('web'), metadata: { name: 'other' } });
    await apply('one', { ...deployment('web'), metadata: { name: 'web', namespace: 'other' } });
    await apply('', deployment('web'));
    await apply('a%20b', deployment('web'));
    await apply('x'.repeat(129), deployment('web'));
    const container = (extra) =>
      deployment('web', {
        template: { ...template, spec: { containers: [{ name: 'c', image: 'i', ...extra }] } },
      });
    await apply(
      'ports',
      container({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }),
    );
    await apply('ports', container({ ports: [{ containerPort: 80, protocol: 'UDP' }] }));
    await apply(
      'env',
      container({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      }),
    );
    await apply(
      'env',
      container({
        env: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
      }),
    );
    await apply('env', container({ env: [{ name: 'A' }] }));
    await apply('env', container({ env: [{ value: 'no name' }] }));
    await ask('PATCH', web, { metadata: { managedFields: null } }, as('merge'));
    await ask('GET', web);
    await ask(
      'PATCH',
      `${web}/status?fieldManager=s`,
      { ...deployment('web'), status: { replicas: 1 } },
      as('apply'),
    );
    await ask(
      'PATCH',
      `/apis/apps/v1/namespaces/${ns}/deployments/none/status?fieldManager=s`,
      deployment('none'),
      as('apply'),
    );
    await ask(
      'PATCH',
      `/apis/apps/v1/namespaces/${ns}/deployments?fieldManager=s`,
      deployment('none'),
      as('apply'),
    );
  },
  'patches of parts': async (ask, ns) => {
    const web = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
    await ask('POST', `/apis/apps/v1/namespaces/${ns}/deployments`, deployment('web'));
    for (const part of ['status', 'scale', 'nothing', 'log'])
      for (const kind of ['json', 'merge', 'strategic', 'apply']) {
        const body =
          kind === 'json' ? [] : kind === 'apply' ? deployment('web') : { metadata: { name: 'web' } };
        await ask('PATCH', `${web}/${part}?${kind === 'apply' ? 'fieldManager=a' : ''}`, body, as(kind));
      }
    await ask('PUT', `${web}/status`, { ...deployment('web'), status: { observedGeneration: -1 } });
    await ask('DELETE', `${web}/scale`);
    await ask('POST', `${web}/scale`, {});
    await ask('GET', `${web}/scale?watch=true&timeoutSeconds=1`);
    await ask('GET', `${web}/status?resourceVersion=x`);
  },
  'conditions of deletes': async (ask, ns) => {
    const maps = `/api/v1/namespaces/${ns}/configmaps`;
    const made = (await ask('POST', maps, map('a'))).body;
    const { uid, resourceVersion } = made.metadata;
    await ask('DELETE', `${maps}/a`, { preconditions: { uid: 'x', resourceVersion } });
    await ask('DELETE', `${maps}/a`, { preconditions: { uid, resourceVersion: 'x' } });
    await ask('DELETE', maps, { preconditions: { uid: 'x' } });
    await ask('DELETE', maps, { preconditions: { resourceVersion: '1' } });
    await ask('DELETE', `${maps}?limit=-1`);
    await ask('DELETE', `${maps}?limit=x`);
    await ask('DELETE', `${maps}?continue=x`);
    await ask('DELETE', `${maps}?fieldSelector=metadata.name%3Dnone`);
    await ask('DELETE', `${maps}/a`, { preconditions: { uid, resourceVersion } });
    await ask('DELETE', `${maps}/a`, { preconditions: { uid, resourceVersion } });
    await ask('DELETE', '/api/v1/configmaps');
    await ask('DELETE', `/api/v1/namespaces/${ns}/services`);
    await ask('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterroles?labelSelector=none%3Dx');
    for (const length of [57, 58, 59, 63, 64, 248, 249, 253])
      await ask('POST', maps, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { generateName: `${'made-'.padEnd(length, 'm')}` },
      });
    await ask('POST', `/api/v1/namespaces/${ns}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { generateName: `made-${'m'.repeat(70)}` },
      spec: { ports: [{ port: 80 }] },
    });
    await ask('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-.' } });
    await ask('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 5 } });
  },
};
