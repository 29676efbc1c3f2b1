import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec, Volume } from '../../types/index.js';
import { podStrategy } from '../kinds/pod.js';

const sound = (spec: Partial<PodSpec> = {}, container: Partial<Container> = {}): Pod =>
  podStrategy.defaults?.({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      serviceAccountName: 'default',
      containers: [{ name: 'main', image: 'nginx', ...container }],
      ...spec,
    },
  }) as Pod;

const findings = (pod: Pod): string[] =>
  (podStrategy.validate?.(pod) ?? []).map(({ field, message }) => `${field}: ${message}`);

const changes = (pod: Pod, old: Pod): string[] =>
  (podStrategy.validateUpdate?.(pod, old) ?? []).map(
    ({ field, message }) => `${field}: ${message.slice(0, 60)}`,
  );

describe('a new pod', () => {
  it('is sound with little', () => {
    expect(findings(sound())).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>, string[]]>([
    [
      'weights of affinity',
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 101, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
            ],
          },
        },
      },
      [
        'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
      ],
    ],
    [
      'selectors of nodes',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [{ key: 'cores', operator: 'Gt' }],
                  matchFields: [{ key: 'spec.x', operator: 'In', values: ['a'] }],
                },
              ],
            },
          },
        },
      },
      [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key',
      ],
    ],
    [
      'spreading',
      { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Never' }] },
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      'names to look up',
      { dnsPolicy: 'None', hostAliases: [{ ip: '010.0.0.1', hostnames: ['Not ok'] }] },
      [
        'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
        'spec.hostAliases[0].ip: Invalid value: "010.0.0.1": must not have leading 0s',
        expect.stringContaining(
          'spec.hostAliases[0].hostnames[0]: Invalid value: "Not ok": a lowercase RFC 1123 subdomain',
        ) as string,
      ],
    ],
    [
      'who it runs as',
      {
        securityContext: { runAsUser: -1, seccompProfile: { type: 'Localhost' } },
        hostPID: true,
        shareProcessNamespace: true,
      },
      [
        'spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
        'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
        'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
      ],
    ],
    [
      'its end',
      { restartPolicy: 'Sometimes' },
      [
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      ],
    ],
    [
      'gates',
      { nodeName: 'a', schedulingGates: [{ name: 'b' }] },
      ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
    ],
    [
      'containers that are added later',
      {
        ephemeralContainers: [
          { name: 'look', image: 'busybox', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' },
        ],
      },
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
    [
      'what comes before',
      { initContainers: [{ name: 'main', image: 'a', livenessProbe: { exec: { command: ['a'] } } }] },
      [
        'spec.initContainers[0].name: Duplicate value: "main"',
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
  ])('is refused for %s', (_, spec, expected) => {
    expect(findings(sound(spec))).toEqual(expected);
  });

  it.each<[string, Partial<Container>, string[]]>([
    [
      'a probe of two kinds',
      { livenessProbe: { httpGet: { port: 'no port', path: '/' }, tcpSocket: { port: 80 } } },
      [
        'spec.containers[0].livenessProbe.httpGet.port: Invalid value: "no port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
      ],
    ],
    [
      'a hook that sleeps beyond the end',
      { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
      ],
    ],
    [
      'a stop signal without a system',
      { lifecycle: { stopSignal: 'SIGTERM' } },
      [
        'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`',
      ],
    ],
    [
      'one port of the host twice',
      {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      },
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"'],
    ],
    [
      "a field that variables can't hold",
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] },
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      ],
    ],
    [
      "amounts that can't be",
      {
        resources: {
          limits: { cpu: '1', 'example.com/gpu': '500m' },
          requests: { cpu: '2', 'hugepages-2Mi': '4Mi' },
        },
      },
      [
        'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
      ],
    ],
    [
      'mounts of nothing',
      { volumeMounts: [{ name: 'gone', mountPath: '/a', recursiveReadOnly: 'Enabled' }] },
      [
        'spec.containers[0].volumeMounts[0].name: Not found: "gone"',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      ],
    ],
    [
      'rights it says it has not',
      { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
      [
        'spec.containers[0].securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
  ])('is refused for %s', (_, container, expected) => {
    expect(findings(sound({}, container))).toEqual(expected);
  });

  it.each<[Omit<Volume, 'name'>, string]>([
    [{ hostPath: { path: '/a/../b' } }, 'hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
    [{ nfs: { server: 's', path: 'a' } }, 'nfs.path: Invalid value: "a": must be an absolute path'],
    [
      { secret: { secretName: 's', defaultMode: 512 } },
      'secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    [
      { configMap: { name: 'c', items: [{ key: 'k', path: '..k' }] } },
      'configMap.items[0].path: Invalid value: "..k": must not start with \'..\'',
    ],
    [{ csi: { driver: 'Not_ok' } }, 'csi.driver: Invalid value: "Not_ok": a lowercase RFC 1123 subdomain'],
    [
      { emptyDir: {}, hostPath: { path: '/' } },
      'hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [{ ephemeral: {} }, 'ephemeral.volumeClaimTemplate: Required value'],
    [
      { projected: { sources: [{ serviceAccountToken: { path: 'a', expirationSeconds: 60 } }] } },
      'projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
  ])('is refused for the volume %j', (source, expected) => {
    const [first = ''] = findings(sound({ volumes: [{ name: 'v', ...source }] }));
    expect(first).toContain(`spec.volumes[0].${expected}`);
  });
});

describe('a pod that is there', () => {
  const old = sound({
    activeDeadlineSeconds: 60,
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }],
  });
  const changed = (spec: Partial<PodSpec>): Pod => ({ ...old, spec: { ...(old.spec as PodSpec), ...spec } });

  it('may get another image, less time and more tolerations', () => {
    const [container] = old.spec?.containers ?? [];
    const next = changed({
      containers: [{ ...container, name: 'main', image: 'nginx:2' }],
      activeDeadlineSeconds: 30,
      tolerations: [
        { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 9 },
        { key: 'b', operator: 'Exists' },
      ],
    });
    expect(changes(next, old)).toEqual([]);
  });

  it('keeps everything else', () => {
    expect(changes(changed({ activeDeadlineSeconds: 61 }), old)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 61: must be less than or equal to previous va',
    ]);
    expect(changes(changed({ tolerations: [] }), old)).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except it',
    ]);
    expect(changes(changed({ hostNetwork: true }), old)).toEqual([
      'spec: Forbidden: pod updates may not change fields other than `spe',
    ]);
  });

  it('is led to fewer nodes while it waits, never to others', () => {
    const waiting = sound({ schedulingGates: [{ name: 'a' }], nodeSelector: { zone: 'x' } });
    const moved = (spec: Partial<PodSpec>): Pod => ({
      ...waiting,
      spec: { ...(waiting.spec as PodSpec), ...spec },
    });
    expect(changes(moved({ nodeSelector: { zone: 'x', disk: 'ssd' } }), waiting)).toEqual([]);
    expect(changes(moved({ nodeSelector: { zone: 'y' } }), waiting)).toHaveLength(1);
    expect(changes(moved({ schedulingGates: [{ name: 'b' }] }), waiting)).toEqual([
      'spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new schedulin',
    ]);
  });
});
