import { expect, it } from 'vitest';
import type { ApiRequest } from '../api/api-request.js';
import { ConfigMaps, Secrets, ServiceAccounts } from '../clients/resource-type.js';
import { createCluster } from '../cluster.js';
import type { Secret } from '../types/index.js';
import { generatePrivateKey } from './certificates.js';
import { keepAccountTokens } from './keep-account-tokens.js';
import { SERVICE_ACCOUNT_ISSUER, ServiceAccountTokens } from './service-account-tokens.js';

const TRACKING = 'kube-apiserver-legacy-service-account-token-tracking';

function start() {
  const cluster = createCluster();
  const tokens = new ServiceAccountTokens({ ...cluster, key: generatePrivateKey() });
  keepAccountTokens({ ...cluster, tokens, authority: 'the authority' });
  cluster.settle();
  const { client } = cluster;
  const account = (name: string, change = {}) =>
    client.create(ServiceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: 'default' },
      ...change,
    });
  const ask = (name: string, of: string, annotations = {}): void => {
    client.create(Secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': of, ...annotations },
      },
      type: 'kubernetes.io/service-account-token',
    });
    cluster.settle();
  };
  const secret = (name: string): Secret | undefined => client.lister(Secrets).get('default', name);
  const tokenIn = (name: string): string => text(secret(name), 'token');
  const user = (token: string) =>
    tokens.authenticate({
      header: (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined),
    } as ApiRequest);
  return { cluster, client, tokens, account, ask, secret, tokenIn, user };
}

const text = (secret: Secret | undefined, key: string): string =>
  Buffer.from(secret?.data?.[key] ?? '', 'base64').toString();

it('fills a secret that asks for the token of an account, and knows who comes with it', () => {
  const { account, ask, secret, tokenIn, user, tokens } = start();
  const { uid } = account('robot').metadata;
  ask('robot-token', 'robot');
  const filled = secret('robot-token');
  expect(text(filled, 'ca.crt')).toBe('the authority');
  expect(text(filled, 'namespace')).toBe('default');
  expect(filled?.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(uid);
  const who = {
    user: 'system:serviceaccount:default:robot',
    uid,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default'],
  };
  expect(user(tokenIn('robot-token'))).toEqual(who);
  expect(tokens.review(tokenIn('robot-token'), [SERVICE_ACCOUNT_ISSUER])).toMatchObject({ user: who });
  expect(tokens.review(tokenIn('robot-token'), ['vault'])).toContain('invalid for the target audiences');
});

it('fills again what somebody took out, and takes no token but the one that is there', () => {
  const { cluster, client, account, ask, secret, tokenIn, user } = start();
  account('robot');
  ask('robot-token', 'robot');
  const token = tokenIn('robot-token');
  const patch = (change: object) => client.patch(Secrets, 'default', 'robot-token', 'merge', change);
  patch({ data: { namespace: null, 'ca.crt': null } });
  cluster.settle();
  expect(text(secret('robot-token'), 'namespace')).toBe('default');
  expect(text(secret('robot-token'), 'ca.crt')).toBe('the authority');
  expect(tokenIn('robot-token')).toBe(token);
  patch({ metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } });
  expect(user(token)).toBe('rejected');
  patch({ metadata: { labels: null } });
  expect(user(token)).toMatchObject({});
  patch({ data: { token: null } });
  expect(user(token)).toBe('rejected');
  cluster.settle();
  expect(user(tokenIn('robot-token'))).toMatchObject({ user: 'system:serviceaccount:default:robot' });
});

it('takes no token whose secret is gone, and lets the account forget that secret', () => {
  const { cluster, client, account, ask, tokenIn, user } = start();
  account('robot', { secrets: [{ name: 'robot-token' }, { name: 'other' }] });
  ask('robot-token', 'robot');
  const token = tokenIn('robot-token');
  client.delete(Secrets, 'default', 'robot-token');
  expect(user(token)).toBe('rejected');
  cluster.settle();
  expect(client.get(ServiceAccounts, 'default', 'robot').secrets).toEqual([{ name: 'other' }]);
});

it('deletes the secrets of an account that is gone, of another account of its name, and of none', () => {
  const { cluster, client, account, ask, secret, tokenIn, user } = start();
  account('robot');
  ask('robot-token', 'robot');
  ask('of-nobody', 'nobody');
  ask('of-another', 'robot', { 'kubernetes.io/service-account.uid': 'another' });
  expect(secret('of-nobody')).toBeUndefined();
  expect(secret('of-another')).toBeUndefined();
  const token = tokenIn('robot-token');
  client.delete(ServiceAccounts, 'default', 'robot');
  account('robot');
  expect(user(token)).toBe('rejected');
  cluster.settle();
  expect(secret('robot-token')).toBeUndefined();
});

it('notes the day of the last use', () => {
  const { cluster, account, ask, secret, tokenIn, user } = start();
  account('robot');
  ask('robot-token', 'robot');
  const label = () => secret('robot-token')?.metadata.labels?.['kubernetes.io/legacy-token-last-used'];
  user(tokenIn('robot-token'));
  cluster.settle();
  const first = label();
  expect(first).toBe(new Date(cluster.clock.now()).toISOString().slice(0, 10));
  cluster.advance('49h');
  user(tokenIn('robot-token'));
  cluster.settle();
  expect(label()).not.toBe(first);
});

it('tells since when uses are noted, mends that text, and puts it back half an hour later', () => {
  const { cluster, client } = start();
  const today = new Date(cluster.clock.now()).toISOString().slice(0, 10);
  const since = () => client.lister(ConfigMaps).get('kube-system', TRACKING)?.data?.['since'];
  expect(since()).toBe(today);
  client.patch(ConfigMaps, 'kube-system', TRACKING, 'merge', { data: { since: 'long ago' } });
  cluster.settle();
  expect(since()).toBe(today);
  client.delete(ConfigMaps, 'kube-system', TRACKING);
  cluster.advance('29m');
  expect(since()).toBeUndefined();
  cluster.advance('2m');
  expect(since()).toBeDefined();
});
