import { parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';

const deployment = (spec: string): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: ${spec}}`;
const pod = (spec: string, metadata = '{name: x}'): string =>
  `{apiVersion: v1, kind: Pod, metadata: ${metadata}, spec: ${spec}}`;
const service = (spec: string, name = 'x'): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: ${spec}}`;
const template = '{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}';
const one = 'containers: [{name: c, image: i}]';

function answer(yaml: string, change?: string): string {
  const { registry, operations } = createCluster({ controllers: [] });
  const write = (text: string, verb: 'create' | 'update'): void => {
    const given = parseYaml(text) as unknown as StoredObject;
    const resource = registry.findKind(given.apiVersion, given.kind);
    if (!resource) throw new Error(`no kind ${given.kind}`);
    const metadata = { ...given.metadata, ...(resource.namespaced && { namespace: 'default' }) };
    operations[verb](resource, { ...given, metadata }, { user: 'someone' });
  };
  try {
    write(yaml, 'create');
    if (change !== undefined) write(change, 'update');
  } catch (error) {
    if (isApiError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('what is wrong is said in the words of Kubernetes', () => {
  it.each<[string, string]>([
    [
      deployment(`{template: ${template}}`),
      '422 Deployment.apps "x" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`]',
    ],
    [
      deployment(`{selector: {}, template: ${template}}`),
      '422 Deployment.apps "x" is invalid: spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      deployment(`{selector: {matchLabels: {a: c}}, template: ${template}}`),
      '422 Deployment.apps "x" is invalid: spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ],
    [
      deployment(`{replicas: -1, selector: {matchLabels: {a: b}}, template: ${template}}`),
      '422 Deployment.apps "x" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      deployment(`{strategy: {type: Blue}, selector: {matchLabels: {a: b}}, template: ${template}}`),
      '422 Deployment.apps "x" is invalid: spec.strategy.type: Unsupported value: "Blue": supported values: "Recreate", "RollingUpdate"',
    ],
    [
      deployment(
        `{strategy: {type: Recreate, rollingUpdate: {}}, selector: {matchLabels: {a: b}}, template: ${template}}`,
      ),
      '422 Deployment.apps "x" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is \'Recreate\'',
    ],
    [
      deployment(`{replicas: "3", selector: {matchLabels: {a: b}}, template: ${template}}`),
      '400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [pod('{containers: []}'), '422 Pod "x" is invalid: spec.containers: Required value'],
    [
      pod(`{${one}, restartPolicy: Maybe}`),
      '422 Pod "x" is invalid: spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
    ],
    [pod('{containers: [{name: c}]}'), '422 Pod "x" is invalid: spec.containers[0].image: Required value'],
    [
      pod('{containers: [{name: c, image: i}, {name: c, image: i}]}'),
      '422 Pod "x" is invalid: spec.containers[1].name: Duplicate value: "c"',
    ],
    [
      pod('{containers: [{name: c, image: i, resources: {requests: {cpu: lots}}}]}'),
      '400 Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
    [
      pod('{containers: [{name: c, image: i, env: [{name: "a=b"}]}]}'),
      "422 Pod \"x\" is invalid: spec.containers[0].env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '=' (e.g. 'my-variable', regex used for validation is '[ -<>-~]*')",
    ],
    [
      pod('{containers: [{name: c, image: i, livenessProbe: {}}]}'),
      '422 Pod "x" is invalid: spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      pod(`{${one}, volumes: [{name: v}, {name: v}]}`),
      '422 Pod "x" is invalid: spec.volumes[1].name: Duplicate value: "v"',
    ],
    [
      pod(`{${one}, priorityClassName: none}`),
      '403 pods "x" is forbidden: no PriorityClass with name none was found',
    ],
    [
      pod(`{${one}, serviceAccountName: none}`),
      '403 pods "x" is forbidden: error looking up service account default/none: serviceaccount "none" not found',
    ],
    [
      pod(`{${one}}`, '{}'),
      '422 Pod "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      service('{ports: [{port: 80}, {port: 81}]}'),
      '422 Service "x" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]',
    ],
    [service('{}'), '422 Service "x" is invalid: spec.ports: Required value'],
    [
      service('{ports: [{port: 80}]}', 'X1'),
      "422 Service \"X1\" is invalid: metadata.name: Invalid value: \"X1\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
    [
      service('{type: NodePort, ports: [{port: 80, nodePort: 80}]}'),
      '422 Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      service('{clusterIP: 1.2.3.4, ports: [{port: 80}]}'),
      '422 Service "x" is invalid: spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
    [
      '{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {containers: [{name: c, image: i}]}}}}',
      '422 Job.batch "x" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      '{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: "* * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}',
      '422 CronJob.batch "x" is invalid: spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
    ],
    [
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {"a b": c}}',
      "422 ConfigMap \"x\" is invalid: data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
    [
      '{apiVersion: v1, kind: Secret, metadata: {name: x}, type: kubernetes.io/tls}',
      '422 Secret "x" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]',
    ],
    [
      '{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {}}',
      '422 PersistentVolumeClaim "x" is invalid: [spec.accessModes: Required value: at least 1 access mode is required, spec.resources[storage]: Required value]',
    ],
    [
      '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http: {paths: [{path: a, backend: {service: {name: s, port: {number: 80}}}}]}}]}}',
      '422 Ingress.networking.k8s.io "x" is invalid: spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
    ],
    [
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: [{resources: [pods]}]}',
      '422 Role.rbac.authorization.k8s.io "x" is invalid: [rules[0].verbs: Required value: verbs must contain at least one value, rules[0].apiGroups: Required value: resource rules must supply at least one api group]',
    ],
    [
      '{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: x}}',
      '422 RuntimeClass.node.k8s.io "x" is invalid: handler: Required value',
    ],
    [
      '{apiVersion: v1, kind: Namespace, metadata: {name: a.b}}',
      '422 Namespace "a.b" is invalid: metadata.name: Invalid value: "a.b": must not contain dots',
    ],
  ])('%s', (yaml, expected) => {
    expect(answer(yaml)).toBe(expected);
  });

  it.each<[string, string, string]>([
    [
      deployment(`{selector: {matchLabels: {a: b}}, template: ${template}}`),
      deployment(
        '{selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: i}]}}}',
      ),
      '422 Deployment.apps "x" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable',
    ],
    [
      service('{clusterIP: 10.96.0.20, ports: [{port: 80}]}'),
      service('{clusterIP: 10.96.0.21, ports: [{port: 80}]}'),
      '422 Service "x" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.21"]: may not change once set',
    ],
    [
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: b}}',
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: c}}',
      '422 ConfigMap "x" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    ],
    [
      '{apiVersion: v1, kind: Secret, metadata: {name: x}, type: a}',
      '{apiVersion: v1, kind: Secret, metadata: {name: x}, type: b}',
      '422 Secret "x" is invalid: type: Invalid value: "b": field is immutable',
    ],
    [
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: x}, roleRef: {kind: ClusterRole, name: a}}',
      '{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: x}, roleRef: {kind: ClusterRole, name: b}}',
      '422 ClusterRoleBinding.rbac.authorization.k8s.io "x" is invalid: roleRef: Invalid value: {"kind":"ClusterRole","name":"b","apiGroup":"rbac.authorization.k8s.io"}: cannot change roleRef',
    ],
    [
      pod(`{${one}}`),
      pod(`{${one}, hostNetwork: true}`),
      '422 Pod "x" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ],
    [
      '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: a, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}',
      '{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: b, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}',
      "422 StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ])('%s becomes %s', (yaml, change, expected) => {
    expect(answer(yaml, change)).toBe(expected);
  });
});
