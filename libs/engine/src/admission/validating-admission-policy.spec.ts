import { describe, expect, it } from 'vitest';
import { createCluster, type Cluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Validation, ValidatingAdmissionPolicySpec } from '../types/index.js';

const REQUESTER = { user: 'ada', groups: ['system:masters'] };
const V1 = 'admissionregistration.k8s.io/v1';

interface Told {
  readonly warnings: string[];
  readonly annotations: Record<string, string>;
  readonly refusal: string | undefined;
}

function create(cluster: Cluster, apiVersion: string, kind: string, object: object, told?: Told): void {
  const resource = cluster.registry.findKind(apiVersion, kind);
  if (!resource) throw new Error(`no ${kind}`);
  cluster.operations.create(resource, { apiVersion, kind, ...object } as StoredObject, REQUESTER, {
    onWarning: (text) => told?.warnings.push(text),
    onAudit: (key, value) => {
      if (told) told.annotations[key] = value;
    },
  });
}

function policy(
  cluster: Cluster,
  name: string,
  spec: Partial<ValidatingAdmissionPolicySpec>,
  actions = ['Deny'],
): void {
  create(cluster, V1, 'ValidatingAdmissionPolicy', {
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
        ],
      },
      ...spec,
    },
  });
  create(cluster, V1, 'ValidatingAdmissionPolicyBinding', {
    metadata: { name: `${name}-binding` },
    spec: { policyName: name, validationActions: actions },
  });
}

function written(cluster: Cluster, data: Record<string, string> = {}): Told {
  const told = { warnings: [], annotations: {} };
  try {
    create(
      cluster,
      'v1',
      'ConfigMap',
      { metadata: { name: 'm', namespace: 'default' }, data },
      { ...told, refusal: undefined },
    );
    return { ...told, refusal: undefined };
  } catch (error) {
    return { ...told, refusal: error instanceof Error ? error.message : String(error) };
  }
}

const refused = (...validations: Validation[]): string | undefined => {
  const cluster = createCluster();
  policy(cluster, 'p', { validations });
  return written(cluster).refusal;
};

describe('validating policies', () => {
  it('answer with the first refusal, after every policy had its say', () => {
    const cluster = createCluster();
    policy(cluster, 'b', { validations: [{ expression: 'false', message: 'second' }] });
    policy(cluster, 'a', { validations: [{ expression: 'false', message: 'first' }] });
    policy(cluster, 'c', { validations: [{ expression: 'false', message: 'told' }] }, ['Warn', 'Audit']);
    const { refusal, warnings, annotations } = written(cluster);
    expect(refusal).toContain("ValidatingAdmissionPolicy 'a' with binding 'a-binding' denied request: first");
    expect(warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'c' with binding 'c-binding': told",
    ]);
    expect(Object.keys(annotations)).toEqual(['validation.policy.admission.k8s.io/validation_failure']);
  });

  it('annotate the audit log with texts, not with nothing, and refuse what they can not make', () => {
    const cluster = createCluster();
    const auditAnnotations = [
      { key: 'name', valueExpression: "' it is ' + object.metadata.name + ' '" },
      { key: 'none', valueExpression: 'null' },
      { key: 'empty', valueExpression: "'  '" },
    ];
    policy(cluster, 'p', { auditAnnotations });
    expect(written(cluster)).toEqual({
      warnings: [],
      annotations: { 'p/name': 'it is m' },
      refusal: undefined,
    });
    const failing = [{ key: 'no', valueExpression: "object.data.missing + ''" }];
    const strict = createCluster();
    policy(strict, 'p', { auditAnnotations: failing });
    expect(written(strict).refusal).toContain(
      "expression 'object.data.missing + ''' resulted in error: no such key: data",
    );
    const lenient = createCluster();
    policy(lenient, 'p', { auditAnnotations: failing, failurePolicy: 'Ignore' });
    expect(written(lenient)).toMatchObject({ annotations: {}, refusal: undefined });
  });

  it('compute variables once, when they are asked for, and say which one failed', () => {
    const cluster = createCluster();
    policy(cluster, 'p', {
      variables: [
        { name: 'broken', expression: 'object.data.missing' },
        { name: 'name', expression: 'object.metadata.name' },
        { name: 'loud', expression: "variables.name + '!'" },
      ],
      validations: [{ expression: "variables.loud == 'm!'" }, { expression: "variables.broken == ''" }],
    });
    expect(written(cluster).refusal).toContain(
      "expression 'variables.broken == ''' resulted in error: composited variable \"broken\" fails to evaluate: no such key: data",
    );
  });

  it('take their own message only where it can be made and is one line', () => {
    const plain = { expression: 'false', message: ' plain ' };
    expect(refused({ ...plain, messageExpression: "' made '" })).toMatch(/: made$/);
    for (const messageExpression of ["''", "'a\\nb'", 'object.nothing.here + ""'])
      expect(refused({ ...plain, messageExpression })).toMatch(/: plain$/);
    expect(refused({ expression: ' false ' })).toMatch(/: failed expression: false$/);
  });

  it('stop when their expressions have cost too much, alone and together', () => {
    const loop = (size: number): Validation => ({
      expression: `lists.range(${size}).all(a, lists.range(${size}).all(b, a + b >= 0))`,
    });
    expect(refused(loop(1000))).toContain('operation cancelled: actual cost limit exceeded');
    expect(refused(...Array.from({ length: 30 }, () => loop(270)))).toContain(
      'validation failed due to running out of cost budget, no further validation rules will be run',
    );
  });

  it('are refused when an expression names what is not there, or gives what is not wanted', () => {
    const problem = (spec: Partial<ValidatingAdmissionPolicySpec>): string => {
      try {
        policy(createCluster(), 'p', spec);
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    const fine = [{ expression: 'true' }];
    expect(problem({ validations: [{ expression: 'object.metadata.name' }] })).toContain(
      'must evaluate to bool but got dyn',
    );
    expect(problem({ validations: [{ expression: 'request.nothing == 1' }] })).toContain(
      "undefined field 'nothing'",
    );
    expect(problem({ validations: [{ expression: 'params.a == 1' }] })).toContain(
      "undeclared reference to 'params'",
    );
    expect(problem({ validations: [{ expression: 'true', messageExpression: '1' }] })).toContain(
      'must evaluate to string but got int',
    );
    expect(problem({ validations: fine, auditAnnotations: [{ key: 'a', valueExpression: '1' }] })).toContain(
      'must evaluate to one of [string null_type] but got int',
    );
    const variables = [{ name: 'a', expression: 'variables.b' }];
    expect(problem({ validations: fine, variables })).toContain("undefined field 'b'");
    const matchConditions = [{ name: 'c', expression: 'variables.a == 1' }];
    expect(
      problem({ validations: fine, variables: [{ name: 'a', expression: '1' }], matchConditions }),
    ).toContain("undeclared reference to 'variables'");
  });
});
