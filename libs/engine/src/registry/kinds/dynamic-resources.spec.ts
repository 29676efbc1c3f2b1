import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../store/stored-object.js';
import { strategies } from './index.js';

const stored = (spec: object) =>
  ({ apiVersion: 'resource.k8s.io/v1', kind: 'K', metadata: { name: 'a' }, spec }) as StoredObject;

/** What a kind says about an object of this specification, filled in as the server does. */
function findings(resource: string, spec: object, old?: object): string[] {
  const strategy = strategies[`resource.k8s.io/${resource}`];
  const filled = (given: object) => strategy?.defaults?.(stored(given)) ?? stored(given);
  const errors = old
    ? strategy?.validateUpdate?.(filled(spec), filled(old))
    : strategy?.validate?.(filled(spec));
  return (errors ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const request = { name: 'a', exactly: { deviceClassName: 'c' } };
const claim = (devices: object) => ({ devices });

describe('resource claims', () => {
  it('ask for one device unless they say how many', () => {
    const requests = [
      request,
      { name: 'b', firstAvailable: [{ name: 'x', deviceClassName: 'c', allocationMode: 'All' }] },
    ];
    const strategy = strategies['resource.k8s.io/resourceclaims'];
    expect(strategy?.defaults?.(stored(claim({ requests })))).toMatchObject({
      spec: {
        devices: {
          requests: [
            { exactly: { allocationMode: 'ExactCount', count: 1 } },
            { firstAvailable: [{ allocationMode: 'All' }] },
          ],
        },
      },
    });
    expect(findings('resourceclaims', claim({ requests }))).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      'a request for nothing',
      { requests: [{ name: 'a' }] },
      ['spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
    ],
    [
      'two requests of one name',
      { requests: [request, request] },
      ['spec.devices.requests[1]: Duplicate value: "a"'],
    ],
    [
      'a number where all are asked for',
      { requests: [{ name: 'a', exactly: { deviceClassName: 'c', allocationMode: 'All', count: 2 } }] },
      [
        "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
      ],
    ],
    [
      'constraints on requests that are not there',
      { requests: [request], constraints: [{ requests: ['b'], matchAttribute: 'a' }] },
      [
        'spec.devices.constraints[0].requests[0]: Invalid value: "b": must be the name of a request in the claim or the name of a request and a subrequest separated by \'/\'',
        'spec.devices.constraints[0].matchAttribute: Invalid value: "a": a fully qualified name must be a domain and a name separated by a slash',
      ],
    ],
    [
      'parameters that are none',
      { requests: [request], config: [{}, { opaque: { driver: 'a', parameters: [1] } }] },
      [
        'spec.devices.config[0].opaque: Required value',
        'spec.devices.config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
      ],
    ],
    [
      'tolerations nobody understands',
      {
        requests: [
          {
            name: 'a',
            exactly: {
              deviceClassName: 'c',
              tolerations: [{ operator: 'Exists', value: 'x', effect: 'Go' }],
            },
          },
        ],
      },
      [
        'spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: "x": must be empty for operator `Exists`',
        'spec.devices.requests[0].exactly.tolerations[0].effect: Unsupported value: "Go": supported values: "NoExecute", "NoSchedule", "None"',
      ],
    ],
  ])('refuse %s', (_, devices, errors) => expect(findings('resourceclaims', claim(devices))).toEqual(errors));

  it('never change, and neither do templates of them', () => {
    const before = claim({ requests: [request] });
    const after = claim({ requests: [{ ...request, name: 'b' }] });
    expect(findings('resourceclaims', before, before)).toEqual([]);
    expect(findings('resourceclaims', after, before)[0]).toMatch(/^spec: .*field is immutable$/);
    expect(findings('resourceclaimtemplates', { spec: after }, { spec: before })[0]).toMatch(
      /^spec: .*field is immutable$/,
    );
  });

  it('are made of templates that only label them', () => {
    expect(findings('resourceclaimtemplates', { metadata: { name: 'x', uid: 'y' } })).toEqual([
      'spec.metadata.name: Forbidden: cannot be set',
      'spec.metadata.uID: Forbidden: cannot be set',
    ]);
  });
});

describe('device classes', () => {
  const select = (expression: string) => ({ selectors: [{ cel: { expression } }] });

  it.each([
    'device.driver == "a.example.com"',
    'device.attributes["a.example.com"].model == "x"',
    'device.attributes["a"].on',
    'device.capacity["a"].memory.compareTo(quantity("1Gi")) >= 0',
  ])('select by %s', (expression) => expect(findings('deviceclasses', select(expression))).toEqual([]));

  it.each<[string, string]>([
    [
      'device.driver',
      'Invalid value: "device.driver": must evaluate to bool or the unknown type, not string',
    ],
    ['device.price > 1', "undefined field 'price'"],
    [`"${'a'.repeat(11_000)}" == ""`, 'Too long: may not be more than 10240 bytes'],
    [
      'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b == c + d))))',
      'Forbidden: too complex, exceeds cost limit',
    ],
  ])('do not select by %.30s', (expression, error) => {
    const [found = '', ...others] = findings('deviceclasses', select(expression));
    expect(found).toContain('spec.selectors[0].cel.expression: ');
    expect(found).toContain(error);
    expect(others).toEqual([]);
  });

  it('have resources of names of their own', () => {
    expect(findings('deviceclasses', { extendedResourceName: 'example.com/gpu' })).toEqual([]);
    expect(findings('deviceclasses', { extendedResourceName: 'cpu' })).toEqual([
      'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
    ]);
  });
});

describe('resource slices', () => {
  const slice = (parts: object) => ({
    driver: 'd.example.com',
    nodeName: 'n',
    pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
    ...parts,
  });
  const device = (parts: object) => slice({ devices: [{ name: 'a', ...parts }] });
  const policy = (requestPolicy: object) =>
    device({ allowMultipleAllocations: true, capacity: { m: { value: '10', requestPolicy } } });

  it.each<[string, object, string[]]>([
    [
      'no pool and no place',
      { driver: 'd' },
      [
        'spec.pool.name: Required value',
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
        'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
      ],
    ],
    [
      'two places',
      slice({ allNodes: true }),
      [
        'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
      ],
    ],
    [
      'attributes of no value, several values and wrong versions',
      device({ attributes: { a: {}, b: { int: 1, bool: true }, c: { version: '1' } } }),
      [
        'spec.devices[0].attributes[a]: Invalid value: "": exactly one value must be specified',
        'spec.devices[0].attributes[b]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified',
        'spec.devices[0].attributes[c].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
    [
      'more attributes than a device may have',
      device({ attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, { int: i }])) }),
      [
        'spec.devices[0]: Invalid value: 33: the total number of attributes and capacities must not exceed 32',
      ],
    ],
    [
      'a standard request that is not among those possible',
      policy({ default: '3', validValues: ['4', '2', '20'] }),
      [
        'spec.devices[0].capacity[m].requestPolicy.validValues[1]: Invalid value: "2": values must be sorted in ascending order',
        'spec.devices[0].capacity[m].requestPolicy.validValues[2]: Invalid value: "20": option is larger than capacity value: 10',
        'spec.devices[0].capacity[m].requestPolicy.validValues: Invalid value: "3": default value is not valid according to the requestPolicy',
      ],
    ],
    [
      'steps that lead nowhere',
      policy({ default: '5', validRange: { min: '2', max: '8', step: '2' } }),
      [
        'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "5": value is not a multiple of a given step (2) from (2)',
      ],
    ],
    [
      'steps of nothing',
      policy({ default: '2', validRange: { min: '2', step: '0' } }),
      [
        'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "2": value is not a multiple of a given step (0) from (2)',
      ],
    ],
    [
      'conditions of one kind only',
      device({ bindingConditions: ['a', 'a'] }),
      [
        'spec.devices[0].bindingConditions[1]: Duplicate value: "a"',
        'spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
      ],
    ],
    [
      'counters nobody has named',
      device({ consumesCounters: [{ counters: { 'A!': { value: '1' } } }] }),
      [
        'spec.devices[0].consumesCounters[0].counterSet: Required value',
        expect.stringMatching(
          /^spec\.devices\[0\]\.consumesCounters\[0\]\.counters: Invalid value: "A!"/,
        ) as string,
      ],
    ],
  ])('refuse %s', (_, spec, errors) => expect(findings('resourceslices', spec)).toEqual(errors));

  it('stay where they are', () => {
    const moved = { ...slice({}), driver: 'e.example.com', nodeName: 'm' };
    expect(findings('resourceslices', moved, slice({}))).toEqual([
      'spec.driver: Invalid value: "e.example.com": field is immutable',
      'spec.nodeName: Invalid value: "m": field is immutable',
    ]);
  });
});
