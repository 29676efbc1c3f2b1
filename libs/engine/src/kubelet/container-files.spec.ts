import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import {
  ConfigMaps,
  PersistentVolumeClaims,
  PersistentVolumes,
  Pods,
  Secrets,
  Services,
} from '../clients/resource-type.js';
import { textFromBytes } from '../runtime/files/file-node.js';
import type { Pod, PodSpec } from '../types/index.js';

function clusterWith(spec: Partial<PodSpec>, labels: Record<string, string> = {}): Cluster {
  const cluster = createCluster({ nodes: 1, controllers: [] });
  cluster.client.create(ConfigMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default' },
    data: { 'app.conf': 'mode=fast' },
    binaryData: { raw: Buffer.from([0xff, 0x00, 0xfe]).toString('base64') },
  });
  cluster.client.create(Secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', namespace: 'default' },
    data: { password: Buffer.from('s3cret').toString('base64') },
  });
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'busybox:1.37', command: ['sleep', '1h'] }], ...spec },
  };
  cluster.client.create(Pods, pod);
  cluster.advance('10s');
  return cluster;
}

const lifeOf = (cluster: Cluster, container = 'main') => {
  const life = cluster.running.get('default', 'web')?.containers.get(container)?.current;
  if (!life) throw new Error('it does not run');
  return life;
};

const text = (cluster: Cluster, path: string): string => textFromBytes(lifeOf(cluster).files().read(path));

const logOf = (cluster: Cluster, container = 'main'): string =>
  (cluster.runtime.logs({ namespace: 'default', pod: 'web', container })?.lines ?? [])
    .map((line) => line.text)
    .join('\n');

describe('the files of a container', () => {
  it('tell it of the network', () => {
    const cluster = clusterWith({
      hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }],
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['1.1.1.1'],
        searches: ['example.org'],
        options: [{ name: 'ndots', value: '2' }],
      },
    });
    expect(text(cluster, '/etc/hostname')).toBe('web\n');
    expect(text(cluster, '/etc/hosts')).toContain(
      '# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.local\n',
    );
    expect(text(cluster, '/etc/resolv.conf')).toBe(
      'search example.org\nnameserver 1.1.1.1\noptions ndots:2\n',
    );
  });

  it('are those of its volumes, with their modes and their group, and change as they do', () => {
    const cluster = clusterWith(
      {
        securityContext: { fsGroup: 2000 },
        containers: [
          {
            name: 'main',
            image: 'busybox:1.37',
            command: ['sleep', '1h'],
            volumeMounts: [
              { name: 'all', mountPath: '/etc/all' },
              { name: 'all', mountPath: '/etc/one', subPath: 'app.conf' },
              { name: 'scratch', mountPath: '/scratch' },
            ],
          },
        ],
        volumes: [
          { name: 'scratch', emptyDir: {} },
          {
            name: 'all',
            projected: {
              defaultMode: 0o400,
              sources: [
                { configMap: { name: 'settings' } },
                { secret: { name: 'key', items: [{ key: 'password', path: 'deep/pw', mode: 0o444 }] } },
                { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
              ],
            },
          },
        ],
      },
      { app: 'web', tier: 'front' },
    );
    const files = lifeOf(cluster).files();
    expect(files.list('/etc/all')).toEqual(['..data', '..data_of_now', 'app.conf', 'deep', 'labels', 'raw']);
    expect(text(cluster, '/etc/all/labels')).toMatch(/^app="web"\ntier="front"\n/);
    expect(files.read('/etc/all/raw')).toBe('\u00ff\u0000\u00fe');
    expect(files.stat('/etc/all/app.conf')).toMatchObject({ mode: 0o440, gid: 2000 });
    expect(files.stat('/etc/all/deep/pw')).toMatchObject({ mode: 0o444 });
    expect(files.stat('/scratch')).toMatchObject({ mode: 0o2777, gid: 2000 });
    expect(() => files.write('/etc/all/app.conf', '')).toThrow('EROFS');
    const before = cluster.client.get(ConfigMaps, 'default', 'settings');
    cluster.client.update(ConfigMaps, { ...before, data: { 'app.conf': 'mode=slow' } });
    expect(text(cluster, '/etc/all/app.conf')).toBe('mode=slow');
    // What is mounted as a single file stays as it was.
    expect(text(cluster, '/etc/one')).toBe('mode=fast');
  });

  it('are shared between containers, whose scripts act on what the others write', () => {
    const mount = { volumeMounts: [{ name: 'shared', mountPath: '/data' }] };
    const cluster = clusterWith({
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sh', '-c', 'until [ -f /data/ready ]; do sleep 1; done; cat /data/ready; exit 3'],
          ...mount,
        },
        {
          name: 'other',
          image: 'busybox:1.37',
          command: ['sh', '-c', 'sleep 20; echo now > /data/ready; sleep 1h'],
          ...mount,
        },
      ],
      volumes: [{ name: 'shared', emptyDir: {} }],
    });
    expect(lifeOf(cluster).endedMs).toBeUndefined();
    cluster.advance('20s');
    const status = cluster.client.get(Pods, 'default', 'web').status?.containerStatuses?.[0];
    expect(status?.state?.terminated?.exitCode).toBe(3);
    expect(logOf(cluster)).toBe('now');
  });

  it('hold its last words, which the status shows', () => {
    const cluster = clusterWith({
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sh', '-c', 'printf DONE > /dev/termination-log; exit 2'],
        },
      ],
    });
    const state = cluster.client.get(Pods, 'default', 'web').status?.containerStatuses?.[0]?.state;
    expect(state?.terminated).toMatchObject({ exitCode: 2, message: 'DONE' });
  });

  it('outlive the container when the node holds them, so that it can go on where it was', () => {
    const cluster = clusterWith({
      restartPolicy: 'OnFailure',
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sh', '-c', 'if [ -r /data/tried ]; then exit 0; else touch /data/tried; exit 1; fi'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', hostPath: { path: '/var/tried' } }],
    });
    cluster.advance('1m');
    const { phase, containerStatuses } = cluster.client.get(Pods, 'default', 'web').status ?? {};
    expect([phase, containerStatuses?.[0]?.restartCount]).toEqual(['Succeeded', 1]);
  });
});

describe('the environment of a container', () => {
  it('names the services of its namespace, and no more than the API when it asks for that', () => {
    const env = (enableServiceLinks: boolean): string => {
      const cluster = createCluster({ nodes: 1, controllers: [] });
      cluster.client.create(Services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'my-db', namespace: 'default' },
        spec: { clusterIP: '10.96.7.7', ports: [{ name: 'sql', port: 5432 }] },
      });
      cluster.client.create(Pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          enableServiceLinks,
          restartPolicy: 'Never',
          containers: [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', 'local=1; env'] }],
        },
      });
      cluster.advance('10s');
      return logOf(cluster);
    };
    expect(env(true)).toContain('MY_DB_SERVICE_PORT_SQL=5432');
    expect(env(true)).toContain('MY_DB_PORT_5432_TCP=tcp://10.96.7.7:5432');
    expect(env(false)).not.toContain('MY_DB');
    expect(env(false)).toContain('KUBERNETES_PORT=tcp://10.96.0.1:443');
    expect(env(false)).not.toContain('local=');
  });
});

describe('agnhost', () => {
  it('prints what it is asked for of a volume', () => {
    const cluster = clusterWith({
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.63.0',
          args: [
            'mounttest',
            '--fs_type=/data',
            '--new_file_0644=/data/f',
            '--file_perm=/data/f',
            '--file_mode=/data',
          ],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', emptyDir: { medium: 'Memory' } }],
    });
    expect(logOf(cluster)).toBe(
      'mount type of "/data": tmpfs\ncontent of file "/data/f": mount-tester new file\n\nmode of file "/data": drwxrwxrwx\nperms of file "/data/f": -rw-r--r--',
    );
  });
});

describe('a container whose configuration can’t be met', () => {
  const stateOf = (cluster: Cluster) =>
    cluster.client.get(Pods, 'default', 'web').status?.containerStatuses?.[0]?.state?.waiting;
  const withMount = (mount: object, more: object = {}) =>
    clusterWith({
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', '1h'],
          env: [{ name: 'FOLDER', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['folder']" } } }],
          volumeMounts: [{ name: 'data', mountPath: '/data', ...mount }],
          ...more,
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
    });

  it('waits for a value of its sub-path, and starts when there is one', () => {
    const cluster = withMount({ subPathExpr: '$(FOLDER)/x' });
    expect(stateOf(cluster)).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'missing value for FOLDER',
    });
    cluster.client.patch(Pods, 'default', 'web', 'merge', { metadata: { annotations: { folder: 'a' } } });
    cluster.advance('20s');
    lifeOf(cluster).files().write('/data/file', 'text');
    expect(stateOf(cluster)).toBeUndefined();
  });

  it('does not start with a sub-path that leads out of the volume', () => {
    const absolute = withMount({ subPathExpr: '$(TOP)' }, { env: [{ name: 'TOP', value: '/tmp' }] });
    expect(stateOf(absolute)?.message).toBe('error SubPath `/tmp` must not be an absolute path');
    const up = withMount({ subPathExpr: '$(UP)/x' }, { env: [{ name: 'UP', value: '..' }] });
    expect(stateOf(up)?.message).toBe("unable to provision SubPath `../x`: must not contain '..'");
  });

  it('does not start as root when it said it would not', () => {
    const cluster = clusterWith({
      containers: [{ name: 'main', image: 'nginx:1.29', securityContext: { runAsNonRoot: true } }],
    });
    expect(stateOf(cluster)?.message).toMatch('container has runAsNonRoot and image will run as root');
  });

  it('waits for an image it mounts', () => {
    const cluster = clusterWith({
      containers: [
        { name: 'main', image: 'nginx:1.29', volumeMounts: [{ name: 'model', mountPath: '/model' }] },
      ],
      volumes: [{ name: 'model', image: { reference: 'example.invalid/model:1' } }],
    });
    expect(stateOf(cluster)?.message).toMatch(
      'Failed to pull image volume reference "example.invalid/model:1"',
    );
  });
});

describe('what the kernel tells a container', () => {
  it('are its capabilities, its user and its place when memory is short', () => {
    const plain = clusterWith({});
    expect(text(plain, '/proc/1/status')).toContain('CapEff:\t00000000a80425fb\n');
    expect(text(plain, '/proc/1/oom_score_adj')).toBe('1000\n');
    const cluster = clusterWith({
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', '1h'],
          resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '100m', memory: '1Gi' } },
          securityContext: {
            runAsUser: 1000,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'SYS_TIME'] },
          },
        },
      ],
    });
    expect(text(cluster, '/proc/self/status')).toMatch(
      /Uid:\t1000\t1000[^]*CapEff:\t0{16}\nCapBnd:\t0000000002001000\n[^]*NoNewPrivs:\t1\n/,
    );
    expect(text(cluster, '/proc/1/oom_score_adj')).toBe('-997\n');
    expect(text(cluster, '/sys/fs/cgroup/cpu.weight')).toBe('17\n');
    expect(() => lifeOf(cluster).files().write('/sys/fs/cgroup/cpu.max', 'max')).toThrow('EROFS');
  });
});

describe('kernel parameters of a pod', () => {
  const withSysctl = (name: string, value: string) =>
    clusterWith({
      restartPolicy: 'Never',
      securityContext: { sysctls: [{ name, value }] },
      containers: [
        { name: 'main', image: 'busybox:1.37', command: ['sh', '-c', `sysctl ${name}; sleep 60`] },
      ],
    });

  it('are what it asked for, where that harms nobody', () => {
    expect(logOf(withSysctl('net.ipv4.ip_local_port_range', '1024 65535'))).toBe(
      'net.ipv4.ip_local_port_range = 1024 65535',
    );
    const cluster = withSysctl('kernel.msgmax', '65536');
    expect(cluster.client.get(Pods, 'default', 'web').status).toMatchObject({
      phase: 'Failed',
      reason: 'SysctlForbidden',
      message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
    });
    expect(() => withSysctl('bar..', '1')).toThrow('Invalid value: "bar.."');
  });
});

describe('a container’s network interfaces', () => {
  const said = (cluster: Cluster, script: string) =>
    lifeOf(cluster).process.probe({ type: 'exec', command: ['sh', '-c', script] }, 9000, 'readiness').output;

  it('show its address, and are changed by those only who may', () => {
    const cluster = clusterWith({});
    const { podIP } = cluster.client.get(Pods, 'default', 'web').status ?? {};
    expect(said(cluster, 'ip addr')).toContain(`inet ${podIP}/24 scope global eth0`);
    expect(said(cluster, 'ip link add dummy0 type dummy')).toBe(
      'ip: RTNETLINK answers: Operation not permitted\n',
    );
    const privileged = clusterWith({
      containers: [
        {
          name: 'main',
          image: 'busybox:1.37',
          command: ['sleep', '1h'],
          securityContext: { privileged: true },
        },
      ],
    });
    expect(said(privileged, 'ip link add dummy0 type dummy')).toBe('');
  });
});

describe('a persistent volume', () => {
  it.each([
    ['Delete', false],
    ['Retain', true],
  ])('that is deleted and made again with the policy %s', (persistentVolumeReclaimPolicy, isKept) => {
    const cluster = createCluster({ nodes: 1, controllers: [] });
    const { client } = cluster;
    const make = () => {
      client.create(PersistentVolumes, {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'pv' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          hostPath: { path: '/data' },
          persistentVolumeReclaimPolicy,
        },
      });
      const claim = client.create(PersistentVolumeClaims, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: 'default' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          volumeName: 'pv',
          storageClassName: '',
        },
      });
      client.updateStatus(PersistentVolumeClaims, { ...claim, status: { phase: 'Bound' } });
      client.create(Pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'busybox:1.37',
              command: ['sleep', '1h'],
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        },
      });
      cluster.advance('10s');
    };
    const remove = (act: () => unknown): void => {
      act();
      cluster.advance('40s');
    };
    make();
    lifeOf(cluster).files().write('/data/note', 'kept');
    remove(() => client.delete(Pods, 'default', 'web'));
    const unprotected = { metadata: { finalizers: null } };
    client.patch(PersistentVolumeClaims, 'default', 'data', 'merge', unprotected);
    client.patch(PersistentVolumes, undefined, 'pv', 'merge', unprotected);
    remove(() => client.delete(PersistentVolumeClaims, 'default', 'data'));
    remove(() => client.delete(PersistentVolumes, undefined, 'pv'));
    make();
    expect(lifeOf(cluster).files().exists('/data/note')).toBe(isKept);
  });
});
