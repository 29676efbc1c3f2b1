import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

/** What a kind says about an object of this specification, filled in as the server does. */
function findings(resource: string, spec: object | undefined, name = 'a'): string[] {
  const strategy = strategies[`flowcontrol.apiserver.k8s.io/${resource}`];
  const object = { apiVersion: 'v1', kind: 'K', metadata: { name }, spec } as StoredObject;
  const errors = strategy?.validate?.(strategy.defaults?.(object) ?? object);
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const subject = { kind: 'User', user: { name: 'a' } };
const paths = { verbs: ['get'], nonResourceURLs: ['/healthz'] };
const resources = { verbs: ['*'], apiGroups: ['*'], resources: ['pods'], namespaces: ['a'] };
const schema = (rule: object) => ({ priorityLevelConfiguration: { name: 'a' }, rules: [rule] });

describe('flow schemas', () => {
  it('take rules about anybody and anything', () => {
    const subjects = [
      subject,
      { kind: 'Group', group: { name: '*' } },
      { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'a' } },
    ];
    const rule = { subjects, resourceRules: [resources], nonResourceRules: [paths] };
    expect(findings('flowschemas', schema(rule))).toEqual([]);
  });

  it('need a level and a place among the others', () => {
    expect(findings('flowschemas', undefined)).toEqual([
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
    ]);
    const first = { ...schema({ subjects: [subject], nonResourceRules: [paths] }), matchingPrecedence: 1 };
    expect(findings('flowschemas', first)).toEqual([
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
    ]);
    expect(findings('flowschemas', first, 'exempt')).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      'nobody and nothing',
      {},
      [
        'spec.rules[0].subjects: Required value: subjects must contain at least one value',
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
    ],
    [
      'a subject of another kind than it says',
      { subjects: [{ kind: 'User', group: { name: 'a' } }], nonResourceRules: [paths] },
      [
        "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
        "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
      ],
    ],
    [
      'verbs nobody knows, and all of them with another',
      {
        subjects: [subject],
        resourceRules: [{ ...resources, verbs: ['look'] }],
        nonResourceRules: [{ ...paths, verbs: ['*', 'get'] }],
      },
      [
        'spec.rules[0].resourceRules[0].verbs: Unsupported value: ["look"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
        'spec.rules[0].nonResourceRules[0].verbs: Invalid value: ["*","get"]: if \'*\' is present, must not specify other verbs',
      ],
    ],
    [
      'resources nowhere',
      { subjects: [subject], resourceRules: [{ ...resources, namespaces: [] }] },
      [
        'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
      ],
    ],
    [
      'paths that match nothing',
      {
        subjects: [subject],
        nonResourceRules: [{ ...paths, nonResourceURLs: ['a', '/a*', '/a//b', '/a/*'] }],
      },
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "a": must start with slash',
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*": wildcard can only do suffix matching',
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a//b": must not contain double slash',
      ],
    ],
  ])('refuse %s', (_, rule, errors) => expect(findings('flowschemas', schema(rule))).toEqual(errors));
});

describe('priority levels', () => {
  const level = (limitResponse: object) => ({ type: 'Limited', limited: { limitResponse } });

  it.each<[string, object | undefined, string[]]>([
    ['no type', undefined, ['spec.type: Required value']],
    [
      'no limits',
      { type: 'Limited' },
      ['spec.limited: Required value: must not be empty when type is Limited'],
    ],
    [
      'another level than exempt that is',
      { type: 'Exempt' },
      ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"],
    ],
    [
      'queues for what is rejected',
      level({ type: 'Reject', queuing: {} }),
      [
        'spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited',
      ],
    ],
    [
      'a hand larger than the deck',
      level({ type: 'Queue', queuing: { queues: 4 } }),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)',
      ],
    ],
    [
      'hands that no hash deals',
      level({ type: 'Queue', queuing: { queues: 1024 } }),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 1024 and handSize 8 should not be greater than 60',
      ],
    ],
  ])('refuse %s', (_, spec, errors) => expect(findings('prioritylevelconfigurations', spec)).toEqual(errors));

  it('are filled in', () => {
    const strategy = strategies['flowcontrol.apiserver.k8s.io/prioritylevelconfigurations'];
    const spec = level({ type: 'Queue', queuing: { queues: 0 } });
    const object = { apiVersion: 'v1', kind: 'K', metadata: {}, spec } as StoredObject;
    expect(strategy?.defaults?.(object)).toMatchObject({
      spec: {
        limited: {
          nominalConcurrencyShares: 30,
          lendablePercent: 0,
          limitResponse: { queuing: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
        },
      },
    });
  });
});
