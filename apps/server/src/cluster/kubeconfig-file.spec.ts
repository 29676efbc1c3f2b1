import { createAuthority, createClientCertificate, generatePrivateKey, makeKubeconfig } from '@lotse/engine';
import { emitYaml, parseYaml, type JsonObject } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { credentialsIn, updatedKubeconfig, type ServedAs } from './kubeconfig-file.js';

const nowMs = Date.parse('2030-01-01T00:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const authority = createAuthority({ key: generatePrivateKey(), nowMs });
const admin = (user = 'kubernetes-admin', by = authority) =>
  createClientCertificate({
    authority: by,
    key: generatePrivateKey(),
    nowMs,
    user,
    groups: ['system:masters'],
  });
const served: ServedAs = { server: 'https://127.0.0.1:6443', ca: authority.cert, user: admin() };
const fresh = updatedKubeconfig(undefined, served);
const read = (text: string): JsonObject => parseYaml(text) as JsonObject;
const others = {
  clusters: [{ name: 'far', cluster: { server: 'https://far.example' } }],
  users: [{ name: 'jane', user: { token: 'abc' } }],
};
const contexts = [
  { name: 'lotse', context: { cluster: 'lotse', user: 'admin', namespace: 'shop' } },
  { name: 'far', context: { cluster: 'far', user: 'jane' } },
];

/** As `kubectl config` leaves it: a namespace set, another cluster added and chosen. */
function edited(): string {
  const { clusters, users, ...rest } = read(fresh) as Record<'clusters' | 'users', JsonObject[]>;
  return emitYaml({
    ...rest,
    clusters: [...others.clusters, ...clusters],
    users: [...others.users, ...users],
    contexts,
    'current-context': 'far',
    preferences: {},
  });
}

describe('the kubeconfig in the data folder', () => {
  it('stays as it is, byte for byte, while it is right', () => {
    expect(updatedKubeconfig(fresh, served)).toBe(fresh);
    const text = `# mine\n${edited()}`;
    expect(updatedKubeconfig(text, served)).toBe(text);
  });

  it('gets a new address, authority and credentials, and nothing else of it changes', () => {
    const next = createAuthority({ key: generatePrivateKey(), nowMs });
    const now: ServedAs = { server: 'https://127.0.0.1:7443', ca: next.cert, user: admin(undefined, next) };
    const renewed = read(updatedKubeconfig(undefined, now));
    expect(read(updatedKubeconfig(edited(), now))).toEqual({
      ...read(edited()),
      clusters: [...others.clusters, ...(renewed['clusters'] as JsonObject[])],
      users: [...others.users, ...(renewed['users'] as JsonObject[])],
    });
  });

  it('gets back what was deleted of it, and a context that is there', () => {
    const emptied = emitYaml({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: null,
      users: null,
      contexts: null,
      'current-context': 'gone',
    });
    expect(read(updatedKubeconfig(emptied, served))).toEqual(read(fresh));
  });

  it('trusts the authority again where it was told not to ask', () => {
    const careless = emitYaml({
      ...read(fresh),
      clusters: [{ name: 'lotse', cluster: { server: served.server, 'insecure-skip-tls-verify': true } }],
    });
    expect(read(updatedKubeconfig(careless, served))).toEqual(read(fresh));
  });

  it.each([
    '',
    '{',
    'just words',
    '[]',
    'kind: Config\nusers: 1',
    'kind: Config\nclusters: [1]',
    'kind: Other',
    `kind: Config\nx: ${'['.repeat(50)}${']'.repeat(50)}`,
    `kind: Config\nx: ${'y'.repeat(1024 * 1024)}`,
  ])('is written anew when it is none (case %#)', (text) => {
    expect(updatedKubeconfig(text, served)).toBe(fresh);
  });
});

describe('its credentials', () => {
  it('are used on while the authority vouches for them long enough', () => {
    expect(credentialsIn(fresh, authority.cert, nowMs + YEAR_MS / 2)).toEqual(served.user);
    expect(credentialsIn(fresh, authority.cert, nowMs + 2 * YEAR_MS)).toBeUndefined();
  });

  it('are made anew where they are of another authority, for another user, or not those of the key', () => {
    const of = (user: ServedAs['user']): string => makeKubeconfig({ ...served, user });
    const other = createAuthority({ key: generatePrivateKey(), nowMs });
    for (const user of [
      admin(undefined, other),
      admin('jane'),
      { ...served.user, key: generatePrivateKey() },
      { cert: 'no', key: 'no' },
    ])
      expect(credentialsIn(of(user), authority.cert, nowMs)).toBeUndefined();
    expect(credentialsIn('{', authority.cert, nowMs)).toBeUndefined();
  });
});
