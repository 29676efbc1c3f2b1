/** What a client is told about objects that are taken though something about them is odd. */

const tell =
  (group, resource, kind) =>
  async (ask, ns, name, more, metadata = {}) => {
    const [path, apiVersion] = group === 'v1' ? [`/api/v1`, 'v1'] : [`/apis/${group}`, group];
    const body = { apiVersion, kind, metadata: { name, ...metadata }, ...more };
    await ask('POST', `${path}/namespaces/${ns}/${resource}?dryRun=All`, body);
  };
const clusterWide =
  (group, resource, kind) =>
  async (ask, name, more, metadata = {}) => {
    const [path, apiVersion] = group === 'v1' ? [`/api/v1`, 'v1'] : [`/apis/${group}`, group];
    await ask('POST', `${path}/${resource}?dryRun=All`, {
      apiVersion,
      kind,
      metadata: { name, ...metadata },
      ...more,
    });
  };
const containers = [{ name: 'c', image: 'i' }];
const pods = tell('v1', 'pods', 'Pod');
const template = (spec, metadata = {}) => ({
  metadata: { labels: { a: 'b' }, ...metadata },
  spec: { containers, ...spec },
});
const selector = { matchLabels: { a: 'b' } };
const term = (key, values) => ({ matchExpressions: [{ key, operator: 'In', values }] });

export default {
  'pods that say odd things': async (ask, ns) => {
    const specs = [
      { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } },
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [term('beta.kubernetes.io/os', ['linux'])],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: term('failure-domain.beta.kubernetes.io/zone', ['a b']) },
            ],
          },
        },
      },
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'failure-domain.beta.kubernetes.io/zone',
            whenUnsatisfiable: 'ScheduleAnyway',
          },
        ],
      },
      {
        volumes: [
          { name: 'v', gitRepo: { repository: 'x' } },
          { name: 'w', cephfs: { monitors: ['a'] } },
          { name: 's', storageos: { volumeName: 'a' } },
        ],
      },
      {
        volumes: [
          {
            name: 'e',
            ephemeral: {
              volumeClaimTemplate: {
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } },
              },
            },
          },
        ],
      },
      {
        volumes: [
          {
            name: 'e',
            configMap: {
              name: 'm',
              items: [
                { key: 'a', path: 'p' },
                { key: 'b', path: 'p/q' },
              ],
            },
          },
        ],
      },
      {
        hostAliases: [
          { ip: '127.0.0.1', hostnames: ['a'] },
          { ip: '127.0.0.1', hostnames: ['b'] },
          { ip: '2001:DB8::1', hostnames: ['c'] },
        ],
      },
      { imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] },
      { terminationGracePeriodSeconds: -1 },
      { dnsConfig: { nameservers: ['010.0.0.1', '::ffff:1.2.3.4', 'FE80:0:0:0:0:0:0:1'] } },
      { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostIP: '127.0.0.1' }] }] },
      {
        containers: [
          { name: 'c', image: 'i', ports: [{ containerPort: 80, name: 'p' }] },
          { name: 'd', image: 'i', ports: [{ containerPort: 80, name: 'p' }] },
        ],
      },
      {
        containers: [
          {
            name: 'c',
            image: 'i',
            resources: {
              limits: { memory: '1500m', 'ephemeral-storage': '100m' },
              requests: { memory: '100m' },
            },
          },
        ],
      },
      {
        containers: [
          {
            name: 'c',
            image: 'i',
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
              { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
          },
        ],
      },
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, podAffinityTerm: { topologyKey: 'a' } },
            ],
          },
        },
      },
      { overhead: { memory: '100m' } },
    ];
    for (const spec of specs) await pods(ask, ns, 'p', { spec: { containers, ...spec } });
    await pods(ask, ns, 'a.b', { spec: { containers } });
    for (const key of [
      'scheduler.alpha.kubernetes.io/critical-pod',
      'security.alpha.kubernetes.io/sysctls',
      'seccomp.security.alpha.kubernetes.io/pod',
      'container.seccomp.security.alpha.kubernetes.io/c',
      'container.apparmor.security.beta.kubernetes.io/c',
    ])
      for (const value of ['', 'runtime/default', 'unconfined'])
        await pods(ask, ns, 'p', { spec: { containers } }, { annotations: { [key]: value } });
    await pods(
      ask,
      ns,
      'p',
      { spec: { containers, securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } } },
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' } },
    );
  },
  'workloads around such pods': async (ask, ns) => {
    const odd = { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } };
    const profile = {
      annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' },
    };
    const kinds = {
      deployments: 'Deployment',
      replicasets: 'ReplicaSet',
      daemonsets: 'DaemonSet',
      statefulsets: 'StatefulSet',
    };
    for (const [resource, kind] of Object.entries(kinds)) {
      const path = `/apis/apps/v1/namespaces/${ns}/${resource}`;
      const object = (spec, metadata = {}, more = {}) => ({
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'a.b', ...more },
        spec: { selector, template: template(spec, metadata) },
      });
      await ask('POST', path, object(odd, profile));
      await ask('PUT', `${path}/a.b`, object(odd, profile, { labels: { x: 'y' } }));
      await ask('PUT', `${path}/a.b`, object({ ...odd, terminationGracePeriodSeconds: 3 }));
      await ask(
        'PATCH',
        `${path}/a.b`,
        { spec: { minReadySeconds: 4 } },
        { 'content-type': 'application/merge-patch+json' },
      );
    }
    const set = {
      selector,
      serviceName: 's',
      template: template({}),
      revisionHistoryLimit: -1,
      volumeClaimTemplates: [
        {
          metadata: { name: 'd' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1500m' } } },
        },
      ],
    };
    const sets = `/apis/apps/v1/namespaces/${ns}/statefulsets`;
    const whole = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'set' }, spec: set };
    await ask('POST', sets, whole);
    await ask('PUT', `${sets}/set`, { ...whole, metadata: { name: 'set', labels: { a: 'b' } } });
    const job = (extra, spec = odd) => ({
      ...extra,
      template: { spec: { containers, restartPolicy: 'Never', ...spec } },
    });
    const jobs = tell('batch/v1', 'jobs', 'Job');
    await jobs(ask, ns, 'a.b', { spec: job({}) });
    await jobs(ask, ns, 'ab', {
      spec: job({ completionMode: 'Indexed', completions: 100001, parallelism: 10001 }, {}),
    });
    const crons = `/apis/batch/v1/namespaces/${ns}/cronjobs`;
    const cron = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c.d' },
      spec: { schedule: '* * * * *', jobTemplate: { spec: job({}) } },
    };
    await ask('POST', crons, cron);
    await ask('PUT', `${crons}/c.d`, { ...cron, spec: { ...cron.spec, suspend: true } });
    await ask('PUT', `${crons}/c.d`, { ...cron, metadata: { name: 'c.d', labels: { a: 'b' } } });
    const controllers = `/api/v1/namespaces/${ns}/replicationcontrollers`;
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'r.c' },
      spec: { selector: { a: 'b' }, template: template(odd) },
    };
    await ask('POST', controllers, controller);
    await ask('PUT', `${controllers}/r.c`, {
      ...controller,
      spec: { ...controller.spec, template: template({}) },
    });
    await ask('PUT', `${controllers}/r.c`, {
      ...controller,
      spec: { ...controller.spec, template: template(odd) },
    });
    const templates = `/api/v1/namespaces/${ns}/podtemplates`;
    const one = {
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: { name: 't' },
      template: template(odd, profile),
    };
    await ask('POST', templates, one);
    await ask('PUT', `${templates}/t`, { ...one, template: template({ ...odd, hostNetwork: true }) });
    const path = `/apis/batch/v1/namespaces/${ns}/jobs`;
    await ask('POST', path, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'gone' },
      spec: job({ suspend: true }, {}),
    });
    await ask('DELETE', `${path}/gone?dryRun=All`);
    await ask('DELETE', `${path}/gone?dryRun=All&propagationPolicy=Background`);
    await ask('DELETE', `${path}/gone?dryRun=All`, { orphanDependents: false });
    await ask('DELETE', `${path}/none`);
    await ask('DELETE', `${path}?labelSelector=none`);
  },
  'services, ingresses and addresses': async (ask, ns) => {
    const services = tell('v1', 'services', 'Service');
    const ports = [{ port: 80 }];
    for (const spec of [
      { ports, externalIPs: ['1.2.3.4'] },
      { ports, clusterIP: 'None', externalIPs: ['1.2.3.4'], sessionAffinity: 'ClientIP' },
      { ports, type: 'ExternalName', externalName: 'a.b', externalIPs: ['1.2.3.4'] },
      { ports, externalName: 'a.b' },
      { ports, trafficDistribution: 'PreferClose' },
      {
        ports,
        type: 'LoadBalancer',
        loadBalancerIP: '10.00.0.1',
        loadBalancerSourceRanges: [
          '10.0.0.1/24',
          '10.0.0.0/24',
          '2001:DB8::/32',
          '010.0.0.0/8',
          '2001:db8::5/64',
        ],
      },
    ])
      await services(ask, ns, 's', { spec });
    await services(
      ask,
      ns,
      's',
      { spec: { ports } },
      { annotations: { 'service.kubernetes.io/topology-aware-hints': 'auto' } },
    );
    const ingresses = tell('networking.k8s.io/v1', 'ingresses', 'Ingress');
    const defaultBackend = { service: { name: 's', port: { number: 80 } } };
    const annotations = { 'kubernetes.io/ingress.class': 'nginx' };
    await ingresses(ask, ns, 'i', { spec: { defaultBackend } }, { annotations });
    await ingresses(ask, ns, 'i', { spec: { defaultBackend, ingressClassName: 'other' } }, { annotations });
    const policies = tell('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy');
    for (const ipBlock of [
      { cidr: '10.0.0.1/8' },
      { cidr: '10.0.0.0/8', except: ['10.1.2.3/16'] },
      { cidr: '2001:DB8::/32' },
      { cidr: '2001:db8::1/32' },
    ])
      await policies(ask, ns, 'n', {
        spec: { podSelector: {}, ingress: [{ from: [{ ipBlock }] }], egress: [{ to: [{ ipBlock }] }] },
      });
    const endpoints = tell('v1', 'endpoints', 'Endpoints');
    for (const ip of ['010.1.2.3', '2001:DB8::1', '10.1.2.3', '::ffff:10.1.2.3'])
      await endpoints(ask, ns, 'e', {
        subsets: [{ addresses: [{ ip }], notReadyAddresses: [{ ip }], ports: [{ port: 80 }] }],
      });
    const slices = tell('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice');
    await slices(ask, ns, 'f', { addressType: 'IPv6', endpoints: [{ addresses: ['2001:DB8::1'] }] });
    await slices(ask, ns, 'f', { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }] });
    await slices(ask, ns, 'f', { addressType: 'FQDN', endpoints: [{ addresses: ['a.b'] }] });
  },
  'storage, nodes, accounts, quotas and secrets': async (ask, ns) => {
    const volume = clusterWide('v1', 'persistentvolumes', 'PersistentVolume');
    const base = {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: '/tmp/a' },
    };
    await volume(
      ask,
      'v',
      { spec: { ...base, persistentVolumeReclaimPolicy: 'Recycle' } },
      {
        annotations: {
          'volume.beta.kubernetes.io/storage-class': 'a',
          'volume.beta.kubernetes.io/mount-options': 'b',
        },
      },
    );
    await volume(ask, 'v', {
      spec: {
        ...base,
        nodeAffinity: { required: { nodeSelectorTerms: [term('beta.kubernetes.io/os', ['linux'])] } },
      },
    });
    const claims = tell('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim');
    await claims(
      ask,
      ns,
      'c',
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1500m' }, limits: { storage: '2500m' } },
        },
      },
      { annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } },
    );
    const classes = clusterWide('storage.k8s.io/v1', 'storageclasses', 'StorageClass');
    await classes(ask, 's', {
      provisioner: 'a.b',
      allowedTopologies: [
        { matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] },
      ],
    });
    const drivers = clusterWide('storage.k8s.io/v1', 'csidrivers', 'CSIDriver');
    await drivers(ask, 'd', { spec: { tokenRequests: [{ audience: 'a' }] } });
    const runtimes = clusterWide('node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass');
    await runtimes(ask, 'r', {
      handler: 'h',
      scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
    });
    const nodes = clusterWide('v1', 'nodes', 'Node');
    await nodes(ask, 'n', { spec: { externalID: 'x', podCIDR: '10.1.2.0/24', podCIDRs: ['10.1.2.0/24'] } });
    await nodes(ask, 'n', {
      spec: { configSource: { configMap: { name: 'a', namespace: 'b', kubeletConfigKey: 'c' } } },
    });
    const accounts = tell('v1', 'serviceaccounts', 'ServiceAccount');
    await accounts(ask, ns, 'a', {}, { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } });
    const quotas = tell('v1', 'resourcequotas', 'ResourceQuota');
    await quotas(ask, ns, 'q', {
      spec: { hard: { cpu: '4', 'limits.cpu': '2', 'requests.memory': '2Gi', 'limits.memory': '1024Mi' } },
    });
    const secrets = tell('v1', 'secrets', 'Secret');
    const pem = (type) =>
      Buffer.from(`-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`).toString('base64');
    for (const data of [
      { 'tls.crt': '', 'tls.key': '' },
      { 'tls.crt': pem('PRIVATE KEY'), 'tls.key': pem('CERTIFICATE') },
      { 'tls.crt': pem('OTHER'), 'tls.key': '' },
      { 'tls.crt': pem('CERTIFICATE'), 'tls.key': '' },
      { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('CERTIFICATE') },
      { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('OTHER') },
    ])
      await secrets(ask, ns, 's', { type: 'kubernetes.io/tls', data });
    const hooks = clusterWide(
      'admissionregistration.k8s.io/v1',
      'validatingwebhookconfigurations',
      'ValidatingWebhookConfiguration',
    );
    await hooks(ask, 'a.static.k8s.io', {});
  },
  'owners that are named twice': async (ask, ns) => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', ownerReferences: [owner, owner, { ...owner, name: 'p' }] },
    };
    await ask('POST', path, map);
    await ask('PUT', `${path}/m`, map);
    await ask('PATCH', `${path}/m`, [{ op: 'add', path: '/metadata/ownerReferences/-', value: owner }], {
      'content-type': 'application/json-patch+json',
    });
    await ask('PATCH', `${path}/m`, map, { 'content-type': 'application/apply-patch+yaml' });
  },
  'the status of what has addresses': async (ask, ns) => {
    await ask('POST', `/api/v1/namespaces/${ns}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    const merge = { 'content-type': 'application/merge-patch+json' };
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/services/s/status`,
      { status: { loadBalancer: { ingress: [{ ip: '2001:DB8::1' }] } } },
      merge,
    );
    await ask('POST', `/api/v1/namespaces/${ns}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers },
    });
    await ask(
      'PATCH',
      `/api/v1/namespaces/${ns}/pods/p/status`,
      { status: { podIP: '2001:DB8::1', podIPs: [{ ip: '2001:DB8::1' }] } },
      merge,
    );
  },
};
