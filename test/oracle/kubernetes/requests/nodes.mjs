/** What the user that is a node may do. */

const containers = [{ name: 'c', image: 'i' }];

/** Asks as a node, whose name has the namespace in it: nodes are shared by all scenarios. */
const asNode =
  (ask, node) =>
  (method, path, body, headers = {}) =>
    ask(method, path, body, {
      ...headers,
      'impersonate-user': `system:node:${node}`,
      'impersonate-group': 'system:nodes',
    });
const merge = { 'content-type': 'application/merge-patch+json' };
const node = (name, more = {}, metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, ...metadata },
  ...more,
});

export default {
  'reading what belongs to its pods': async (ask, ns) => {
    const name = `${ns}-one`;
    const me = asNode(ask, name);
    const other = asNode(ask, `${ns}-two`);
    const api = `/api/v1/namespaces/${ns}`;
    await ask.silently('POST', '/api/v1/nodes', node(name));
    for (const [resource, kind] of [
      ['secrets', 'Secret'],
      ['configmaps', 'ConfigMap'],
      ['serviceaccounts', 'ServiceAccount'],
    ])
      for (const one of ['used', 'env', 'from', 'pull', 'unused'])
        await ask.silently('POST', `${api}/${resource}`, { apiVersion: 'v1', kind, metadata: { name: one } });
    await ask.silently('POST', '/api/v1/persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${ns}-v` },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        storageClassName: '',
        claimRef: { namespace: ns, name: 'claim' },
        csi: {
          driver: 'a.b',
          volumeHandle: 'h',
          nodeStageSecretRef: { namespace: ns, name: 'pull' },
          controllerPublishSecretRef: { namespace: ns, name: 'unused' },
        },
      },
    });
    await ask.silently('POST', `${api}/persistentvolumeclaims`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'claim' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: '',
        volumeName: `${ns}-v`,
        resources: { requests: { storage: '1Gi' } },
      },
    });
    await ask.silently('POST', `${api}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        nodeName: name,
        serviceAccountName: 'used',
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'c',
            image: 'i',
            env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'a' } } }],
            envFrom: [{ configMapRef: { name: 'from' } }],
          },
        ],
        volumes: [
          { name: 's', secret: { secretName: 'used' } },
          { name: 'm', projected: { sources: [{ configMap: { name: 'used' } }] } },
          { name: 'v', persistentVolumeClaim: { claimName: 'claim' } },
        ],
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (const resource of ['secrets', 'configmaps', 'serviceaccounts'])
      for (const one of ['used', 'env', 'from', 'unused', 'none']) {
        await me('GET', `${api}/${resource}/${one}`);
        if (one === 'used') await other('GET', `${api}/${resource}/${one}`);
      }
    await me('GET', `${api}/secrets/pull`);
    await me('GET', `${api}/secrets`);
    await me('GET', '/api/v1/secrets');
    await me('GET', `${api}/secrets?fieldSelector=metadata.name%3Dused`);
    await me('DELETE', `${api}/secrets/used?dryRun=All`);
    await me('GET', `${api}/persistentvolumeclaims/claim`);
    await me('GET', `${api}/persistentvolumeclaims`);
    await me('GET', `/api/v1/persistentvolumes/${ns}-v`);
    await other('GET', `/api/v1/persistentvolumes/${ns}-v`);
    await me('GET', `${api}/pods/p`);
    await other('GET', `${api}/pods/p`);
    await me('GET', `${api}/pods`);
    await me('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${ns}-two`);
    await me('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${name}%2Cmetadata.namespace%3D${ns}`);
    await me('GET', `${api}/pods?fieldSelector=metadata.name%3Dp`);
    await me('GET', '/api/v1/nodes');
    await me('GET', '/api/v1/nodes/none');
    await me('GET', `/api/v1/nodes/${name}`);
    await me('GET', `${api}/services`);
    await me('GET', `${api}/endpoints`);
    await me('GET', `${api}/endpoints/none`);
    await me('POST', `${api}/pods/p/exec?command=a`);
    await me('GET', '/apis/coordination.k8s.io/v1/namespaces/default/leases');
    await me('GET', '/apis/coordination.k8s.io/v1/namespaces/default/leases/a');
    await me('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a');
    await me('GET', '/apis/storage.k8s.io/v1/csinodes');
    await me('GET', '/apis/storage.k8s.io/v1/csinodes/a');
    await me('GET', '/apis/storage.k8s.io/v1/volumeattachments/a');
    await me('GET', '/apis/storage.k8s.io/v1/csidrivers');
    await me('GET', '/apis/resource.k8s.io/v1/resourceslices');
    await me('GET', `/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.nodeName%3D${name}`);
    await me('GET', '/apis/apps/v1/deployments');
    await me('GET', '/metrics/cadvisor');
    const rules = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: ns },
    };
    await me('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', rules);
    const review = (resourceAttributes) => ({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    });
    await me(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      review({ verb: 'get', resource: 'secrets', namespace: ns, name: 'used' }),
    );
    await me(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      review({ verb: 'get', resource: 'secrets', namespace: ns, name: 'unused' }),
    );
    await me(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      review({
        verb: 'list',
        resource: 'pods',
        fieldSelector: { requirements: [{ key: 'spec.nodeName', operator: 'In', values: [name] }] },
      }),
    );
    await me(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      review({ verb: 'list', resource: 'pods', fieldSelector: { rawSelector: `spec.nodeName=${name}` } }),
    );
    await asNode(ask, '')('GET', '/api/v1/nodes');
    await ask('GET', '/api/v1/nodes', undefined, { 'impersonate-user': `system:node:${name}` });
    await ask('GET', '/api/v1/nodes', undefined, {
      'impersonate-user': 'x',
      'impersonate-group': 'system:nodes',
    });
  },
  'writing about itself and its pods': async (ask, ns) => {
    const name = `${ns}-one`;
    const me = asNode(ask, name);
    const api = `/api/v1/namespaces/${ns}`;
    await me('POST', '/api/v1/nodes?dryRun=All', node(`${ns}-two`));
    await me(
      'POST',
      '/api/v1/nodes?dryRun=All',
      node(
        name,
        {},
        {
          labels: {
            'node-restriction.kubernetes.io/a': 'b',
            'a.kubernetes.io/b': 'c',
            'kubernetes.io/os': 'linux',
            'x.node.kubernetes.io/y': 'z',
            own: 'yes',
          },
        },
      ),
    );
    await ask.silently('POST', '/api/v1/nodes', node(name));
    await me(
      'PATCH',
      `/api/v1/nodes/${name}`,
      { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
      merge,
    );
    await me(
      'PATCH',
      `/api/v1/nodes/${name}`,
      { metadata: { labels: { 'node-restriction.kubernetes.io/a': 'b' } } },
      merge,
    );
    await me('PATCH', `/api/v1/nodes/${name}?dryRun=All`, { metadata: { labels: { own: 'yes' } } }, merge);
    await me(
      'PATCH',
      `/api/v1/nodes/${name}`,
      { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'b' }] } },
      merge,
    );
    await me('PATCH', `/api/v1/nodes/none`, { spec: {} }, merge);
    await me('DELETE', `/api/v1/nodes/${name}`);
    const uid = (await ask.silently('GET', `/api/v1/nodes/${name}`)).body.metadata.uid;
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid, controller: true };
    const annotations = { 'kubernetes.io/config.mirror': 'x' };
    const pod = (metadata, spec = {}) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'm', ...metadata },
      spec: { containers, nodeName: name, ...spec },
    });
    for (const one of [
      pod({}),
      pod({ annotations }, { nodeName: `${ns}-two` }),
      pod({ annotations }),
      pod({ annotations, ownerReferences: [owner, { ...owner, controller: false, uid: 'x' }] }),
      pod({ annotations, ownerReferences: [{ ...owner, kind: 'Pod' }] }),
      pod({ annotations, ownerReferences: [{ ...owner, controller: false }] }),
      pod({ annotations, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] }),
      pod({ annotations, ownerReferences: [owner] }, { serviceAccountName: 'default' }),
      pod({ annotations, ownerReferences: [owner] }, { volumes: [{ name: 'v', configMap: { name: 'x' } }] }),
      pod(
        { annotations, ownerReferences: [owner] },
        { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'x' } }] },
      ),
      pod({ annotations, ownerReferences: [owner] }, { volumes: [{ name: 'v', csi: { driver: 'x' } }] }),
    ])
      await me('POST', `${api}/pods?dryRun=All`, one);
    await ask.silently('POST', `${api}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'account' },
    });
    const whole = (podName, nodeName) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: podName },
      spec: {
        containers,
        nodeName,
        serviceAccountName: 'account',
        automountServiceAccountToken: false,
        volumes: [
          { name: 't', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] } },
        ],
      },
    });
    const mine = (await ask.silently('POST', `${api}/pods`, whole('mine', name))).body.metadata.uid;
    await ask.silently('POST', `${api}/pods`, whole('theirs', `${ns}-two`));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (const one of ['mine', 'theirs']) {
      await me('PATCH', `${api}/pods/${one}/status?dryRun=All`, { status: { message: 'hello' } }, merge);
      await me('PATCH', `${api}/pods/${one}/status?dryRun=All`, { metadata: { labels: { a: 'b' } } }, merge);
      await me('PATCH', `${api}/pods/${one}?dryRun=All`, { metadata: { labels: { a: 'b' } } }, merge);
      await me('POST', `${api}/pods/${one}/eviction?dryRun=All`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: one },
      });
      await me('DELETE', `${api}/pods/${one}?dryRun=All`);
    }
    const token = (spec) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
    for (const spec of [
      {},
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mine' } },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: 'other' } },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: mine }, audiences: ['other'] },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: mine }, audiences: ['a', 'b'] },
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none', uid: mine }, audiences: ['vault'] },
    ])
      await me('POST', `${api}/serviceaccounts/account/token`, token(spec));
    await me('POST', `${api}/serviceaccounts/none/token`, token({}));
    const lease = (leaseName) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: leaseName },
      spec: {},
    });
    await me(
      'POST',
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?dryRun=All',
      lease('other'),
    );
    await me('POST', '/apis/coordination.k8s.io/v1/namespaces/default/leases?dryRun=All', lease(name));
    await me('POST', '/apis/storage.k8s.io/v1/csinodes?dryRun=All', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name: 'other' },
      spec: { drivers: [] },
    });
    await me('POST', `${api}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  },
};
