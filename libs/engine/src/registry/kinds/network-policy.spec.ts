import { expect, it } from 'vitest';
import { AdminApi } from '../../api/testing/admin-api.js';

const PATH = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
const create = (spec: object) =>
  new AdminApi().send('POST', PATH, { metadata: { name: 'rules' }, spec: { podSelector: {}, ...spec } });
const from = (peer: object) => ({ ingress: [{ from: [peer] }] });
const onPort = (port: object) => ({ ingress: [{ ports: [port] }] });

it.each([
  [{ policyTypes: ['Ingress', 'Egress'] }],
  [from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } })],
  [from({ ipBlock: { cidr: 'fd00::/8', except: ['fd00::/16'] } })],
  [from({ namespaceSelector: {}, podSelector: {} })],
  [onPort({ port: 'http' })],
  [onPort({ port: 1000, endPort: 2000, protocol: 'SCTP' })],
])('takes %j', (spec) => expect(create(spec).status).toBe(201));

it.each([
  [
    { policyTypes: ['Both'] },
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
  ],
  [from({}), 'spec.ingress[0].from[0]: Required value: must specify a peer'],
  [
    from({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
    'spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
  ],
  [
    from({ ipBlock: { cidr: '10.0.0.0' } }),
    'ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value',
  ],
  [
    from({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }),
    'except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
  ],
  [from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }), 'must be a strict subset of `cidr`'],
  [
    onPort({ port: 0 }),
    'spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [onPort({ port: 80, endPort: 79 }), 'must be greater than or equal to `port`'],
  [onPort({ port: 'http', endPort: 90 }), 'may not be specified when `port` is non-numeric'],
  [onPort({ endPort: 90 }), 'may not be specified when `port` is not specified'],
  [
    onPort({ port: 80, protocol: 'ICMP' }),
    'Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
  ],
  [{ egress: [{ to: [{}] }] }, 'spec.egress[0].to[0]: Required value: must specify a peer'],
])('refuses %j', (spec, why) => {
  const { status, json } = create(spec);
  expect(status).toBe(422);
  expect(json['message']).toContain(why);
});

it.each([
  [
    from({ ipBlock: { cidr: '10.0.0.1/8' } }),
    'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8"',
  ],
  [
    from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.2.3/16'] } }),
    'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.1.2.3/16"',
  ],
  [
    { egress: [{ to: [{ ipBlock: { cidr: '2001:db8::1/32' } }] }] },
    'spec.egress[0].to[0].ipBlock.cidr: Invalid value: "2001:db8::1/32"',
  ],
])('refuses a range with more than a network: %j', (spec, text) => {
  expect(create(spec).json['message']).toBe(
    `NetworkPolicy.networking.k8s.io "rules" is invalid: ${text}: must not have bits set beyond the prefix length`,
  );
});
