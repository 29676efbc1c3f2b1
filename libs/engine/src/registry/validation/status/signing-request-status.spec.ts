import { expect, it } from 'vitest';
import { AdminApi } from '../../../api/testing/admin-api.js';
import { PLAIN } from '../../../auth/testing/signing-requests.js';

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const merge = { 'content-type': 'application/merge-patch+json' };
const is = (type: string, more: object = {}) => ({ type, status: 'True', reason: 'Said', ...more });

function asked(): (part: string, status: object) => { code: unknown; said: unknown; status: unknown } {
  const api = new AdminApi();
  const spec = {
    request: Buffer.from(PLAIN).toString('base64'),
    signerName: 'example.com/own',
    usages: ['client auth'],
  };
  expect(api.send('POST', PATH, { metadata: { name: 'r' }, spec }).status).toBe(201);
  return (part, status) => {
    const { json, status: code } = api.send('PATCH', `${PATH}/r/${part}`, { status }, merge);
    return { code, said: json['message'], status: json['status'] };
  };
}
const refused = (detail: string) => ({
  code: 422,
  said: `CertificateSigningRequest.certificates.k8s.io "r" is invalid: ${detail}`,
});

it('has its conditions dated by the server, and their times kept', () => {
  const write = asked();
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
  const dated = { conditions: [is('Approved', { lastUpdateTime: time, lastTransitionTime: time })] };
  expect(write('approval', { conditions: [is('Approved')] })).toMatchObject({ code: 200, status: dated });
});

it.each([
  [
    [{ type: 'Approved', status: 'False' }],
    'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
  ],
  [
    [{ status: 'Maybe' }],
    '[status.conditions[0].type: Required value, status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"]',
  ],
  [
    [is('Approved'), is('Denied')],
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ],
  [[is('Other'), is('Other')], 'status.conditions[1].type: Duplicate value: "Other"'],
])('is not decided by %j', (conditions, detail) => {
  expect(asked()('approval', { conditions })).toMatchObject(refused(detail));
});

it('is decided through its approval only, and for good', () => {
  const write = asked();
  expect(write('status', { conditions: [is('Approved')] })).toMatchObject(
    refused('status.conditions: Forbidden: updates may not add a condition of type "Approved"'),
  );
  expect(write('approval', { conditions: [is('Approved')] }).code).toBe(200);
  expect(write('status', { conditions: [] })).toMatchObject(
    refused('status.conditions: Forbidden: updates may not remove a condition of type "Approved"'),
  );
});

it('gets a certificate, and no other text', () => {
  const write = asked();
  const bad = (certificate: string) =>
    write('status', { certificate: Buffer.from(certificate).toString('base64') });
  const at = 'status.certificate: Invalid value: "<certificate data>": ';
  expect(bad('yes')).toMatchObject(refused(`${at}must contain at least one CERTIFICATE PEM block`));
  expect(bad('-----BEGIN SECRET-----\nYQ==\n-----END SECRET-----\n')).toMatchObject(
    refused(`${at}only CERTIFICATE PEM blocks are allowed, found "SECRET"`),
  );
});
