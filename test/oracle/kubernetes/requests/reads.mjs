/** Lists, selectors, pages, versions and watches. */

const asTable = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
const encoded = encodeURIComponent;

async function fiveConfigMaps(ask, ns) {
  const path = `/api/v1/namespaces/${ns}/configmaps`;
  for (let index = 1; index <= 5; index++)
    await ask('POST', path, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `m${index}`, labels: { n: String(index), ...(index > 2 && { high: 'yes' }) } },
    });
  return path;
}

export default {
  pages: async (ask, ns) => {
    const path = await fiveConfigMaps(ask, ns);
    for (const limit of [
      '',
      '0',
      '1',
      '3',
      '5',
      '6',
      '-1',
      'x',
      '1.5',
      '99999999999999999999',
      '+2',
      '0x2',
      ' 1',
    ])
      await ask('GET', `${path}?limit=${encoded(limit)}`);
    const first = await ask('GET', `${path}?limit=2`);
    const token = encoded(first.body.metadata.continue);
    const second = await ask('GET', `${path}?limit=2&continue=${token}`);
    await ask('GET', `${path}?limit=2&continue=${encoded(second.body.metadata.continue)}`);
    await ask('GET', `${path}?continue=${token}`);
    await ask('GET', `${path}?limit=1&labelSelector=high&continue=${token}`);
    await ask('GET', `${path}?limit=1&labelSelector=high`);
    await ask('GET', `${path}?limit=2&continue=${token}`, undefined, asTable);
    await ask('GET', `${path}?limit=2&continue=${token}&resourceVersion=0`);
    await ask('GET', `${path}?limit=2&continue=${token}&resourceVersion=1`);
    await ask('GET', `${path}?limit=2&continue=${token}&resourceVersion=1&resourceVersionMatch=Exact`);
    await ask('GET', `${path}?limit=2&continue=${token}&resourceVersionMatch=Exact`);
    for (const wrong of [
      'x',
      'e30',
      Buffer.from('{"v":"meta.k8s.io/v2","rv":1,"start":"a"}').toString('base64url'),
      Buffer.from('{"v":"meta.k8s.io/v1","rv":0,"start":"a"}').toString('base64url'),
      Buffer.from('{"v":"meta.k8s.io/v1","rv":1}').toString('base64url'),
    ])
      await ask('GET', `${path}?limit=2&continue=${wrong}`);
    await ask('GET', `/api/v1/namespaces/${ns}-none/configmaps?limit=2`);
  },
  versions: async (ask, ns) => {
    const path = await fiveConfigMaps(ask, ns);
    const now = (await ask('GET', path)).body.metadata.resourceVersion;
    for (const version of ['', '0', '1', now, 'x', '-1', '1.5', '00', '99999999999999999999', ' '])
      for (const match of ['', 'Exact', 'NotOlderThan', 'foo', 'exact']) {
        await ask('GET', `${path}?resourceVersion=${encoded(version)}&resourceVersionMatch=${match}`);
        await ask('GET', `${path}?resourceVersion=${encoded(version)}&resourceVersionMatch=${match}&limit=2`);
      }
    for (const version of ['', '0', '1', now, 'x', '-1', ' '])
      await ask('GET', `${path}/m1?resourceVersion=${encoded(version)}`);
    await ask('GET', `${path}/m1?resourceVersion=0&resourceVersionMatch=Exact`);
    await ask('GET', `${path}?resourceVersion=999999999`);
    await ask('GET', `${path}?resourceVersion=999999999&resourceVersionMatch=NotOlderThan`);
    await ask('GET', `${path}?resourceVersion=999999999&resourceVersionMatch=Exact`);
    await ask('GET', `${path}/m1?resourceVersion=999999999`);
  },
  'label selectors': async (ask, ns) => {
    const path = await fiveConfigMaps(ask, ns);
    for (const selector of [
      'n=1',
      'n==1',
      'n!=1',
      'n in (1,2)',
      'n notin (1,2)',
      'high',
      '!high',
      'n=1,high',
      'high,n!=3',
      'n>2',
      'n<3',
      'n>x',
      'n>',
      'n=',
      'n!=',
      'n in ()',
      'n in (,)',
      'n in (1',
      'n in 1',
      'in in (in)',
      'n notin',
      '',
      ',',
      'n=1,',
      ',n=1',
      'n=1,,n=2',
      '=1',
      '!=1',
      '!',
      '!!n',
      '! high',
      'n = 1',
      ' n',
      'n 1',
      'n=a b',
      'a/b=c',
      'a/b/c=d',
      '/a=b',
      'a/=b',
      'A.b/c_d-e=F',
      'n=-1',
      'n=a-',
      'n=ä',
      `n=${'x'.repeat(63)}`,
      `n=${'x'.repeat(64)}`,
      `${'x'.repeat(64)}=1`,
      'n in (1,)',
      'n in (a b)',
      'n===1',
      'n=!1',
      'n=(1)',
      'x in (1),y notin (2),z',
      'n>1,n<4',
      'n>=1',
      'n exists',
      'NOTIN=1',
      'n IN (1)',
    ])
      await ask('GET', `${path}?labelSelector=${encoded(selector)}`);
    await ask('GET', `${path}?labelSelector=n%3D1&labelSelector=n%3D2`);
    await ask('DELETE', `${path}?labelSelector=${encoded('n in')}`);
    await ask('GET', `${path}?watch=1&labelSelector=${encoded('n in')}`);
  },
  'field selectors': async (ask, ns) => {
    const path = await fiveConfigMaps(ask, ns);
    for (const selector of [
      'metadata.name=m1',
      'metadata.name==m1',
      'metadata.name!=m1',
      `metadata.namespace=${ns}`,
      'metadata.namespace=other',
      'metadata.name=m1,metadata.name=m2',
      'metadata.name=m1,metadata.name!=m1',
      'data.a=b',
      'metadata.labels.n=1',
      'metadata.uid=x',
      'foo',
      'foo=',
      '=foo',
      ',',
      '',
      'metadata.name',
      'metadata.name=',
      'metadata.name!=',
      'metadata.name=a=b',
      'metadata.name=a\\=b',
      'metadata.name=a\\,b',
      'metadata.name=a\\b',
      'metadata.name=a\\',
      'metadata.name in (a)',
      'metadata.name>a',
      ' metadata.name = m1 ',
      'metadata.name=m1,',
      'metadata.name=..',
      'metadata.name=a/b',
    ])
      await ask('GET', `${path}?fieldSelector=${encoded(selector)}`);
    for (const [resource, ...fields] of [
      [
        'pods',
        'spec.nodeName',
        'status.phase',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'spec.hostNetwork',
        'status.podIP',
        'status.podIPs',
        'status.nominatedNodeName',
        'spec.hostIPC',
        'status.podIP.x',
        'status.hostIP',
      ],
      [
        'events',
        'involvedObject.kind',
        'involvedObject.namespace',
        'involvedObject.name',
        'involvedObject.uid',
        'involvedObject.apiVersion',
        'involvedObject.resourceVersion',
        'involvedObject.fieldPath',
        'reason',
        'reportingComponent',
        'source',
        'type',
        'count',
      ],
      ['secrets', 'type', 'data'],
      ['services', 'spec.clusterIP', 'spec.type', 'spec.ports'],
      ['replicationcontrollers', 'status.replicas', 'spec.replicas'],
      ['serviceaccounts', 'secrets'],
      ['persistentvolumeclaims', 'spec.volumeName', 'status.phase', 'name'],
      ['resourcequotas', 'spec'],
      ['endpoints', 'name'],
      ['limitranges', 'name'],
      ['podtemplates', 'name'],
    ])
      for (const field of fields)
        await ask('GET', `/api/v1/namespaces/${ns}/${resource}?fieldSelector=${encoded(`${field}=x`)}`);
    for (const [resource, ...fields] of [
      ['/api/v1/namespaces', 'status.phase', 'name', 'metadata.namespace'],
      ['/api/v1/nodes', 'spec.unschedulable', 'name', 'metadata.namespace'],
      ['/api/v1/persistentvolumes', 'name', 'status.phase'],
      [`/apis/apps/v1/namespaces/${ns}/replicasets`, 'status.replicas', 'x'],
      [`/apis/apps/v1/namespaces/${ns}/deployments`, 'status.replicas', 'spec.replicas'],
      [`/apis/batch/v1/namespaces/${ns}/jobs`, 'status.successful', 'x'],
      [`/apis/batch/v1/namespaces/${ns}/cronjobs`, 'x'],
      ['/apis/certificates.k8s.io/v1/certificatesigningrequests', 'spec.signerName', 'x'],
      [
        `/apis/events.k8s.io/v1/namespaces/${ns}/events`,
        'regarding.kind',
        'involvedObject.kind',
        'reason',
        'type',
        'reportingController',
      ],
      ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'spec.group'],
      [`/apis/coordination.k8s.io/v1/namespaces/${ns}/leases`, 'x'],
      ['/apis/apiregistration.k8s.io/v1/apiservices', 'x', 'metadata.name'],
    ])
      for (const field of fields) await ask('GET', `${resource}?fieldSelector=${encoded(`${field}=x`)}`);
    await ask('GET', `/api/v1/namespaces/${ns}/pods?fieldSelector=${encoded('spec.hostNetwork=maybe')}`);
    await ask('GET', `/api/v1/nodes?fieldSelector=${encoded('spec.unschedulable=maybe')}`);
  },
  watches: async (ask, ns) => {
    const path = await fiveConfigMaps(ask, ns);
    const now = (await ask('GET', path)).body.metadata.resourceVersion;
    for (const query of [
      '',
      `resourceVersion=${now}`,
      'resourceVersion=0',
      'resourceVersion=1',
      'resourceVersion=x',
      'resourceVersion=-1',
      'resourceVersionMatch=Exact',
      'resourceVersionMatch=NotOlderThan',
      'resourceVersion=0&resourceVersionMatch=NotOlderThan',
      'limit=1',
      'continue=abc',
      'labelSelector=high',
      'fieldSelector=metadata.name%3Dm1',
      'fieldSelector=foo%3Dm1',
      'sendInitialEvents=true',
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      'sendInitialEvents=true&resourceVersionMatch=Exact',
      'sendInitialEvents=false',
      'sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
      `sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${now}`,
      `sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=${now}&allowWatchBookmarks=1`,
      'sendInitialEvents=foo',
      'allowWatchBookmarks=foo',
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=x',
    ]) {
      await ask('GET', `${path}?watch=true&timeoutSeconds=1&${query}`);
      if (query.includes('sendInitial')) await ask('GET', `${path}?${query}`);
    }
    await ask('GET', `${path}?watch=true&timeoutSeconds=1`, undefined, asTable);
    await ask('GET', `${path}?watch=true&timeoutSeconds=1`, undefined, {
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    });
    await ask('GET', `${path}?watch=true&timeoutSeconds=1`, undefined, { accept: 'application/yaml' });
    await ask('GET', `${path}?watch=true&timeoutSeconds=1`, undefined, {
      accept: 'application/json;stream=watch',
    });
    for (const wrong of ['x', '-1', '1.5'])
      await ask('GET', `${path}?watch=true&timeoutSeconds=${wrong}&resourceVersion=x`);
    for (const flag of ['1', 'True', 'yes', 'on']) await ask('GET', `${path}?watch=${flag}&timeoutSeconds=1`);
    for (const flag of ['0', 'false', 'False']) await ask('GET', `${path}?watch=${flag}`);
    await ask('GET', `${path}/m1?watch=true&timeoutSeconds=1`);
    await ask('GET', `/api/v1/watch/namespaces/${ns}/configmaps?timeoutSeconds=1`);
    await ask('GET', `/api/v1/watch/namespaces/${ns}/configmaps/m2?timeoutSeconds=1`);
    await ask('GET', `/api/v1/watch/namespaces/${ns}?timeoutSeconds=1`);
    await ask('GET', `/apis/authorization.k8s.io/v1/subjectaccessreviews?watch=true`);
    await ask('GET', `${path}?timeoutSeconds=1`);
  },
  'discovery of groups and versions': async (ask) => {
    for (const path of [
      '/api/v1',
      '/apis/apps/v1',
      '/apis/batch/v1',
      '/apis/autoscaling/v1',
      '/apis/autoscaling/v2',
      '/apis/policy/v1',
      '/apis/networking.k8s.io/v1',
      '/apis/discovery.k8s.io/v1',
      '/apis/events.k8s.io/v1',
      '/apis/coordination.k8s.io/v1',
      '/apis/rbac.authorization.k8s.io/v1',
      '/apis/storage.k8s.io/v1',
      '/apis/scheduling.k8s.io/v1',
      '/apis/node.k8s.io/v1',
      '/apis/certificates.k8s.io/v1',
      '/apis/admissionregistration.k8s.io/v1',
      '/apis/apiextensions.k8s.io/v1',
      '/apis/apiregistration.k8s.io/v1',
      '/apis/authentication.k8s.io/v1',
      '/apis/authorization.k8s.io/v1',
      '/apis/resource.k8s.io/v1',
      '/apis/flowcontrol.apiserver.k8s.io/v1',
    ])
      await ask('GET', path);
    for (const group of [
      'apps',
      'batch',
      'autoscaling',
      'networking.k8s.io',
      'rbac.authorization.k8s.io',
      'apiextensions.k8s.io',
    ])
      await ask('GET', `/apis/${group}`);
  },
  'discovery in one document': async (ask) => {
    for (const version of ['v2', 'v2beta1', 'v3'])
      for (const path of ['/api', '/apis'])
        await ask('GET', path, undefined, {
          accept: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
        });
  },
};
