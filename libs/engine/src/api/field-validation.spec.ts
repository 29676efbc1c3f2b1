import { expect, it } from 'vitest';
import { AdminApi } from './testing/admin-api.js';

const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const config = (rest: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n${rest}`;
const TARGET = '/api/v1/namespaces/default/configmaps/c?fieldManager=me';

it('refuses to apply a field that the schema does not declare, whatever the validation', () => {
  for (const validation of ['Strict', 'Warn', 'Ignore']) {
    const api = new AdminApi();
    const { status, json } = api.send(
      'PATCH',
      `${TARGET}&fieldValidation=${validation}`,
      config('v: 1\nw: 2\n'),
      APPLY,
    );
    expect(status).toBe(500);
    expect(json['reason']).toBeUndefined();
    expect(json['message']).toBe(
      'failed to create typed patch object (/c; /v1, Kind=ConfigMap): errors:\n  .v: field not declared in schema\n  .w: field not declared in schema',
    );
  }
});

it.each([
  ['Strict', 400, []],
  ['Warn', 201, ['line 7: key "a" already set in map']],
  ['Ignore', 201, []],
])('takes the later of two equal YAML keys unless validation is %s', (validation, expected, told) => {
  const text = config('data:\n  a: "1"\n  a: "2"\n');
  const api = new AdminApi();
  const applied = api.send('PATCH', `${TARGET}&fieldValidation=${validation}`, text, APPLY);
  expect(applied.status).toBe(expected);
  expect(applied.warnings).toEqual(told);
  if (expected === 201) expect(applied.json['data']).toEqual({ a: '2' });
  else
    expect(applied.json['message']).toMatch(
      /^error strict decoding YAML: .*line 7: key "a" already set in map$/s,
    );
  const other = new AdminApi();
  const created = other.send(
    'POST',
    `/api/v1/namespaces/default/configmaps?fieldValidation=${validation}`,
    text,
    { 'content-type': 'application/yaml' },
  );
  expect(created.status).toBe(expected);
  if (expected === 400) expect(created.json['message']).toContain('line 7: key "a" already set in map');
});

it('warns of fields in the order Kubernetes does, and of those of a refused object, too', () => {
  const send = (text: string) =>
    new AdminApi().send('POST', '/api/v1/namespaces/default/configmaps', text, {
      'content-type': 'application/yaml',
    });
  const twice = 'metadata: { name: a }\ndata:\n  a: "1"\n  a: "2"\nv: 1\n';
  expect(send(`apiVersion: v1\nkind: ConfigMap\n${twice}`)).toMatchObject({
    status: 201,
    warnings: ['line 6: key "a" already set in map', 'unknown field "v"'],
  });
  expect(send('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: A_A }\nv: 1\n')).toMatchObject({
    status: 422,
    warnings: ['unknown field "v"'],
  });
});

it('shows the beginning of a body that is no JSON, and what it should have been', () => {
  const { status, json } = new AdminApi().send('POST', '/api/v1/namespaces', 'apiVersion: v1\nkind: Pod\n');
  expect(status).toBe(400);
  expect(json['message']).toMatch(
    /^the object provided is unrecognized \(must be of type Namespace\): couldn't get version\/kind; json parse error: .* \(61706956657273696f6e3a2076310a6b696e643a20506f640a\)$/s,
  );
});

it.each([
  [
    { metadata: { labels: 'invalid' } },
    'map[metadata:map[labels:invalid]]',
    'cannot restore map from string',
  ],
  [{ spec: 7 }, 'map[spec:7]', 'cannot restore struct from: int64'],
  [{ spec: { containers: 'x' } }, 'map[spec:map[containers:x]]', 'cannot restore slice from string'],
  [
    { spec: { hostname: 1.5, nodeName: null } },
    'map[spec:map[hostname:1.5 nodeName:<nil>]]',
    'cannot convert float64 to string',
  ],
])('blames the patch %j for a value that does not fit', (patch, shown, why) => {
  const api = new AdminApi();
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  api.send('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec });
  const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
  const { status, json } = api.send('PATCH', '/api/v1/namespaces/default/pods/p', patch, strategic);
  expect([status, json['message']]).toEqual([
    422,
    ` "" is invalid: patch: Invalid value: "${shown}": ${why}`,
  ]);
});

it('says of the operations of a JSON patch what stands twice or is not known', () => {
  const api = new AdminApi();
  const map = '/api/v1/namespaces/default/configmaps';
  api.send('POST', map, { metadata: { name: 'c' } });
  const patch = '[{"op":"add","op":"add","path":"/data","value":{"a":"b"},"foo":2}]';
  const type = { 'content-type': 'application/json-patch+json' };
  const findings = ['json patch duplicate field "[0].op"', 'json patch unknown field "[0].foo"'];
  expect(api.send('PATCH', `${map}/c`, patch, type).warnings).toEqual(findings);
  expect(api.send('PATCH', `${map}/c?fieldValidation=Strict`, patch, type).json['message']).toContain(
    `strict decoding error: ${findings.join(', ')}`,
  );
});
