import { expect, it } from 'vitest';
import { AdminApi } from '../../../api/testing/admin-api.js';

const PATH = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims';
const merge = { 'content-type': 'application/merge-patch+json' };
const SHARE = '0f0e0d0c-0b0a-4090-8807-060504030201';

function claimed(): (status: object) => { code: number; said: string[]; status: unknown } {
  const api = new AdminApi();
  const requests = [{ name: 'gpu', exactly: { deviceClassName: 'gpu' } }];
  expect(api.send('POST', PATH, { metadata: { name: 'c' }, spec: { devices: { requests } } }).status).toBe(
    201,
  );
  return (status) => {
    const { json, status: code } = api.send('PATCH', `${PATH}/c/status`, { status }, merge);
    const { causes = [] } = (json['details'] ?? {}) as { causes?: { field: string; message: string }[] };
    return { code, said: causes.map(({ field, message }) => `${field}: ${message}`), status: json['status'] };
  };
}

const device = { driver: 'gpu.example.com', pool: 'node-1', device: 'gpu-0' };
const result = { request: 'gpu', ...device };
const allocation = (...results: object[]) => ({ allocation: { devices: { results } } });
const user = { resource: 'pods', name: 'p', uid: 'u' };

it('is allocated once, and forgets what was told of devices it gives back', () => {
  const write = claimed();
  const told = { ...allocation(result), reservedFor: [user], devices: [device] };
  expect(write(told)).toMatchObject({ code: 200, status: told });
  expect(write(allocation({ ...result, device: 'gpu-1' })).said[0]).toContain('field is immutable');
  const back = write({ allocation: null, reservedFor: null });
  expect([back.code, back.status]).toEqual([200, {}]);
});

it.each<[object, string[]]>([
  [
    { reservedFor: [user] },
    ['status.reservedFor: Forbidden: may not be specified when `allocated` is not set'],
  ],
  [
    { ...allocation(result), reservedFor: [user, { ...user, name: '' }] },
    ['status.reservedFor[1].name: Required value', 'status.reservedFor[1]: Duplicate value: "u"'],
  ],
  [
    allocation({ ...result, request: 'cpu', bindingConditions: ['Ready'] }),
    [
      `status.allocation.devices.results[0].request: Invalid value: "cpu": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'`,
      'status.allocation.devices.results[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
    ],
  ],
  [
    { allocation: { devices: { results: [result], config: [{ source: 'FromMe' }] } } },
    [
      'status.allocation.devices.config[0].source: Unsupported value: "FromMe": supported values: "FromClaim", "FromClass"',
      'status.allocation.devices.config[0].opaque: Required value',
    ],
  ],
  [
    {
      ...allocation(result),
      devices: [{ ...device, shareID: 'x', networkData: { ips: ['10.0.0.1', '10.0.0.1/08', '10.0.0.1/8'] } }],
    },
    [
      'status.devices[0].shareID: Invalid value: "x": error validating uid: invalid UUID length: 1',
      'status.devices[0]: Invalid value: {"Driver":"gpu.example.com","Pool":"node-1","Device":"gpu-0","ShareID":"x"}: must be an allocated device in the claim',
      'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
      'status.devices[0].networkData.ips[1]: Invalid value: "10.0.0.1/08": must be in canonical form ("10.0.0.1/8")',
    ],
  ],
  [
    allocation({ ...result, shareID: SHARE.toUpperCase() }),
    [
      `status.allocation.devices.results[0].shareID: Invalid value: "${SHARE.toUpperCase()}": uid must be in RFC 4122 normalized form, \`xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\` with lowercase hexadecimal characters`,
    ],
  ],
])('is refused a status such as %j', (status, said) => {
  expect(claimed()(status).said).toEqual(said);
});
