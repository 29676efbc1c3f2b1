import { parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { isApiError } from '../api/api-error.js';
import { createCluster, type Cluster } from '../cluster.js';
import type { StoredObject } from '../store/stored-object.js';
import type { Deployment } from '../types/index.js';

interface PolicyOptions {
  readonly name?: string;
  readonly more?: string;
  readonly resources?: string;
  readonly param?: string;
}

const apply = (expression: string): string =>
  JSON.stringify({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
const patch = (expression: string): string =>
  JSON.stringify({ patchType: 'JSONPatch', jsonPatch: { expression } });

/** A policy about deployments with a binding of the same name. */
function policy(
  mutations: readonly string[],
  { name = 'p', more = '', param = '' }: PolicyOptions = {},
): string[] {
  const head = 'apiVersion: admissionregistration.k8s.io/v1';
  return [
    `{${head}, kind: MutatingAdmissionPolicy, metadata: {name: ${name}}, spec: {${more} reinvocationPolicy: ${more.includes('reinvoke') ? 'IfNeeded' : 'Never'}, matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]}, mutations: [${mutations.join(', ')}]}}`.replace(
      'reinvoke,',
      '',
    ),
    `{${head}, kind: MutatingAdmissionPolicyBinding, metadata: {name: ${name}}, spec: {${param} policyName: ${name}}}`,
  ];
}

const DEPLOYMENT =
  '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, labels: {a: b}}, spec: {replicas: 6, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}';

function create({ registry, operations }: Cluster, text: string): StoredObject {
  const given = parseYaml(text) as unknown as StoredObject;
  const resource = registry.findKind(given.apiVersion, given.kind);
  if (!resource) throw new Error(`no kind ${given.kind}`);
  const metadata = { ...given.metadata, ...(resource.namespaced && { namespace: 'default' }) };
  return operations.create(resource, { ...given, metadata }, { user: 'someone' });
}

/** What becomes of a deployment. */
function deployed(...before: readonly string[]): Deployment {
  const cluster = createCluster({ controllers: [] });
  for (const text of before) create(cluster, text);
  return create(cluster, DEPLOYMENT) as Deployment;
}

function refusal(...before: readonly string[]): string {
  try {
    deployed(...before);
    return 'accepted';
  } catch (error) {
    if (!isApiError(error)) throw error;
    return `${error.code} ${error.status.reason} ${error.message}`;
  }
}

describe('MutatingAdmissionPolicy', () => {
  it('lays what it makes over the object as server-side apply does', () => {
    const container = 'Object.spec.template.spec.containers{name: "side", image: "log"}';
    const { metadata, spec } = deployed(
      ...policy([
        apply('Object{spec: Object.spec{replicas: object.spec.replicas + 1}}'),
        apply('Object{metadata: Object.metadata{annotations: {"seen-by": request.userInfo.username}}}'),
        apply(
          `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [${container}]}}}}`,
        ),
      ]),
    );
    expect(spec?.replicas).toBe(7);
    expect(metadata).toMatchObject({ name: 'd', labels: { a: 'b' }, annotations: { 'seen-by': 'someone' } });
    expect(metadata.uid).toBeTruthy();
    expect(spec?.template.spec?.containers).toMatchObject([
      { name: 'c', image: 'i' },
      { name: 'side', image: 'log', imagePullPolicy: 'Always' },
    ]);
  });

  it('applies JSON patches, values made as objects among them, and nothing when a test does not hold', () => {
    const { metadata, spec } = deployed(
      ...policy([
        patch(
          '[JSONPatch{op: "test", path: "/spec/replicas", value: 6}, JSONPatch{op: "replace", path: "/spec/replicas", value: 2}]',
        ),
        patch('[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("x/y"), value: "z"}]'),
        patch(
          '[JSONPatch{op: "add", path: "/spec/template/spec/containers/-", value: Object.spec.template.spec.containers{name: "n", image: "m"}}]',
        ),
        patch(
          '[JSONPatch{op: "test", path: "/spec/replicas", value: 99}, JSONPatch{op: "replace", path: "/spec/replicas", value: 100}]',
        ),
      ]),
    );
    expect(spec?.replicas).toBe(2);
    expect(metadata.labels).toEqual({ a: 'b', 'x/y': 'z' });
    expect(spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['c', 'n']);
  });

  it('uses variables, conditions and every parameter its binding selects', () => {
    const settings = (name: string): string =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {for: policy}}, data: {key: ${name}}}`;
    const { metadata } = deployed(
      settings('one'),
      settings('two'),
      ...policy(
        [apply('Object{metadata: Object.metadata{annotations: {params.data.key: variables.text}}}')],
        {
          more: "paramKind: {apiVersion: v1, kind: ConfigMap}, variables: [{name: text, expression: 'object.metadata.name + \"!\"'}], matchConditions: [{name: m, expression: 'object.spec.replicas == 6'}],",
          param: 'paramRef: {selector: {matchLabels: {for: policy}}, parameterNotFoundAction: Deny},',
        },
      ),
    );
    expect(metadata.annotations).toEqual({ one: 'd!', two: 'd!' });
  });

  it('runs those once more that want to see what later ones changed', () => {
    const copies = (more: string): string[] =>
      policy(
        [apply('Object{metadata: Object.metadata{annotations: {"copy": string(object.spec.replicas)}}}')],
        { name: 'a', more },
      );
    const doubles = policy([apply('Object{spec: Object.spec{replicas: 12}}')], { name: 'b' });
    expect(deployed(...copies(''), ...doubles).metadata.annotations).toEqual({ copy: '6' });
    expect(deployed(...copies('reinvoke,'), ...doubles).metadata.annotations).toEqual({ copy: '12' });
  });

  it.each([
    [
      'Object{spec: Object.spec{template: Object.wrong{}}}',
      'type mismatch: unexpected type name "Object.wrong", expected "Object.spec.template", which matches field name path from root Object type',
    ],
    [
      'Object{spec: Object.spec{nothing: 1}}',
      'error applying patch: failed to convert patch object to typed object: .spec.nothing: field not declared in schema',
    ],
    [
      'Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {"x": "y"}}}}',
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector',
    ],
    [
      'Object{spec: Object.spec{replicas: object.spec.nothing}}',
      "expression 'Object{spec: Object.spec{replicas: object.spec.nothing}}' resulted in error: no such key: nothing",
    ],
  ])('refuses %s, unless its failures are to be ignored', (expression, problem) => {
    expect(refusal(...policy([apply(expression)]))).toBe(
      `403 Invalid policy 'p' with binding 'p' denied request: ${problem}`,
    );
    expect(refusal(...policy([apply(expression)], { more: 'failurePolicy: Ignore,' }))).toBe('accepted');
  });

  it('says when the parameters of a binding are missing', () => {
    const options = {
      more: 'paramKind: {apiVersion: v1, kind: ConfigMap},',
      param: 'paramRef: {name: none, parameterNotFoundAction: Deny},',
    };
    expect(refusal(...policy([apply('Object{}')], options))).toBe(
      "403 Invalid policy 'p' with binding 'p' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    );
  });
});
