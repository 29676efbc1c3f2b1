import { describe, expect, it } from 'vitest';
import { isApiError } from '../../api/api-error.js';
import { createCluster } from '../../cluster.js';
import type { StoredObject } from '../../store/stored-object.js';

const cluster = createCluster({ controllers: [] });

/** Everything an object is refused for; empty when it is made. */
function problems(kind: 'ResourceQuota' | 'LimitRange', spec: object): string[] {
  const resource = cluster.registry.findKind('v1', kind);
  if (!resource) throw new Error(`no ${kind}`);
  const object = { apiVersion: 'v1', kind, metadata: { generateName: 'x-', namespace: 'default' }, spec };
  try {
    cluster.operations.create(resource, object as unknown as StoredObject, { user: 'me' }, { dryRun: true });
    return [];
  } catch (error) {
    if (!isApiError(error)) throw error;
    return (error.status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
}
const selector = (...matchExpressions: object[]): object => ({ scopeSelector: { matchExpressions } });

describe('a ResourceQuota', () => {
  it.each<[object, string]>([
    [{ hard: { pods: '-1' } }, 'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    [{ hard: { pods: '500m' } }, 'spec.hard[pods]: Invalid value: "500m": must be an integer'],
    [
      { hard: { foo: '1' } },
      'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
    ],
    [
      { hard: { storage: '1' } },
      'spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota',
    ],
    [{ scopes: ['Slow'] }, 'spec.scopes: Invalid value: ["Slow"]: unsupported scope'],
    [
      { hard: { 'requests.cpu': '1' }, scopes: ['BestEffort'] },
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ],
    [
      { scopes: ['Terminating', 'NotTerminating'] },
      'spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes',
    ],
    [
      selector({ scopeName: 'PriorityClass', operator: 'In' }),
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
    [
      selector({ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] }),
      'spec.scopeSelector.matchExpressions.values: Invalid value: ["a"]: must be no value',
    ],
    [
      selector({ scopeName: 'Terminating', operator: 'In', values: ['a'] }),
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be \'Exists\' when scope is any of',
    ],
    [
      selector({ scopeName: 'PriorityClass', operator: 'Near', values: ['a'] }),
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "Near": not a valid selector operator',
    ],
  ])('%j is refused', (spec, problem) => {
    expect(problems('ResourceQuota', spec).join('\n')).toContain(problem);
  });

  it('may count everything that is made, and whatever is fully qualified', () => {
    const hard = {
      'count/deployments.apps': '2',
      'requests.nvidia.com/gpu': '4',
      'services.nodeports': '1',
      cpu: '1.5',
    };
    expect(problems('ResourceQuota', { hard })).toEqual([]);
    expect(
      problems('ResourceQuota', { hard: { pods: '1' }, scopes: ['BestEffort', 'NotTerminating'] }),
    ).toEqual([]);
  });
});

describe('a LimitRange', () => {
  const item = (limit: object): string => problems('LimitRange', { limits: [limit] }).join('\n');
  it.each<[object, string]>([
    [
      { type: 'Node' },
      'spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified',
    ],
    [
      { type: 'Pod', default: { cpu: '1' } },
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
    ],
    [
      { type: 'PersistentVolumeClaim' },
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required',
    ],
    [
      { type: 'Container', max: { storage: '1' } },
      'spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers',
    ],
    [
      { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } },
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    ],
    [
      { type: 'Container', default: { cpu: '3' }, max: { cpu: '1' }, defaultRequest: { cpu: '1' } },
      'spec.limits[0].default[cpu]: Invalid value: "1": default value 3 is greater than max value 1',
    ],
    [
      { type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '2' } },
      'default request value 2 is greater than default limit value 1',
    ],
    [
      { type: 'Container', min: { cpu: '1' }, defaultRequest: { cpu: '500m' } },
      'min value 1 is greater than default request value 500m',
    ],
    [{ type: 'Container', maxLimitRequestRatio: { cpu: '500m' } }, 'ratio 500m is less than 1'],
    [
      { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } },
      'ratio 3 is greater than max/min = 2.000000',
    ],
    [
      { type: 'Container', default: { 'a.example/b': '2' }, defaultRequest: { 'a.example/b': '1' } },
      'default value 2 must equal to defaultRequest value 1 in a.example/b',
    ],
  ])('with %j is refused', (limit, problem) => {
    expect(item(limit)).toContain(problem);
  });

  it('has one item for each type', () => {
    const limits = [
      { type: 'Container', max: { cpu: '1' } },
      { type: 'Container', min: { cpu: '1' } },
    ];
    expect(problems('LimitRange', { limits })).toEqual(['spec.limits[1].type: Duplicate value: "Container"']);
  });
});
