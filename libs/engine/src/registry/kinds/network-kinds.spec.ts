import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

/** What a kind says about an object with this body, filled in as the server does; `old` is the object it takes the place of. */
function findings(resource: string, body: object, old?: object): string[] {
  const strategy = strategies[resource];
  const filled = (given: object): StoredObject => {
    const metadata = { name: 'a', namespace: 'default', uid: 'u' };
    const object = { apiVersion: 'v1', kind: 'K', metadata, ...given } as StoredObject;
    return strategy?.defaults?.(object) ?? object;
  };
  const errors = old
    ? strategy?.validateUpdate?.(filled(body), filled(old))
    : strategy?.validate?.(filled(body));
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

describe('endpoints', () => {
  it.each<[string, object, string[]]>([
    ['of both kinds of address', { addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }, []],
    [
      'on this machine',
      { addresses: [{ ip: '127.18.0.1' }, { ip: '127.0.0.1' }], ports: [{ port: 80 }] },
      [],
    ],
    [
      'nowhere',
      { ports: [{ port: 80 }] },
      ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    ],
    [
      'nobody else can reach',
      {
        addresses: [{ ip: '0.0.0.0' }, { ip: 'fe80::1' }],
        notReadyAddresses: [{ ip: '224.0.0.5' }],
      },
      [
        'subsets[0].addresses[0].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
        'subsets[0].addresses[1].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
        'subsets[0].notReadyAddresses[0].ip: Invalid value: "224.0.0.5": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ],
    ],
    [
      'of ports without names and of no protocol',
      {
        addresses: [{ ip: '10.0.0.1' }],
        ports: [
          { port: 80, protocol: 'ICMP' },
          { name: 'b', port: 0 },
        ],
      },
      [
        'subsets[0].ports[0].name: Required value',
        'subsets[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
  ])('%s', (_, subset, expected) => {
    expect(findings('/endpoints', { subsets: [subset] })).toEqual(expected);
  });

  it('that an older server took may stay, as long as nobody touches them', () => {
    const bad = { subsets: [{ addresses: [{ ip: '0.0.0.0' }] }] };
    expect(findings('/endpoints', bad, bad)).toEqual([]);
    expect(findings('/endpoints', bad, { subsets: [] })).toHaveLength(1);
  });
});

describe('endpoint slices', () => {
  it.each<[string, object, string[]]>([
    [
      'of an address type',
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{}] },
      [],
    ],
    ['of none', {}, ['addressType: Required value']],
    [
      'of the other family',
      { addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }] },
      ['endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address'],
    ],
    [
      'of an address in another form',
      { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")'],
    ],
    [
      'of names with one part',
      { addressType: 'FQDN', endpoints: [{ addresses: ['example', 'example.com'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "example": should be a domain with at least two segments separated by dots',
      ],
    ],
    [
      'of one port name twice and a zone twice',
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'z' }, { name: 'z' }] } }],
        ports: [{ name: 'a' }, { name: 'a' }],
      },
      ['ports[1].name: Duplicate value: "a"', 'endpoints[0].hints.forZones[1].name: Duplicate value: "z"'],
    ],
  ])('%s', (_, slice, expected) => {
    expect(findings('discovery.k8s.io/endpointslices', slice)).toEqual(expected);
  });

  it('keep their type', () => {
    expect(
      findings('discovery.k8s.io/endpointslices', { addressType: 'IPv6' }, { addressType: 'IPv4' }),
    ).toEqual(['addressType: Invalid value: "IPv6": field is immutable']);
  });
});

describe('events', () => {
  it.each<[string, object, string[]]>([
    ['about the cluster', { involvedObject: {} }, []],
    [
      'about something elsewhere',
      { involvedObject: { namespace: 'other' } },
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    [
      'that say when, but not who and what',
      { eventTime: '2030-01-01T00:00:00.000000Z', involvedObject: {}, reason: 'r'.repeat(129) },
      [
        'reportingComponent: Required value',
        'reportingComponent: Invalid value: "": name part must be non-empty',
        "reportingComponent: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        'reportingInstance: Required value',
        'action: Required value',
        'reason: Invalid value: "": can have at most 128 characters',
      ],
    ],
  ])('%s', (_, event, expected) => {
    expect(findings('/events', event)).toEqual(expected);
  });
});

describe('nodes', () => {
  it.each<[string, object, object | undefined, string[]]>([
    [
      'of two equal taints',
      {
        spec: {
          taints: [
            { key: 'a', effect: 'NoSchedule' },
            { key: 'a', effect: 'NoSchedule' },
            { key: 'b', effect: 'x' },
          ],
        },
      },
      undefined,
      [
        'metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule"}: taints must be unique by key and effect pair',
        'metadata.taints[2].effect: Unsupported value: "x": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'of two ranges of one family',
      { spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] } },
      undefined,
      [
        'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
      ],
    ],
    [
      'that move to another machine',
      { spec: { providerID: 'b', podCIDR: '10.0.1.0/24' } },
      { spec: { providerID: 'a', podCIDR: '10.0.0.0/24' } },
      [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      ],
    ],
    ['that come to have a machine', { spec: { providerID: 'b', podCIDR: '10.0.1.0/24' } }, { spec: {} }, []],
    [
      'of features in no order',
      { status: { declaredFeatures: ['B', 'A', 'c'] } },
      undefined,
      [
        'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
        `status.declaredFeatures[2]: Invalid value: "c": invalid feature name "c": must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
      ],
    ],
  ])('%s', (_, node, old, expected) => {
    expect(findings('/nodes', node, old)).toEqual(expected);
  });
});

describe('classes', () => {
  it('of runtimes keep their handler', () => {
    expect(findings('node.k8s.io/runtimeclasses', { handler: 'b' }, { handler: 'a' })).toEqual([
      'handler: Invalid value: "b": field is immutable',
    ]);
    expect(findings('node.k8s.io/runtimeclasses', {})).toEqual(['handler: Required value']);
  });

  it('of priorities preempt or do not', () => {
    expect(findings('scheduling.k8s.io/priorityclasses', { value: 1, preemptionPolicy: 'Maybe' })).toEqual([
      'preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"',
    ]);
  });
});
