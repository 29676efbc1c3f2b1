import { parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/api-error.js';
import { createCluster } from '../../cluster.js';
import { Deployments, Namespaces, Pods } from '../../clients/resource-type.js';
import type { Pod } from '../../types/index.js';
import { readAdmissionConfiguration } from './configuration.js';

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n';
const configured = (rest: string): string => `${HEAD}plugins:
  - name: PodSecurity
    configuration:
      apiVersion: pod-security.admission.config.k8s.io/v1
      kind: PodSecurityConfiguration
      ${rest}`;
const read = (yaml: string) => readAdmissionConfiguration(parseYaml(yaml));

describe('an admission configuration', () => {
  it('says what holds by default and who is exempt', () => {
    const { defaults, exemptions } = read(
      configured(
        'defaults: { enforce: baseline, enforce-version: v1.25, warn: restricted }\n      exemptions: { usernames: [ann], namespaces: [infra], runtimeClasses: [kata] }',
      ),
    );
    expect(defaults).toEqual({
      enforce: { level: 'baseline', minor: 25 },
      audit: { level: 'privileged', minor: Infinity },
      warn: { level: 'restricted', minor: Infinity },
    });
    expect(exemptions).toEqual({
      usernames: new Set(['ann']),
      namespaces: new Set(['infra']),
      runtimeClasses: new Set(['kata']),
    });
    expect(read(HEAD).exemptions.usernames.size).toBe(0);
  });

  it.each([
    ['[]', 'must be an object'],
    ['kind: Pod', 'apiVersion, kind: must be apiserver.config.k8s.io/v1 and AdmissionConfiguration'],
    [`${HEAD}plugins: [{ name: EventRateLimit }]`, 'PodSecurity is the plugin that can be configured'],
    [`${HEAD}plugins: [{ name: PodSecurity }]`, 'must be pod-security.admission.config.k8s.io/v1'],
    [
      configured('defaults: { enforce: strict }'),
      'defaults.enforce: Invalid value: "strict": must be one of',
    ],
    [configured('defaults: { warn-version: "1.2" }'), 'must be "latest" or "v1.x"'],
    [configured('defaults: { level: baseline }'), 'defaults.level: unknown field'],
    [configured('exemptions: { namespaces: [a, a] }'), 'exemptions.namespaces[1]: Duplicate value: "a"'],
    [configured('exemptions: { namespaces: [A] }'), 'lowercase RFC 1123 label'],
    [configured('exemptions: { usernames: [""] }'), 'username must not be empty'],
  ])('is refused: %s', (yaml, problem) => {
    expect(() => read(yaml)).toThrow(problem);
  });
});

describe('a cluster with such a configuration', () => {
  const cluster = createCluster({
    controllers: [],
    podSecurity: read(
      configured(
        'defaults: { enforce: baseline, warn: restricted }\n      exemptions: { usernames: [ann], namespaces: [infra], runtimeClasses: [kata] }',
      ),
    ),
  });
  for (const name of ['shop', 'infra', 'open']) {
    const labels = name === 'open' ? { 'pod-security.kubernetes.io/enforce': 'privileged' } : {};
    cluster.client.create(Namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  }
  const host = (namespace: string, runtimeClassName?: string): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'p-', namespace },
    spec: {
      hostNetwork: true,
      containers: [{ name: 'c', image: 'nginx' }],
      ...(runtimeClassName !== undefined && { runtimeClassName }),
    },
  });
  const outcome = (pod: Pod, user = 'bob'): string => {
    try {
      const warnings: string[] = [];
      cluster.client.as(user).create(Pods, pod, { dryRun: true, onWarning: (text) => warnings.push(text) });
      return warnings.length > 0 ? 'warned' : 'made';
    } catch (error) {
      return error instanceof ApiError ? error.message : String(error);
    }
  };

  it('refuses pods of namespaces that say nothing, and lets those be that are exempt', () => {
    expect(outcome(host('shop'))).toContain('violates PodSecurity "baseline:latest": host namespaces');
    expect(outcome(host('shop'), 'ann')).toBe('made');
    expect(outcome(host('infra'))).toBe('made');
    // No level of its own to warn of: what holds by default is told of.
    expect(outcome(host('open'))).toBe('warned');
  });

  it('lets pods of exempt runtime classes be', () => {
    const info = cluster.registry.findKind('node.k8s.io/v1', 'RuntimeClass');
    if (!info) throw new Error('no such kind');
    const kata = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'kata' },
      handler: 'kata',
    };
    cluster.operations.create(info, kata, { user: 'admin' });
    expect(outcome(host('shop', 'kata'))).toBe('made');
  });

  it('notes exemptions, and labels it could not read, in the audit log', () => {
    const notes: [string, string][] = [];
    const options = { dryRun: true, onAudit: (key: string, value: string) => void notes.push([key, value]) };
    cluster.client.as('bob').create(Pods, host('infra'), options);
    cluster.client.as('ann').create(Pods, host('shop'), options);
    expect(notes).toEqual([
      ['pod-security.kubernetes.io/exempt', 'namespace'],
      ['pod-security.kubernetes.io/exempt', 'user'],
    ]);
  });

  it('tells who labels an exempt namespace that it is in vain', () => {
    const warnings: string[] = [];
    const namespace = cluster.client.get(Namespaces, undefined, 'infra');
    cluster.client.update(
      Namespaces,
      {
        ...namespace,
        metadata: { ...namespace.metadata, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
      { onWarning: (text) => warnings.push(text) },
    );
    expect(warnings).toEqual([
      'namespace "infra" is exempt from Pod Security, and the policy (enforce=restricted:latest) will be ignored',
    ]);
  });

  it('warns about templates', () => {
    const warnings: string[] = [];
    const { metadata: _, ...template } = host('shop');
    cluster.client.as('bob').create(
      Deployments,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd', namespace: 'shop' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { ...template, metadata: { labels: { a: 'b' } } },
        },
      },
      { onWarning: (text) => warnings.push(text) },
    );
    expect(warnings.join()).toContain('would violate PodSecurity "restricted:latest"');
  });
});
