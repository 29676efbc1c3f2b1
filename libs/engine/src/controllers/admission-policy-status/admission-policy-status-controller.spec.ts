import { expect, it } from 'vitest';
import { ValidatingAdmissionPolicies } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import type { Validation, ValidatingAdmissionPolicySpec } from '../../types/index.js';
import { admissionPolicyStatusController } from './admission-policy-status-controller.js';

const rule = (group: string, resource: string) => ({
  apiGroups: [group],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: [resource],
});

function checked(validation: Validation, more: Partial<ValidatingAdmissionPolicySpec> = {}) {
  const cluster = createCluster({ controllers: [admissionPolicyStatusController] });
  const { client } = cluster;
  client.create(ValidatingAdmissionPolicies, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'p' },
    spec: {
      matchConstraints: { resourceRules: [rule('apps', 'deployments')] },
      validations: [validation],
      ...more,
    },
  });
  cluster.settle();
  return { cluster, status: () => client.get(ValidatingAdmissionPolicies, undefined, 'p').status };
}

it('says of a policy without doubts that it was looked at', () => {
  const { status } = checked({
    expression: 'object.spec.replicas > 1 && object.metadata.labels["a"] == "b"',
  });
  expect(status()).toEqual({ observedGeneration: 1, typeChecking: {} });
});

it('tells what does not fit the types of the objects it is about', () => {
  const { status } = checked({
    expression: "object.spec.replicas > '1'",
    messageExpression: "'wants more than ' + object.spec.replicas",
  });
  expect(status()?.typeChecking?.expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "apps/v1, Kind=Deployment: compilation failed: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n" +
        " | object.spec.replicas > '1'\n | .....................^\n",
    },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning: expect.stringContaining(
        "found no matching overload for '_+_' applied to '(string, int)'",
      ) as string,
    },
  ]);
});

it('knows the types of variables and parameters', () => {
  const { status } = checked(
    { expression: 'variables.count + params.data.size() > variables.none' },
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [
        { name: 'count', expression: 'object.spec.replicas' },
        { name: 'none', expression: 'params.nothing' },
      ],
    },
  );
  expect(status()).toEqual({ observedGeneration: 1, typeChecking: {} });
  const typed = checked(
    { expression: 'variables.name + 1 == 2' },
    { variables: [{ name: 'name', expression: 'object.metadata.name' }] },
  );
  expect(typed.status()?.typeChecking?.expressionWarnings).toHaveLength(1);
});

it('leaves policies about everything alone', () => {
  const { status } = checked(
    { expression: 'object.nothing == 1' },
    { matchConstraints: { resourceRules: [rule('*', '*')] } },
  );
  expect(status()).toEqual({ observedGeneration: 1, typeChecking: {} });
});
