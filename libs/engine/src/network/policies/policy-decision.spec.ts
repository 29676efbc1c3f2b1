import { describe, expect, it } from 'vitest';
import type { NetworkPolicySpec } from '../../types/index.js';
import { isAllowed, type PolicyDirection, type PolicyEnd } from './policy-decision.js';

const pod = (namespace: string, labels: Record<string, string>, ip: string): PolicyEnd => ({
  ip,
  pod: {
    namespace,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    labels,
    portNamed: (name, protocol) => (name === 'http' && protocol === 'TCP' ? 8080 : undefined),
  },
});
const web = pod('shop', { app: 'web' }, '10.244.0.1');
const api = pod('shop', { app: 'api' }, '10.244.0.2');
const stranger = pod('other', { app: 'web' }, '10.244.1.1');
const outside: PolicyEnd = { ip: '192.0.2.7' };

function decide(
  direction: PolicyDirection,
  specs: readonly NetworkPolicySpec[],
  [from, to]: readonly [PolicyEnd, PolicyEnd],
  port = 8080,
  protocol = 'TCP',
): boolean {
  const policies = specs.map((spec, index) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${index}`, namespace: 'shop' },
    spec,
  }));
  return isAllowed(direction, policies, { from, to, port, protocol });
}

const onApi = { podSelector: { matchLabels: { app: 'api' } } };

describe('what may arrive at a pod', () => {
  it.each<[string, readonly NetworkPolicySpec[], readonly [PolicyEnd, PolicyEnd], boolean]>([
    ['everything without a policy', [], [stranger, api], true],
    ['nothing with a policy without rules', [{ podSelector: {} }], [web, api], false],
    ['everything at pods no policy selects', [onApi], [stranger, web], true],
    ['everything with an empty rule', [{ ...onApi, ingress: [{}] }], [outside, api], true],
    [
      'everything when policies are about what leaves',
      [{ ...onApi, policyTypes: ['Egress'] }],
      [web, api],
      true,
    ],
    [
      'pods of the same namespace by their labels',
      [{ ...onApi, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] }],
      [web, api],
      true,
    ],
    [
      'not pods of other namespaces with the same labels',
      [{ ...onApi, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] }],
      [stranger, api],
      false,
    ],
    [
      'pods of namespaces by the namespaces’ labels',
      [
        {
          ...onApi,
          ingress: [
            { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }] },
          ],
        },
      ],
      [stranger, api],
      true,
    ],
    [
      'only those that both selectors of one peer select',
      [
        {
          ...onApi,
          ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'db' } } }] }],
        },
      ],
      [stranger, api],
      false,
    ],
    [
      'those that one of two peers selects',
      [
        {
          ...onApi,
          ingress: [{ from: [{ namespaceSelector: {} }, { podSelector: { matchLabels: { app: 'db' } } }] }],
        },
      ],
      [stranger, api],
      true,
    ],
    [
      'addresses in a block',
      [{ ...onApi, ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] }],
      [outside, api],
      true,
    ],
    [
      'not addresses that a block excepts',
      [{ ...onApi, ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.0/28'] } }] }] }],
      [outside, api],
      false,
    ],
    [
      'not the outside where pods are selected',
      [{ ...onApi, ingress: [{ from: [{ namespaceSelector: {} }] }] }],
      [outside, api],
      false,
    ],
    ['what any of several policies allows', [onApi, { podSelector: {}, ingress: [{}] }], [web, api], true],
    ['a pod’s own calls', [{ podSelector: {} }], [api, api], true],
    ['anything at what is no pod', [{ podSelector: {} }], [api, outside], true],
  ])('%s', (_, specs, ends, expected) => expect(decide('Ingress', specs, ends)).toBe(expected));

  it.each<[string, object, number, string, boolean]>([
    ['the port named by number', { port: 8080 }, 8080, 'TCP', true],
    ['no other port', { port: 8080 }, 8081, 'TCP', false],
    ['no other protocol', { port: 8080 }, 8080, 'UDP', false],
    ['the port named by name', { port: 'http' }, 8080, 'TCP', true],
    ['no port of an unknown name', { port: 'metrics' }, 8080, 'TCP', false],
    ['the whole range', { port: 8000, endPort: 9000 }, 9000, 'TCP', true],
    ['nothing above the range', { port: 8000, endPort: 9000 }, 9001, 'TCP', false],
    ['every port of a protocol', { protocol: 'UDP' }, 53, 'UDP', true],
  ])('on %s', (_, rule, port, protocol, expected) =>
    expect(decide('Ingress', [{ ...onApi, ingress: [{ ports: [rule] }] }], [web, api], port, protocol)).toBe(
      expected,
    ),
  );
});

it('lets leave only what a rule allows', () => {
  const deny: NetworkPolicySpec = { podSelector: {}, policyTypes: ['Egress'] };
  const toApi: NetworkPolicySpec = {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [onApi], ports: [{ port: 'http' }] }],
  };
  expect(decide('Egress', [deny], [web, api])).toBe(false);
  expect(decide('Egress', [deny], [web, outside])).toBe(false);
  expect(decide('Egress', [deny, toApi], [web, api])).toBe(true);
  expect(decide('Egress', [toApi], [web, api], 9090)).toBe(false);
  expect(decide('Ingress', [deny], [stranger, web])).toBe(true);
});
