import { describe, expect, it } from 'vitest';
import {
  mutatingAdmissionPolicyBindingStrategy,
  mutatingAdmissionPolicyStrategy,
  validatingAdmissionPolicyBindingStrategy,
  validatingAdmissionPolicyStrategy,
} from './admission-policy.js';
import { validatingWebhookStrategy } from './admission-configuration.js';

const RULE = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };
const WEBHOOK = {
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://example.com/x' },
  rules: [RULE],
};

/** What is wrong, as `field: message`. */
function problems<T>(strategy: { validate?: unknown }, object: T): string[] {
  const validate = strategy.validate as (given: unknown) => { field: string; message: string }[];
  return validate({ metadata: { name: 'x' }, ...object }).map(({ field, message }) => `${field}: ${message}`);
}

const webhookProblems = (...changes: object[]): string[] =>
  problems(validatingWebhookStrategy, { webhooks: changes.map((change) => ({ ...WEBHOOK, ...change })) });

describe('webhook configurations', () => {
  it.each<[object, RegExp]>([
    [{ name: 'short.name' }, /webhooks\[0\]\.name: .*at least three segments separated by dots/],
    [{ name: 'Not_A.Name.x' }, /webhooks\[0\]\.name: .*RFC 1123 subdomain/],
    [{ timeoutSeconds: 31 }, /timeoutSeconds: .*between 1 and 30 seconds/],
    [
      { sideEffects: 'Some' },
      /sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"/,
    ],
    [{ admissionReviewVersions: [] }, /admissionReviewVersions: .*must specify one of v1, v1beta1/],
    [{ admissionReviewVersions: ['v9'] }, /must include at least one of v1, v1beta1/],
    [{ clientConfig: {} }, /clientConfig: .*exactly one of url or service is required/],
    [{ clientConfig: { url: 'http://h/' } }, /Invalid value: "http": 'https' is the only allowed URL scheme/],
    [{ clientConfig: { url: 'https://u:p@h/' } }, /"u:xxxxx": user information is not permitted/],
    [{ clientConfig: { url: 'https://h/?a=b' } }, /"a=b": query parameters are not permitted/],
    [{ clientConfig: { url: 'https://h/#a' } }, /"a": fragments are not permitted/],
    [{ clientConfig: { url: 'https:///x' } }, /host must be specified/],
    [{ clientConfig: { service: { name: 's', namespace: 'n', path: 'x' } } }, /must start with a '\/'/],
    [
      { rules: [{ ...RULE, operations: ['READ'] }] },
      /rules\[0\]\.operations\[0\]: Unsupported value: "READ"/,
    ],
    [{ rules: [{ ...RULE, apiGroups: ['*', 'apps'] }] }, /must not specify other API groups/],
    [
      { rules: [{ ...RULE, resources: ['pods/*', 'pods/status'] }] },
      /if 'pods\/\*' is present, must not specify pods\/status/,
    ],
    [{ rules: [{ ...RULE, resources: [] }] }, /rules\[0\]\.resources: Required value/],
    [
      { matchConditions: [{ name: 'm', expression: '[' }] },
      /expression: Invalid value: "\[": compilation failed: ERROR/,
    ],
    [{ matchConditions: [{ name: 'm', expression: 'nobody == 1' }] }, /undeclared reference to 'nobody'/],
    [{ matchConditions: [{ name: 'm', expression: 'params == null' }] }, /undeclared reference to 'params'/],
  ])('%j is refused', (change, expected) => {
    expect(webhookProblems(change).join('\n')).toMatch(expected);
  });

  it('are accepted when they are sound, once for each name', () => {
    expect(
      webhookProblems({ matchConditions: [{ name: 'm', expression: 'request.dryRun || has(object.spec)' }] }),
    ).toEqual([]);
    expect(webhookProblems({}, {})).toEqual(['webhooks[1].name: Duplicate value: "a.example.com"']);
  });
});

describe('admission policies', () => {
  const spec = {
    matchConstraints: { resourceRules: [RULE] },
    reinvocationPolicy: 'Never',
    mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
    validations: [{ expression: 'true' }],
  };

  it.each<[object, RegExp]>([
    [{ mutations: [] }, /spec\.mutations: .*must contain at least one item/],
    [{ mutations: [{ patchType: 'Merge' }] }, /patchType: Unsupported value: "Merge"/],
    [
      { mutations: [{ patchType: 'JSONPatch' }] },
      /jsonPatch: .*must be specified when patchType is JSONPatch/,
    ],
    [{ reinvocationPolicy: undefined }, /spec\.reinvocationPolicy: Required value/],
    [{ matchConstraints: { resourceRules: [] } }, /spec\.matchConstraints\.resourceRules: Required value/],
    [{ variables: [{ name: 'no name', expression: '1' }] }, /must be a valid CEL identifier/],
    [{ matchConditions: [{ name: 'm', expression: 'params.a == 1' }] }, /undeclared reference to 'params'/],
  ])('that change requests are refused with %j', (change, expected) => {
    expect(problems(mutatingAdmissionPolicyStrategy, { spec: { ...spec, ...change } }).join('\n')).toMatch(
      expected,
    );
  });

  it.each<[object, RegExp]>([
    [
      { validations: [] },
      /spec\.validations: .*validations or auditAnnotations must contain at least one item/,
    ],
    [{ validations: [{ expression: 'true', reason: 'Why' }] }, /reason: Unsupported value: "Why"/],
    [{ validations: [{ expression: 'true', message: 'a\nb' }] }, /must not contain line breaks/],
    [
      { validations: [{ expression: 'true\n' + '&& true' }] },
      /message must be specified if expression contains line breaks/,
    ],
    [
      { validations: [{ expression: 'true', messageExpression: '"a" +' }] },
      /messageExpression: .*compilation failed/,
    ],
    [{ auditAnnotations: [{ key: 'a', valueExpression: '' }] }, /valueExpression is not specified/],
  ])('that check requests are refused with %j', (change, expected) => {
    expect(problems(validatingAdmissionPolicyStrategy, { spec: { ...spec, ...change } }).join('\n')).toMatch(
      expected,
    );
  });

  it('and their bindings say what they bind, to which parameters, and what follows', () => {
    expect(problems(mutatingAdmissionPolicyStrategy, { spec })).toEqual([]);
    expect(problems(validatingAdmissionPolicyStrategy, { spec })).toEqual([]);
    expect(problems(mutatingAdmissionPolicyBindingStrategy, { spec: { paramRef: { name: 'a' } } })).toEqual([
      'spec.policyName: Required value',
      'spec.paramRef.parameterNotFoundAction: Required value',
    ]);
    expect(
      problems(validatingAdmissionPolicyBindingStrategy, {
        spec: { policyName: 'p', validationActions: [] },
      }),
    ).toEqual(['spec.validationActions: Required value: at least one validation action is required']);
    expect(
      problems(validatingAdmissionPolicyBindingStrategy, {
        spec: { policyName: 'p', validationActions: ['Deny', 'Warn'] },
      }).join(),
    ).toMatch(/must not contain both Deny and Warn/);
  });
});
