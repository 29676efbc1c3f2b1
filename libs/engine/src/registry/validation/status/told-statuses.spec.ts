import { expect, it } from 'vitest';
import { AdminApi } from '../../../api/testing/admin-api.js';

const merge = { 'content-type': 'application/merge-patch+json' };
const condition = (more: object) => ({
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Fine',
      message: '',
      lastTransitionTime: '2030-01-01T00:00:00Z',
      ...more,
    },
  ],
});
const REASON =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
const balanced = (...ingress: object[]) => ({ loadBalancer: { ingress } });

const OBJECTS: Readonly<Record<string, object>> = {
  services: { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
  persistentvolumeclaims: {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  resourcequotas: {},
  poddisruptionbudgets: { spec: { minAvailable: 1, selector: {} } },
  ingresses: { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } },
};
const GROUPS: Readonly<Record<string, string>> = {
  poddisruptionbudgets: '/apis/policy/v1',
  ingresses: '/apis/networking.k8s.io/v1',
};

/** What is said to a status of an object of that kind. */
function causes(resource: string, status: object): string[] {
  const api = new AdminApi();
  const path = `${GROUPS[resource] ?? '/api/v1'}/namespaces/default/${resource}`;
  expect(api.send('POST', path, { metadata: { name: 'a' }, ...OBJECTS[resource] }).status).toBe(201);
  const { json } = api.send('PATCH', `${path}/a/status`, { status }, merge);
  const { causes: found = [] } = (json['details'] ?? {}) as { causes?: { field: string; message: string }[] };
  return found.map(({ field, message }) => `${field}: ${message}`);
}

it.each<[string, object, string[]]>([
  ['services', balanced({ ip: '192.0.2.1' }, { hostname: 'a.example.com' }), []],
  [
    'services',
    balanced({ ip: '192.0.2.x', ipMode: '' }, { ipMode: 'VIP' }, { hostname: '192.0.2.1' }),
    [
      'status.loadBalancer.ingress[0].ip: Invalid value: "192.0.2.x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[0].ipMode: Unsupported value: "": supported values: "Proxy", "VIP"',
      'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
      'status.loadBalancer.ingress[2].hostname: Invalid value: "192.0.2.1": must be a DNS name, not an IP address',
    ],
  ],
  [
    'ingresses',
    balanced({ ip: '010.0.0.1' }),
    ['status.loadBalancer.ingress[0].ip: Invalid value: "010.0.0.1": must not have leading 0s'],
  ],
  [
    'persistentvolumeclaims',
    {
      capacity: { storage: '-1500m' },
      allocatedResources: { cpu: '1' },
      allocatedResourceStatuses: { storage: 'x' },
    },
    [
      'status.capacity[storage]: Invalid value: -2: must be a valid resource quantity',
      'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
      'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
    ],
  ],
  [
    'resourcequotas',
    { hard: { pods: '-1' }, used: { pots: '1' } },
    [
      'status.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
      'status.used[pots]: Invalid value: "pots": must be a standard resource type or fully qualified',
      'status.used[pots]: Invalid value: "pots": must be a standard resource for quota',
    ],
  ],
  [
    'poddisruptionbudgets',
    { ...condition({ status: 'Yes', reason: '1', observedGeneration: -1 }), disruptionsAllowed: -1 },
    [
      'status.conditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
      'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
      `status.conditions[0].reason: Invalid value: "1": ${REASON}`,
      'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'poddisruptionbudgets',
    condition({ lastTransitionTime: null, reason: null }),
    [
      'status.conditions[0].lastTransitionTime: Required value',
      'status.conditions[0].reason: Required value',
    ],
  ],
])('judges what is told of %s: %j', (resource, status, expected) => {
  expect(causes(resource, status)).toEqual(expected);
});

it('tells no address of a service that asks for none', () => {
  const api = new AdminApi();
  const path = '/api/v1/namespaces/default/services';
  api.send('POST', path, { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } });
  const told = api.send('PATCH', `${path}/a/status`, { status: balanced({ ip: '192.0.2.1' }) }, merge);
  expect(told.json['message']).toBe(
    'Service "a" is invalid: status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is \'LoadBalancer\'',
  );
});
