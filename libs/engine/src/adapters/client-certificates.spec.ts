import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, createClientCertificate, generatePrivateKey } from '../auth/certificates.js';
import { ConfigMaps } from '../clients/resource-type.js';
import { startTestApi, whoAmI, type TestApi } from './testing/served-api.js';

const nowMs = Date.now();
const proxies = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'front-proxy-ca' });
const strangers = createAuthority({ key: generatePrivateKey(), nowMs, commonName: 'strangers' });
const holder = (authority: { cert: string; key: string }, user: string, groups: string[] = []) =>
  createClientCertificate({ authority, key: generatePrivateKey(), nowMs, user, groups });
const proxy = holder(proxies, 'front-proxy-client');
const jane = {
  'x-remote-user': 'jane',
  'x-remote-group': ['dev', 'ops'],
  'x-remote-uid': 'u-1',
  'x-remote-extra-example.org%2ftenant': 'blue',
  'X-Remote-Extra-Scopes': ['read', 'write'],
};

let served: TestApi;
beforeAll(async () => {
  served = await startTestApi({
    frontProxy: { ca: proxies.cert, allowedNames: ['front-proxy-client'], authority: proxies },
  });
});
afterAll(() => served.api.close());

describe('an authenticating proxy', () => {
  it('speaks for its users', async () => {
    expect((await whoAmI(served, jane, proxy)).user).toEqual({
      username: 'jane',
      uid: 'u-1',
      groups: ['dev', 'ops', 'system:authenticated'],
      extra: { 'example.org/tenant': ['blue'], scopes: ['read', 'write'] },
    });
  });

  it('is nobody itself, whatever its certificate says', async () => {
    expect((await whoAmI(served, {}, proxy)).status).toBe(401);
    const masters = holder(proxies, 'front-proxy-client', ['system:masters']);
    expect((await whoAmI(served, {}, masters)).status).toBe(401);
    expect((await whoAmI(served, { 'x-remote-user': '' }, masters)).status).toBe(401);
  });

  it('is only believed under a name that is allowed', async () => {
    expect((await whoAmI(served, jane, holder(proxies, 'other'))).status).toBe(401);
  });

  it('is no one whose certificate comes from the authority of users, or of strangers', async () => {
    const admin = holder(served.authority, 'front-proxy-client', ['ops']);
    expect((await whoAmI(served, jane, admin)).user).toEqual({
      username: 'front-proxy-client',
      groups: ['ops', 'system:authenticated'],
    });
    expect((await whoAmI(served, jane, holder(strangers, 'front-proxy-client'))).status).toBe(401);
  });

  it('has to show a certificate: headers alone are nothing', async () => {
    const { text } = await whoAmI(served, { ...jane, 'x-remote-group': 'system:masters' });
    expect(text).toContain('system:anonymous');
  });

  it('has the same authority in front of this API and behind it', () => {
    const { data } = served.cluster.client.get(
      ConfigMaps,
      'kube-system',
      'extension-apiserver-authentication',
    );
    expect(data?.['requestheader-client-ca-file']).toBe(proxies.cert);
  });

  it('may speak for users that impersonate others, as far as they may', async () => {
    const refused = await whoAmI(served, { ...jane, 'impersonate-user': 'joe' }, proxy);
    expect(refused.text).toContain('User \\"jane\\" cannot impersonate resource \\"users\\"');
    const master = { 'x-remote-user': 'root', 'x-remote-group': 'system:masters' };
    expect((await whoAmI(served, { ...master, 'impersonate-user': 'joe' }, proxy)).user).toMatchObject({
      username: 'joe',
    });
  });
});

describe('a cluster without proxies', () => {
  it('takes the headers of nobody', async () => {
    const plain = await startTestApi();
    expect((await whoAmI(plain, jane, proxy)).status).toBe(401);
    expect((await whoAmI(plain, jane, holder(plain.authority, 'joe'))).user).toMatchObject({
      username: 'joe',
    });
    await plain.api.close();
  });
});

describe('a request without credentials', () => {
  it('is refused where the configuration says so', async () => {
    const closed = await startTestApi({ anonymous: { enabled: false, paths: [] } });
    expect((await closed.send({ path: '/version' })).status).toBe(401);
    await closed.api.close();
    const narrow = await startTestApi({ anonymous: { enabled: true, paths: ['/livez'] } });
    expect((await narrow.send({ path: '/livez' })).status).toBe(200);
    expect((await narrow.send({ path: '/version' })).status).toBe(401);
    await narrow.api.close();
  });
});
