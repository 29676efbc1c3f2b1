import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster } from '../cluster.js';
import { Deployments, Namespaces, Pods } from '../clients/resource-type.js';
import type { Pod, PodSpec } from '../types/index.js';
import type { CheckedPod } from './pod-security/check.js';
import { describeViolations, violationsOf } from './pod-security/evaluate.js';
import { readPolicy } from './pod-security/policy.js';

const LABEL = 'pod-security.kubernetes.io/';
const pod = (spec: Partial<PodSpec> = {}, annotations: Record<string, string> = {}): CheckedPod => ({
  metadata: { name: 'p', annotations },
  spec: { containers: [{ name: 'a', image: 'i' }], ...spec },
});
const findings = (one: CheckedPod, level: 'baseline' | 'restricted', minor = Infinity): string =>
  describeViolations(violationsOf(one, { level, minor }));

describe('the checks', () => {
  it.each<[string, Partial<PodSpec>, string]>([
    [
      'host namespaces',
      { hostNetwork: true, hostPID: true },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'sysctls',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'types of SELinux',
      { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } },
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    ],
    [
      'AppArmor',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'host processes of Windows',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      'hosts of probes',
      {
        containers: [
          { name: 'a', image: 'i', livenessProbe: { httpGet: { port: 80, host: 'other.example' } } },
        ],
      },
      'probe or lifecycle host (container "a" uses probe or lifecycle host "other.example")',
    ],
    [
      'ports of the host',
      { containers: [{ name: 'a', image: 'i', ports: [{ containerPort: 80, hostPort: 80 }] }] },
      'hostPort (container "a" uses hostPort 80)',
    ],
  ])('of the baseline find %s', (_, spec, text) => {
    expect(findings(pod(spec), 'baseline')).toBe(text);
  });

  it('hold as they stood at the version that is asked for', () => {
    const probing = pod({
      containers: [{ name: 'a', image: 'i', readinessProbe: { tcpSocket: { port: 1, host: 'x' } } }],
    });
    expect(findings(probing, 'baseline', 33)).toBe('');
    expect(findings(probing, 'baseline', 34)).toContain('probe or lifecycle host');
    const buffers = pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } });
    expect(findings(buffers, 'baseline', 31)).toBe('forbidden sysctls (net.ipv4.tcp_rmem)');
    expect(findings(buffers, 'baseline', 32)).toBe('');
    expect(findings(pod({ os: { name: 'windows' } }), 'restricted', 24)).toContain(
      'unrestricted capabilities',
    );
    expect(findings(pod({ os: { name: 'windows' } }), 'restricted')).not.toContain('capabilities');
  });

  it('of the restricted level take the place of the weaker ones', () => {
    const adding = pod({
      containers: [
        { name: 'a', image: 'i', securityContext: { capabilities: { add: ['NET_RAW'], drop: ['ALL'] } } },
      ],
      volumes: [{ name: 'v', hostPath: { path: '/' } }],
    });
    const text = findings(adding, 'restricted');
    expect(text).toContain('unrestricted capabilities (container "a" must not include "NET_RAW"');
    expect(text).not.toContain('non-default capabilities');
    expect(text).toContain('restricted volume types (volume "v" uses restricted volume type "hostPath")');
    expect(text).not.toContain('hostPath volumes');
  });

  it('let root be where it is nobody outside', () => {
    const root = { securityContext: { runAsUser: 0, runAsNonRoot: false } };
    expect(findings(pod(root), 'restricted')).toContain('runAsUser=0 (pod must not set runAsUser=0)');
    expect(findings(pod({ ...root, hostUsers: false }), 'restricted')).not.toContain('runAs');
  });
});

describe('the labels of a namespace', () => {
  it('warn of what they enforce, unless they say otherwise', () => {
    const { policy } = readPolicy({ [`${LABEL}enforce`]: 'baseline', [`${LABEL}enforce-version`]: 'v1.30' });
    expect(policy.warn).toEqual({ level: 'baseline', minor: 30 });
    expect(readPolicy({ [`${LABEL}warn`]: 'restricted' }).policy.enforce.level).toBe('privileged');
  });

  it('that say nothing known are refused, and count as strict where they got in', () => {
    const { policy, errors } = readPolicy({ [`${LABEL}enforce`]: 'strict', [`${LABEL}warn-version`]: 'v2' });
    expect(policy.enforce.level).toBe('restricted');
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      `metadata.labels[${LABEL}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted`,
      `metadata.labels[${LABEL}warn-version]: Invalid value: "v2": must be "latest" or "v1.x"`,
    ]);
  });
});

describe('the plugin', () => {
  const start = (labels: Record<string, string>) => {
    const { client } = createCluster({ controllers: [] });
    client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels } });
    return client;
  };
  const bare = (spec: Partial<PodSpec>): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers: [{ name: 'a', image: 'i' }], ...spec },
  });
  const refusal = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (isApiError(error)) return error.message;
      throw error;
    }
    return 'accepted';
  };

  it('refuses pods, but lets templates of such pods be', () => {
    const client = start({ [`${LABEL}enforce`]: 'baseline', [`${LABEL}enforce-version`]: 'v1.30' });
    expect(refusal(() => client.create(Pods, bare({ hostNetwork: true })))).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:v1.30": host namespaces (hostNetwork=true)',
    );
    const labels = { app: 'a' };
    const template = {
      metadata: { labels },
      spec: { hostNetwork: true, containers: [{ name: 'a', image: 'i' }] },
    };
    const metadata = { name: 'd', namespace: 'n' };
    expect(
      refusal(() =>
        client.create(Deployments, {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata,
          spec: { selector: { matchLabels: labels }, template },
        }),
      ),
    ).toBe('accepted');
  });

  it('lets a pod that was there before be labelled, but not run something else', () => {
    const client = start({});
    const created = client.create(Pods, bare({ hostNetwork: true }));
    const namespace = client.get(Namespaces, undefined, 'n');
    client.update(Namespaces, {
      ...namespace,
      metadata: { ...namespace.metadata, labels: { [`${LABEL}enforce`]: 'baseline' } },
    });
    const metadata = { ...created.metadata, labels: { a: 'b' } };
    const labelled = client.update(Pods, { ...created, metadata });
    expect(labelled.metadata.labels).toEqual({ a: 'b' });
    const [container] = labelled.spec?.containers ?? [];
    const other: PodSpec = { ...labelled.spec, containers: [{ name: 'a', ...container, image: 'other' }] };
    expect(refusal(() => client.update(Pods, { ...labelled, spec: other }))).toContain(
      'violates PodSecurity',
    );
  });

  it('refuses a namespace with a level that there is not', () => {
    expect(refusal(() => start({ [`${LABEL}enforce`]: 'high' }))).toContain(
      'Namespace "n" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "high"',
    );
  });
});
