/** Writes of parts of objects: what they may change besides, and what is refused. */

const merge = { 'content-type': 'application/merge-patch+json' };
const apply = { 'content-type': 'application/apply-patch+yaml' };
const containers = [{ name: 'c', image: 'i' }];
const template = { metadata: { labels: { a: 'b' } }, spec: { containers } };
const selector = { matchLabels: { a: 'b' } };
const TIME = '2020-01-01T00:00:00Z';

/** Kinds with a status of their own: where they are, what one needs, and a status that may be. */
const KINDS = {
  'v1 Pod': ['pods', { spec: { containers } }, { phase: 'Running' }],
  'v1 Service': [
    'services',
    { spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30123 }] } },
    { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  ],
  'v1 ReplicationController': [
    'replicationcontrollers',
    { spec: { selector: { a: 'b' }, template } },
    { replicas: 2, readyReplicas: 1 },
  ],
  'v1 ResourceQuota': [
    'resourcequotas',
    { spec: { hard: { pods: '1' } } },
    { hard: { pods: '1' }, used: { pods: '0' } },
  ],
  'v1 PersistentVolumeClaim': [
    'persistentvolumeclaims',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    { phase: 'Lost' },
  ],
  'apps/v1 Deployment': [
    'deployments',
    { spec: { selector, template } },
    { replicas: 2, updatedReplicas: 1 },
  ],
  'apps/v1 ReplicaSet': ['replicasets', { spec: { selector, template } }, { replicas: 2 }],
  'apps/v1 StatefulSet': [
    'statefulsets',
    { spec: { selector, template } },
    { replicas: 2, readyReplicas: 2, availableReplicas: 1 },
  ],
  'apps/v1 DaemonSet': [
    'daemonsets',
    { spec: { selector, template } },
    { currentNumberScheduled: 1, numberMisscheduled: 0, desiredNumberScheduled: 1, numberReady: 0 },
  ],
  'batch/v1 Job': [
    'jobs',
    { spec: { template: { spec: { containers, restartPolicy: 'Never' } } } },
    { active: 1, ready: 0, startTime: TIME, uncountedTerminatedPods: {} },
  ],
  'batch/v1 CronJob': [
    'cronjobs',
    {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { containers, restartPolicy: 'Never' } } } },
      },
    },
    { lastScheduleTime: TIME },
  ],
  'policy/v1 PodDisruptionBudget': [
    'poddisruptionbudgets',
    { spec: { minAvailable: 1, selector } },
    { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  ],
  'autoscaling/v2 HorizontalPodAutoscaler': [
    'horizontalpodautoscalers',
    { spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } } },
    { currentReplicas: 1, desiredReplicas: 2, currentMetrics: null },
  ],
  'networking.k8s.io/v1 Ingress': [
    'ingresses',
    { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } },
    { loadBalancer: { ingress: [{ hostname: 'a.example.com' }] } },
  ],
  'resource.k8s.io/v1 ResourceClaim': [
    'resourceclaims',
    { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c' } }] } } },
    {
      allocation: {
        devices: { results: [{ request: 'r', driver: 'd.example.com', pool: 'p', device: 'v' }] },
      },
      reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }],
    },
  ],
  'storage.k8s.io/v1 VolumeAttachment': [
    'volumeattachments',
    { spec: { attacher: 'a.example.com', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
    { attached: true },
  ],
  'v1 PersistentVolume': [
    'persistentvolumes',
    {
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nfs: { server: 's', path: '/' } },
    },
    { phase: 'Available' },
  ],
  'v1 Node': ['nodes', {}, { capacity: { cpu: '1' }, phase: 'Running' }],
  'networking.k8s.io/v1 ServiceCIDR': [
    'servicecidrs',
    { spec: { cidrs: ['10.97.0.0/24'] } },
    { conditions: [{ type: 'Ready', status: 'False', reason: 'R', message: '', lastTransitionTime: TIME }] },
  ],
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': [
    'flowschemas',
    { spec: { priorityLevelConfiguration: { name: 'global-default' }, rules: [] } },
    { conditions: [{ type: 'Other', status: 'False' }] },
  ],
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': [
    'prioritylevelconfigurations',
    { spec: { type: 'Exempt' } },
    { conditions: [{ type: 'Other', status: 'False' }] },
  ],
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': [
    'validatingadmissionpolicies',
    {
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              operations: ['CREATE'],
              apiGroups: ['none.example.com'],
              apiVersions: ['v1'],
              resources: ['nones'],
            },
          ],
        },
        validations: [{ expression: 'true' }],
      },
    },
    { observedGeneration: 1 },
  ],
};
const CLUSTERED = new Set([
  'volumeattachments',
  'persistentvolumes',
  'nodes',
  'servicecidrs',
  'flowschemas',
  'prioritylevelconfigurations',
  'validatingadmissionpolicies',
]);

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };
const metadata = {
  labels: { told: 'x' },
  annotations: { told: 'x' },
  finalizers: ['example.com/told'],
  ownerReferences: [owner],
};

function statusOf(type, [resource, rest, status]) {
  return async (ask, ns) => {
    const [apiVersion, kind] = type.split(' ');
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const isClustered = CLUSTERED.has(resource);
    const path = isClustered ? `${root}/${resource}` : `${root}/namespaces/${ns}/${resource}`;
    const name = isClustered ? `${ns}-a` : 'a';
    const one = `${path}/${name}`;
    const whole = { apiVersion, kind, metadata: { name }, ...rest };
    // A status that comes with the object.
    await ask.silently('POST', path, { ...whole, status });
    const shown = async () => {
      const { body } = await ask.silently('GET', one);
      return body;
    };
    await ask('PATCH', `${one}/status?fieldManager=m`, { status }, merge);
    await ask('PATCH', `${one}/status?fieldManager=m`, { metadata, spec: { told: 'x', replicas: 7 } }, merge);
    await ask(
      'PATCH',
      `${one}/status?fieldManager=m`,
      { metadata: { finalizers: null, labels: { 'a b': 'c' } } },
      merge,
    );
    await ask(
      'PATCH',
      `${one}/status?fieldManager=m`,
      { metadata: { finalizers: null, ownerReferences: null } },
      merge,
    );
    await ask('PATCH', `${one}/status?fieldManager=m`, { metadata: { name: 'b' } }, merge);
    await ask('PATCH', `${one}/status?fieldManager=m`, { metadata: { uid: 'b' } }, merge);
    await ask('PATCH', `${one}/status?fieldManager=m`, { metadata: { resourceVersion: '1' } }, merge);
    const { status: _, ...bare } = await shown();
    const { resourceVersion: __, managedFields: ___, ...unversioned } = bare.metadata ?? {};
    await ask('PUT', `${one}/status?fieldManager=m`, { ...bare, metadata: unversioned, status });
    await ask('PUT', `${one}/status?fieldManager=m`, { ...bare, metadata: unversioned });
    await ask('PUT', `${one}/status?fieldManager=m`, { apiVersion, kind, metadata: { name }, status });
    await ask(
      'PATCH',
      `${one}/status?fieldManager=applier&force=true`,
      { apiVersion, kind, metadata: { name, labels: { applied: 'x' } }, status },
      apply,
    );
    // A status that comes with an update of the object.
    await ask(
      'PATCH',
      `${one}?fieldManager=m`,
      { metadata: { labels: { last: 'x' } }, status: { told: 'x' } },
      merge,
    );
    await ask.silently('PATCH', `${one}?fieldManager=m`, { metadata: { finalizers: null } }, merge);
    await ask.silently('DELETE', one, { gracePeriodSeconds: 0 });
  };
}

const statuses = Object.fromEntries(
  Object.entries(KINDS).map(([type, parts]) => [`the status of a ${type}`, statusOf(type, parts)]),
);

export default {
  ...statuses,

  'an object that is on its way out': async (ask, ns) => {
    const path = `/apis/apps/v1/namespaces/${ns}/replicasets`;
    await ask.silently('POST', path, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'a', finalizers: ['example.com/x'] },
      spec: { selector, template },
    });
    await ask('DELETE', `${path}/a`, { propagationPolicy: 'Background' });
    await ask(
      'PATCH',
      `${path}/a/status`,
      { metadata: { finalizers: ['example.com/x', 'example.com/y'] } },
      merge,
    );
    await ask('PATCH', `${path}/a/status`, { status: { replicas: 3 } }, merge);
    await ask('PATCH', `${path}/a/status`, { metadata: { finalizers: null } }, merge);
    await ask('GET', `${path}/a`);
  },

  bindings: async (ask, ns) => {
    const pods = `/api/v1/namespaces/${ns}/pods`;
    const pod = (name, spec = {}) =>
      ask.silently('POST', pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels: { a: '1', b: '1' } },
        spec: { containers, ...spec },
      });
    const bind = (name, more = {}, metadata = {}) =>
      ask('POST', `${pods}/${name}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, ...metadata },
        target: { kind: 'Node', name: 'n' },
        ...more,
      });
    await pod('gated', { schedulingGates: [{ name: 'example.com/g' }] });
    await bind('gated');
    await pod('one');
    await bind('one', {}, { uid: '00000000-0000-0000-0000-000000000000' });
    await bind('one', {}, { resourceVersion: '1' });
    await bind('one', { target: {} });
    await bind('one', { target: { kind: 'Pod' } });
    await bind(
      'one',
      { target: { kind: 'Node', name: 'n', uid: 'x', apiVersion: 'v2' } },
      { labels: { b: '2' }, annotations: { told: 'x' } },
    );
    await ask('GET', `${pods}/one`);
    await bind('one');
  },

  evictions: async (ask, ns) => {
    const pods = `/api/v1/namespaces/${ns}/pods`;
    await ask.silently('POST', pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: { a: 'b' } },
      spec: { containers, nodeName: 'n' },
    });
    await ask.silently(
      'PATCH',
      `${pods}/p/status`,
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      merge,
    );
    const evict = (more = {}, query = '') =>
      ask('POST', `${pods}/p/eviction${query}`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'p' },
        ...more,
      });
    await evict({ metadata: { name: 'q' } });
    await evict({ metadata: {} }, '?dryRun=All');
    await evict({ deleteOptions: { gracePeriodSeconds: -1 } }, '?dryRun=All');
    await evict({ deleteOptions: { propagationPolicy: 'x' } }, '?dryRun=All');
    await evict(
      { deleteOptions: { propagationPolicy: 'Background', orphanDependents: true } },
      '?dryRun=All',
    );
    await evict({ deleteOptions: { dryRun: ['x'] } });
    await evict({ deleteOptions: { dryRun: ['All'] } });
    await evict({ deleteOptions: { preconditions: { uid: 'x' } } });
    await evict({ deleteOptions: { preconditions: { resourceVersion: '1' } } });
    const budgets = `/apis/policy/v1/namespaces/${ns}/poddisruptionbudgets`;
    await ask.silently('POST', budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'b' },
      spec: { minAvailable: 1, selector },
    });
    await evict();
    await ask.silently(
      'PATCH',
      `${budgets}/b/status`,
      {
        status: {
          observedGeneration: 1,
          disruptionsAllowed: 0,
          currentHealthy: 1,
          desiredHealthy: 1,
          expectedPods: 1,
        },
      },
      merge,
    );
    await evict();
    await ask.silently('PATCH', `${budgets}/b/status`, { status: { disruptionsAllowed: 1 } }, merge);
    await evict();
    await ask('GET', `${budgets}/b`);
    await ask('GET', `${pods}/p`);
  },

  scales: async (ask, ns) => {
    for (const [root, resource, apiVersion, kind, chosen] of [
      [`/apis/apps/v1/namespaces/${ns}`, 'deployments', 'apps/v1', 'Deployment', selector],
      [`/apis/apps/v1/namespaces/${ns}`, 'replicasets', 'apps/v1', 'ReplicaSet', selector],
      [`/apis/apps/v1/namespaces/${ns}`, 'statefulsets', 'apps/v1', 'StatefulSet', selector],
      [`/api/v1/namespaces/${ns}`, 'replicationcontrollers', 'v1', 'ReplicationController', { a: 'b' }],
    ]) {
      const one = `${root}/${resource}/a`;
      await ask.silently('POST', `${root}/${resource}`, {
        apiVersion,
        kind,
        metadata: { name: 'a' },
        spec: { replicas: 1, selector: chosen, template },
      });
      const scale = (spec, metadata = {}) =>
        ask('PUT', `${one}/scale`, {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: 'a', namespace: ns, ...metadata },
          ...(spec && { spec }),
        });
      await ask('GET', `${one}/scale`);
      await scale({ replicas: -1 });
      await scale({ replicas: 3_000_000_000 });
      await scale({ replicas: 2 }, { name: 'b' });
      await scale({ replicas: 2 }, { namespace: 'other' });
      await scale({ replicas: 2 }, { uid: 'x' });
      await scale({ replicas: 2 }, { resourceVersion: '1' });
      await scale({ replicas: 2 }, { labels: { x: 'y' } });
      await scale(undefined);
      await ask('PATCH', `${one}/scale`, { spec: { replicas: -3 } }, merge);
      await ask('PATCH', `${one}/scale`, { spec: { replicas: 'x' } }, merge);
      await ask('PATCH', `${one}/scale`, { spec: { replicas: 4 }, status: { replicas: 9 } }, merge);
      await ask('PATCH', `${one}/scale`, { metadata: { labels: { x: 'y' } } }, merge);
      await ask('GET', one);
    }
  },

  'containers for looking around': async (ask, ns) => {
    const pods = `/api/v1/namespaces/${ns}/pods`;
    await ask.silently('POST', pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers },
    });
    const add = (list, more = {}) =>
      ask('PATCH', `${pods}/p/ephemeralcontainers`, { spec: { ephemeralContainers: list }, ...more }, merge);
    const debug = { name: 'd', image: 'busybox' };
    await add([{ name: 'd' }]);
    await add([{ ...debug, name: 'c' }]);
    await add([{ ...debug, name: 'D_' }]);
    await add([{ ...debug, ports: [{ containerPort: 80 }] }]);
    await add([{ ...debug, livenessProbe: { tcpSocket: { port: 80 } } }]);
    await add([{ ...debug, lifecycle: { preStop: { exec: { command: ['x'] } } } }]);
    await add([{ ...debug, resources: { requests: { cpu: '1' } } }]);
    await add([{ ...debug, targetContainerName: 'none' }]);
    await add([{ ...debug, restartPolicy: 'Always' }]);
    await add([debug, debug]);
    await add([{ ...debug, targetContainerName: 'c' }], {
      metadata: { labels: { told: 'x' } },
      spec: {
        ephemeralContainers: [{ ...debug, targetContainerName: 'c' }],
        containers: [{ name: 'c', image: 'other' }],
      },
    });
    await add([{ ...debug, targetContainerName: 'c', image: 'other' }]);
    await add([]);
    await add([
      { ...debug, targetContainerName: 'c' },
      { name: 'e', image: 'x' },
    ]);
  },

  resizes: async (ask, ns) => {
    const pods = `/api/v1/namespaces/${ns}/pods`;
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
    await ask.silently('POST', pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i', resources }] },
    });
    const resize = (container, more = {}) =>
      ask(
        'PATCH',
        `${pods}/p/resize`,
        { spec: { containers: [{ name: 'c', image: 'i', resources, ...container }] }, ...more },
        merge,
      );
    await resize({ resources: { ...resources, requests: { cpu: '1500m', memory: '1Gi' } } });
    await resize({ resources: { requests: { cpu: '3' }, limits: { cpu: '2', memory: '2Gi' } } });
    await resize({ resources: {} });
    await resize({
      resources: {
        requests: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1' },
        limits: resources.limits,
      },
    });
    await resize({ resources: { requests: { cpu: '2', memory: '2Gi' }, limits: resources.limits } });
    await resize({ name: 'x' });
    await resize({ image: 'other' });
    await resize({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'x' }] });
    await resize({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] });
    await resize({}, { metadata: { labels: { told: 'x' } } });
    await ask(
      'PATCH',
      `${pods}/p/resize`,
      {
        spec: {
          containers: [
            { name: 'c', resources },
            { name: 'd', image: 'i' },
          ],
        },
      },
      merge,
    );
    await ask('PATCH', `${pods}/p/resize`, { metadata: { resourceVersion: '1' } }, merge);
  },

  'the last of a namespace': async (ask, ns) => {
    const name = `${ns}-gone`;
    const one = `/api/v1/namespaces/${name}`;
    await ask.silently('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec: { finalizers: ['example.com/x'] },
    });
    const finalize = (finalizers, metadata = {}, more = {}) =>
      ask('PUT', `${one}/finalize`, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, ...metadata },
        spec: { finalizers },
        ...more,
      });
    await finalize(['x y']);
    await finalize(['plain']);
    await finalize(
      ['kubernetes', 'example.com/x'],
      { labels: { told: 'x' }, annotations: { told: 'x' } },
      { status: { phase: 'Terminating' } },
    );
    await finalize(['kubernetes'], { name: 'other' });
    await ask('PATCH', `${one}/status`, { status: { phase: 'Terminating' } }, merge);
    await ask('PATCH', `${one}/status`, { status: { phase: null } }, merge);
    await ask('PATCH', one, { spec: { finalizers: [] } }, merge);
    await ask('DELETE', one, {});
    await ask('PATCH', `${one}/status`, { status: { phase: 'Active' } }, merge);
    await finalize([], { resourceVersion: '1' });
    await finalize([]);
  },

  tokens: async (ask, ns) => {
    const accounts = `/api/v1/namespaces/${ns}/serviceaccounts`;
    await ask.silently('POST', accounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'a' },
    });
    const token = (spec, more = {}) =>
      ask('POST', `${accounts}/a/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        ...(spec && { spec }),
        ...more,
      });
    await token({ expirationSeconds: 1 });
    await token({ expirationSeconds: 5_000_000_000 });
    await token({ expirationSeconds: 'x' });
    await token({ audiences: 'x' });
    await token({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } });
    await token({ boundObjectRef: { kind: 'Pod', apiVersion: 'v2', name: 'none' } });
    await token({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'none' } });
    await token({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1' } });
    await token({}, { metadata: { name: 'b' } });
    await token({}, { metadata: { name: 'a', namespace: 'other' } });
    await token({}, { kind: 'Pod', apiVersion: 'v1' });
  },
};
