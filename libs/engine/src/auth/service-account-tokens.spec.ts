import { expect, it } from 'vitest';
import type { ApiRequest } from '../api/api-request.js';
import { createCluster } from '../cluster.js';
import { Namespaces, Nodes, ServiceAccounts } from '../clients/resource-type.js';
import { generatePrivateKey } from './certificates.js';
import { SERVICE_ACCOUNT_ISSUER, ServiceAccountTokens } from './service-account-tokens.js';

function start() {
  const cluster = createCluster({ controllers: [] });
  if (!cluster.store.get('/namespaces', '/default'))
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const robot = cluster.client.create(ServiceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  });
  const tokens = new ServiceAccountTokens({ ...cluster, key: generatePrivateKey() });
  const issue = (change = {}) =>
    tokens.issue({
      namespace: 'default',
      name: 'robot',
      uid: robot.metadata.uid ?? '',
      audiences: [],
      expirationSeconds: 600,
      ...change,
    });
  const user = (token: string) =>
    tokens.authenticate({
      header: (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined),
    } as ApiRequest);
  return { cluster, tokens, issue, user };
}

it('recognises its own tokens until they end', () => {
  const { cluster, issue, user } = start();
  const token = issue();
  expect(user(token)).toMatchObject({
    user: 'system:serviceaccount:default:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default'],
  });
  cluster.advance('11m');
  expect(user(token)).toBe('rejected');
});

it('rejects the token of an account that is gone, even if another took its name', () => {
  const { cluster, issue, user } = start();
  const token = issue();
  cluster.client.delete(ServiceAccounts, 'default', 'robot');
  expect(user(token)).toBe('rejected');
  cluster.client.create(ServiceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  });
  expect(user(token)).toBe('rejected');
});

it('rejects tokens for others and for pods that are gone', () => {
  const { issue, user } = start();
  expect(user(issue({ audiences: ['vault'] }))).toBe('rejected');
  expect(user(issue({ audiences: ['vault', SERVICE_ACCOUNT_ISSUER] }))).toMatchObject({});
  expect(user(issue({ bound: { kind: 'Pod', name: 'p', uid: 'u' } }))).toBe('rejected');
});

it('knows no token that was changed, signed by another key, or says it needs no signature', () => {
  const { issue, user } = start();
  const [header = '', claims = '', signature = ''] = issue().split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const evil = encode({
    ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
    sub: 'system:admin',
  });
  expect(user(`${header}.${evil}.${signature}`)).toBeUndefined();
  expect(user(`${encode({ alg: 'none' })}.${claims}.`)).toBeUndefined();
  expect(user(start().issue())).toBeUndefined();
  expect(user('a.b.c')).toBeUndefined();
  expect(user('x'.repeat(100_000))).toBeUndefined();
});

it('tells of the node of a token, and lets one bound to a node end with it', () => {
  const { cluster, issue, user } = start();
  const node = cluster.client.create(Nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  const uid = node.metadata.uid ?? '';
  const token = issue({ bound: { kind: 'Node', name: 'node-1', uid } });
  expect(user(token)).toMatchObject({
    extra: {
      'authentication.kubernetes.io/node-name': ['node-1'],
      'authentication.kubernetes.io/node-uid': [uid],
    },
  });
  cluster.client.delete(Nodes, undefined, 'node-1');
  expect(user(token)).toBe('rejected');
});

it('says of a token whose it is to those it was made for', () => {
  const { cluster, tokens, issue } = start();
  const token = issue({ audiences: ['vault', 'store'] });
  expect(tokens.review(token, ['vault', 'other'])).toMatchObject({
    user: { user: 'system:serviceaccount:default:robot' },
    audiences: ['vault'],
  });
  expect(tokens.review(token, [SERVICE_ACCOUNT_ISSUER])).toBe(
    `[invalid bearer token, token audiences ["vault" "store"] is invalid for the target audiences ["${SERVICE_ACCOUNT_ISSUER}"]]`,
  );
  expect(tokens.review('not.a.token', ['vault'])).toBeUndefined();
  cluster.advance('11m');
  expect(tokens.review(token, ['vault'])).toBe('invalid bearer token');
});
