import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '@lotse/manifests';
import type { PodSpec, Toleration } from '../types/index.js';
import { resourceQuotaStrategy } from './kinds/resource-quota.js';
import { validateService } from './kinds/service-rules.js';
import { withEachOwnerOnce } from './owner-references.js';
import { validateConditionTypes, validateStandardConditions } from './validation/status/conditions.js';
import { validateAddedTolerations } from './validation/tolerations.js';
import { validateTopologySpread } from './validation/topology-spread.js';
import { podWarnings } from './warnings/pod-warnings.js';

/* Bodies have room for lists of many thousands; what looks at each pair of them would hold everybody up for minutes. */

const MANY = 40_000;
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));
const warningsOf = (spec: Partial<PodSpec>): string[] =>
  podWarnings({ containers: [{ name: 'c', image: 'i' }], ...spec }, {});

describe('lists of many thousands are looked at item by item', () => {
  it('owners, of whom each is kept once', () => {
    const owners = many((index) => ({
      apiVersion: 'v1',
      kind: 'Node',
      name: `n${index % (MANY / 2)}`,
      uid: 'same',
    }));
    const metadata: ObjectMeta = { name: 'a', ownerReferences: owners };
    const told: string[] = [];
    const once = withEachOwnerOnce(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata },
      (text) => told.push(text),
      'asked',
    );
    expect(once.metadata.ownerReferences).toHaveLength(MANY / 2);
    expect(told).toHaveLength(1);
  });

  it('conditions', () => {
    const condition = { status: 'True' as const, reason: 'R', lastTransitionTime: '2024-01-01T00:00:00Z' };
    const conditions = [...many((index) => ({ ...condition, type: `T${index}`, message: '' }))];
    expect(validateStandardConditions(conditions, 'status.conditions')).toEqual([]);
    expect(validateConditionTypes([...conditions, { type: 'T0' }])).toMatchObject([
      { reason: 'FieldValueDuplicate', field: `status.conditions[${MANY}].type` },
    ]);
  });

  it('ports of a service', () => {
    const ports = many((index) => ({ name: `p${index}`, port: index + 1, protocol: 'TCP', targetPort: 80 }));
    const [last] = ports;
    const spec = {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ports: last ? [...ports, last] : ports,
    };
    const metadata = { name: 'a' };
    const errors = validateService({ apiVersion: 'v1', kind: 'Service', metadata, spec });
    expect(errors.map(({ reason, field }) => `${reason} ${field}`)).toEqual([
      `FieldValueDuplicate spec.ports[${MANY}].name`,
      `FieldValueDuplicate spec.ports[${MANY}]`,
    ]);
  });

  it('tolerations of a pod that runs', () => {
    const before = many((index): Toleration => ({ key: `k${index}`, operator: 'Exists' }));
    const now = before.map((one) => ({ ...one, effect: 'NoExecute', tolerationSeconds: 9 }));
    expect(validateAddedTolerations(before, before, 'spec.tolerations')).toEqual([]);
    expect(validateAddedTolerations(now, before, 'spec.tolerations')).toMatchObject([
      { reason: 'FieldValueForbidden' },
    ]);
  });

  it('places that pods are spread over', () => {
    const constraints = many((index) => ({
      maxSkew: 1,
      topologyKey: `k${index}`,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: {},
    }));
    expect(validateTopologySpread(constraints, 'spec.topologySpreadConstraints')).toEqual([]);
  });
});

describe('warnings end where an answer has no room for more', () => {
  it('about ports that are all the same', () => {
    const ports = many(() => ({ containerPort: 80, protocol: 'TCP' }));
    const warnings = warningsOf({ containers: [{ name: 'c', image: 'i', ports }] });
    expect(warnings[0]).toBe(
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    );
    expect(warnings.length).toBeLessThan(2000);
  });

  it('about files that lie on one another', () => {
    const items = many(() => ({ key: 'k', path: 'same' }));
    const sources = many(() => ({ secret: { name: 's', items: items.slice(0, 1) } }));
    const warnings = warningsOf({
      volumes: [
        { name: 'v', configMap: { name: 'm', items } },
        { name: 'w', projected: { sources } },
      ],
    });
    expect(warnings[0]).toContain('overlapping paths: "same" with "same"');
    expect(warnings.length).toBeLessThan(2000);
  });
});

describe('paths of files', () => {
  it('may have a long run of slashes', () => {
    const items = [{ key: 'k', path: `a${'/'.repeat(1_000_000)}b` }];
    expect(warningsOf({ volumes: [{ name: 'v', configMap: { name: 'm', items } }] })).toEqual([]);
  });
});

describe('scopes of a quota', () => {
  const errorsOf = (scopes: string[], hard: Record<string, string> = { pods: '1' }) =>
    resourceQuotaStrategy.validate?.({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'a', namespace: 'default' },
      spec: { hard, scopes },
    });

  it('are shown a hundred times at most', () => {
    expect(errorsOf(many((index) => `s${index}`))).toHaveLength(100);
    expect(errorsOf([...many(() => 'BestEffort'), 'unheard-of'])).toHaveLength(1);
  });

  it('are refused when they are called as what every object of the language has', () => {
    expect(errorsOf(['constructor', '__proto__'])).toMatchObject([
      { field: 'spec.scopes', reason: 'FieldValueInvalid' },
      { field: 'spec.scopes', reason: 'FieldValueInvalid' },
    ]);
  });
});
