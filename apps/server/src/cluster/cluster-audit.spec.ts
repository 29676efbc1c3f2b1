import { createCluster, ApiServer, mastersOnly, type RequestRecord } from '@lotse/engine';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../audit/audit.service.js';
import { Logger } from '../logging/logger.js';
import { ClusterAudit } from './cluster-audit.js';

function setup() {
  const rows: AuditEntry[] = [];
  const database = { isAway: false };
  const audit = new ClusterAudit(
    async (entries) => {
      if (database.isAway) throw new Error('the database is away');
      rows.push(...entries);
    },
    new Logger(() => undefined),
  );
  const cluster = createCluster();
  const api = new ApiServer({
    ...cluster,
    random: { next: () => 0 },
    authenticators: [{ authenticate: (request) => request.certificateUser }],
    authorizer: mastersOnly,
    onWrite: (record) => audit.record(record),
  });
  const send = (
    method: string,
    path: string,
    body: object = {},
    user = { user: 'ada', groups: ['system:masters'] },
    headers: Record<string, string> = {},
  ): number =>
    api.handle({
      method,
      path,
      query: new URLSearchParams(),
      header: (name) => ({ 'content-type': 'application/json', ...headers })[name],
      headers: (name) => (headers[name] === undefined ? [] : [headers[name]]),
      headerNames: () => Object.keys(headers),
      body: Buffer.from(JSON.stringify(body)),
      certificateUser: user,
    }).status;
  return { rows, database, audit, send };
}

const SECRETS = '/api/v1/namespaces/default/secrets';
const secret = { metadata: { name: 'db' }, stringData: { password: 'canary-value' } };
const record: RequestRecord = {
  user: 'ada',
  impersonated: '',
  verb: 'delete',
  group: 'apps',
  resource: 'deployments',
  subresource: '',
  namespace: 'web',
  name: 'front',
  code: 200,
};

describe('the audit of the Kubernetes API', () => {
  it('has every write with who, what and how it ended, reads not, and never content', async () => {
    const { rows, audit, send } = setup();
    expect(send('POST', SECRETS, secret)).toBe(201);
    expect(send('GET', `${SECRETS}/db`)).toBe(200);
    expect(send('POST', SECRETS, secret)).toBe(409);
    expect(send('DELETE', `${SECRETS}/db`, {}, { user: 'mia', groups: [] })).toBe(403);
    expect(send('DELETE', `${SECRETS}/db`, {}, undefined, { 'impersonate-user': 'eve' })).toBe(403);
    await audit.stop();
    expect(
      rows.map(({ actor, action, object, outcome, detail }) => [actor, action, object, outcome, detail]),
    ).toEqual([
      ['ada', 'kubernetes create secrets', 'default/db', 'success', { code: 201 }],
      ['ada', 'kubernetes create secrets', 'default/', 'failure', { code: 409 }],
      ['mia', 'kubernetes delete secrets', 'default/db', 'denied', { code: 403 }],
      ['ada', 'kubernetes delete secrets', 'default/db', 'denied', { code: 403, impersonated: 'eve' }],
    ]);
    expect(JSON.stringify(rows)).not.toContain('canary-value');
  });

  it('has what policies and pod security standards say about a write', async () => {
    const { rows, audit, send } = setup();
    const admission = '/apis/admissionregistration.k8s.io/v1';
    const policy = {
      metadata: { name: 'names.example.com' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
        },
        validations: [{ expression: "object.metadata.name.startsWith('team-')", message: 'who is it?' }],
        auditAnnotations: [{ key: 'named', valueExpression: "'it is ' + object.metadata.name" }],
      },
    };
    const binding = {
      metadata: { name: 'watch' },
      spec: { policyName: 'names.example.com', validationActions: ['Audit'] },
    };
    expect(send('POST', `${admission}/validatingadmissionpolicies`, policy)).toBe(201);
    expect(send('POST', `${admission}/validatingadmissionpolicybindings`, binding)).toBe(201);
    expect(send('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'm' } })).toBe(201);
    const labels = { 'pod-security.kubernetes.io/audit': 'baseline' };
    expect(send('POST', '/api/v1/namespaces', { metadata: { name: 'looked-at', labels } })).toBe(201);
    const pod = {
      metadata: { name: 'p' },
      spec: { hostNetwork: true, containers: [{ name: 'c', image: 'i' }] },
    };
    send('POST', '/api/v1/namespaces/looked-at/pods', pod);
    await audit.stop();
    const annotations = rows.flatMap(({ action, detail }) =>
      detail?.['annotations'] ? [[action, detail['annotations']]] : [],
    );
    expect(annotations).toEqual([
      [
        'kubernetes create configmaps',
        {
          'names.example.com/named': 'it is m',
          'validation.policy.admission.k8s.io/validation_failure':
            '[{"message":"who is it?","policy":"names.example.com","binding":"watch","expressionIndex":0,"validationActions":["Audit"]}]',
        },
      ],
      [
        'kubernetes create pods',
        {
          'pod-security.kubernetes.io/audit-violations': expect.stringContaining(
            'would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
          ) as string,
          'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
        },
      ],
    ]);
  });

  it('leaves out what clients write about themselves', async () => {
    const { rows, audit } = setup();
    audit.record({ ...record, group: 'coordination.k8s.io', resource: 'leases' });
    audit.record({ ...record, group: '', resource: 'events' });
    await audit.stop();
    expect(rows).toEqual([]);
  });

  it('keeps what it could not write, up to a limit, and says how much is missing', async () => {
    const { rows, database, audit } = setup();
    database.isAway = true;
    for (let i = 0; i < 5_010; i++) audit.record({ ...record, name: `n${i}` });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    database.isAway = false;
    await expect.poll(() => rows.length).toBe(5_001);
    expect(rows.filter(({ action }) => action === 'kubernetes lost').map(({ object }) => object)).toEqual([
      '10 requests',
    ]);
    await audit.stop();
  });
});
