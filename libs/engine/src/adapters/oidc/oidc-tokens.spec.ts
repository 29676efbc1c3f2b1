import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIGNING_ALGORITHMS } from '../../auth/oidc/jwt-authenticator.js';
import { readAuthenticationConfiguration } from '../../auth/oidc/read-authentication-configuration.js';
import { signingKey, TestIssuer } from '../testing/issuer.js';
import { startTestApi, whoAmI, type TestApi } from '../testing/served-api.js';
import { OidcTokens } from './oidc-tokens.js';

let issuer: TestIssuer;
let served: TestApi;
let nowMs: number;
let problems: string[];

interface Wanted {
  readonly claimMappings?: object;
  readonly claimValidationRules?: object[];
  readonly userValidationRules?: object[];
  readonly issuer?: object;
}

async function serve(wanted: Wanted = {}): Promise<void> {
  const configuration = readAuthenticationConfiguration(
    {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      jwt: [
        {
          claimMappings: {
            username: { claim: 'sub', prefix: 'oidc:' },
            groups: { claim: 'groups', prefix: 'oidc:' },
          },
          ...wanted,
          issuer: {
            url: issuer.url,
            audiences: ['lotse'],
            certificateAuthority: issuer.ca,
            ...wanted.issuer,
          },
        },
      ],
    },
    [],
  );
  const tokens = new OidcTokens({
    jwt: configuration.jwt,
    algorithms: SIGNING_ALGORITHMS,
    clock: { now: () => nowMs },
    onProblem: (url, problem) => problems.push(`${url}: ${problem}`),
  });
  served = await startTestApi({ authenticators: [tokens] });
}

const as = async (token: string) => await whoAmI(served, { authorization: `Bearer ${token}` });
const user = async (token: string) => (await as(token)).user as Record<string, unknown> | undefined;

beforeEach(async () => {
  nowMs = Date.now();
  problems = [];
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  await served.api.close();
  await issuer.close();
});

describe('an ID token', () => {
  it('of a known issuer makes a user with groups', async () => {
    await serve();
    const token = await issuer.token({ groups: ['dev', 'ops'], jti: 'id-1' });
    expect(await user(token)).toEqual({
      username: 'oidc:jane',
      groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=id-1'] },
    });
    expect(await user(await issuer.token({ groups: 'one' }))).toMatchObject({
      groups: ['oidc:one', 'system:authenticated'],
    });
  });

  it.each(['ES256', 'PS384', 'RS512'])('may be signed with %s', async (algorithm) => {
    await serve();
    issuer.keys = [await signingKey('other', algorithm)];
    expect(await user(await issuer.token())).toMatchObject({ username: 'oidc:jane' });
  });

  it('may have room for very many groups', async () => {
    await serve();
    const groups = Array.from({ length: 2_000 }, (_, index) => `department-${index}`);
    expect((await user(await issuer.token({ groups })))?.['groups']).toHaveLength(2_001);
  });

  it('is asked about once, not with every request', async () => {
    await serve();
    const token = await issuer.token();
    await Promise.all([as(token), as(token), as(await issuer.token({ sub: 'joe' }))]);
    await as(token);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('is judged for a TokenReview, too', async () => {
    await serve();
    const review = async (token: string) => {
      const { json } = await served.send({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
        headers: { authorization: `Bearer ${await issuer.token({ groups: ['system:masters'] })}` },
      });
      return json;
    };
    expect(await review(await issuer.token())).toMatchObject({ reason: 'Forbidden' });
    await served.api.close();
    await serve({
      claimMappings: { username: { claim: 'sub', prefix: '' }, groups: { claim: 'groups', prefix: '' } },
    });
    expect(await review(await issuer.token({ sub: 'joe' }))).toMatchObject({
      status: { authenticated: true, user: { username: 'joe', groups: ['system:authenticated'] } },
    });
    expect(await review(await issuer.token({ exp: 1 }))).toMatchObject({
      status: { user: {}, error: 'invalid bearer token' },
    });
  });

  it('opens a websocket, where no header can carry it', async () => {
    await serve({
      claimMappings: { username: { claim: 'sub', prefix: '' }, groups: { claim: 'groups', prefix: '' } },
    });
    const open = async (token: string): Promise<string> => {
      const carried = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
      const { host, port } = served.api.address;
      const socket = new WebSocket(
        `wss://${host}:${port}/api/v1/namespaces?watch=true`,
        [carried, 'binary.k8s.io'],
        { ca: served.authority.cert },
      );
      return await new Promise((resolve) => {
        socket.on('open', () => resolve('open'));
        socket.on('error', (error) => resolve(error.message));
      }).then((how) => {
        socket.terminate();
        return String(how);
      });
    };
    expect(await open(await issuer.token({ groups: ['system:masters'] }))).toBe('open');
    expect(await open(await issuer.token({ exp: 1 }))).toContain('401');
  });
});

describe('a token that proves nothing', () => {
  const now = Math.floor(Date.now() / 1000);
  it.each<[string, () => Promise<string> | string]>([
    ['is expired', () => issuer.token({ exp: now - 1 })],
    ['never ends', () => issuer.token({ exp: undefined })],
    ['is for later', () => issuer.token({ nbf: now + 400 })],
    ['is for somebody else', () => issuer.token({ aud: ['kubernetes', 'other'] })],
    ['is for nobody', () => issuer.token({ aud: undefined })],
    ['names no user', () => issuer.token({ sub: undefined })],
    ['names a user that is no text', () => issuer.token({ sub: ['system:masters'] })],
    ['has groups that are no texts', () => issuer.token({ groups: [{ name: 'system:masters' }] })],
    ['comes from an issuer nobody knows', () => issuer.token({ iss: 'https://evil.example' })],
    ['says that it needs no signature', () => unsigned('none')],
    ['hides that it needs no signature', () => unsigned('nOnE')],
    ['is signed with the public key as if it were a shared secret', () => confused()],
    [
      'was changed',
      async () => (await issuer.token()).replace(/\.[^.]+\./, `.${claimsPart({ sub: 'root' })}.`),
    ],
    ['has another signature', async () => `${(await issuer.token()).replace(/[^.]+$/, '')}AAAA`],
    ['has a header that must be understood', () => critical()],
    ['is a JWT in pieces', async () => (await issuer.token()).split('.').slice(0, 2).join('.')],
    ['is enormous', () => issuer.token({ padding: 'x'.repeat(60_000) })],
    ['is no token', () => 'hello'],
  ])('is refused when it %s', async (_what, make) => {
    await serve();
    const token = await make();
    const answer = await as(token);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('"reason":"Unauthorized"');
    expect(answer.text).not.toContain(token);
    expect(problems).toEqual([]);
  });

  it('brings no keys along, and makes nobody fetch any', async () => {
    await serve();
    const evil = await TestIssuer.start();
    const own = { ...(await signingKey('first')) };
    evil.keys = [own];
    const places = { jku: `${evil.url}/keys`, x5u: `${evil.url}/certificate`, jwk: own.publicJwk };
    const token = await issuer.token({}, own, places);
    expect((await as(token)).status).toBe(401);
    expect(evil.asked).toEqual([]);
    await evil.close();
  });

  it('with a key nobody knows does not make the issuer be asked again and again', async () => {
    await serve();
    await as(await issuer.token());
    for (let index = 0; index < 20; index++)
      expect((await as(await issuer.token({}, undefined, { kid: `random-${index}` }))).status).toBe(401);
    expect(issuer.asked.length).toBe(2);
    nowMs += 6_000;
    for (let index = 0; index < 5; index++)
      await as(await issuer.token({}, undefined, { kid: `later-${index}` }));
    expect(issuer.asked.length).toBe(4);
  });

  it('stops being believed when it ends, however often it was seen before', async () => {
    await serve();
    const token = await issuer.token({ exp: Math.floor(nowMs / 1000) + 5 });
    expect((await as(token)).status).toBe(201);
    nowMs += 6_000;
    expect((await as(token)).status).toBe(401);
  });

  async function unsigned(alg: string): Promise<string> {
    const [, claims = ''] = (await issuer.token()).split('.');
    return `${Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')}.${claims}.`;
  }

  async function critical(): Promise<string> {
    const [key] = issuer.keys;
    if (!key) throw new Error('no key');
    return await new SignJWT({ iss: issuer.url, aud: 'lotse', sub: 'jane', exp: now + 600 })
      .setProtectedHeader({ alg: 'RS256', kid: 'first', crit: ['urn:x'], 'urn:x': 1 })
      .sign(key.privateKey, { crit: { 'urn:x': true } });
  }

  async function confused(): Promise<string> {
    const [, claims = ''] = (await issuer.token()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'first' })).toString('base64url');
    const secret = JSON.stringify(issuer.keys[0]?.publicJwk);
    return `${header}.${claims}.${createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url')}`;
  }

  const claimsPart = (claims: object): string =>
    Buffer.from(JSON.stringify({ iss: issuer.url, aud: 'lotse', exp: now + 600, ...claims })).toString(
      'base64url',
    );
});

describe('the keys of an issuer', () => {
  it('are asked for again when a token names a new one', async () => {
    await serve();
    const [old] = issuer.keys;
    expect((await as(await issuer.token())).status).toBe(201);
    issuer.keys = [await signingKey('second'), ...issuer.keys];
    nowMs += 6_000;
    expect((await as(await issuer.token())).status).toBe(201);
    expect((await as(await issuer.token({ sub: 'other' }, old))).status).toBe(201);
  });

  it('end when the issuer withdraws them', async () => {
    await serve();
    const [old] = issuer.keys;
    expect((await as(await issuer.token())).status).toBe(201);
    issuer.keys = [await signingKey('second')];
    nowMs += 11 * 60_000;
    const end = { exp: Math.floor(nowMs / 1000) + 600 };
    await as(await issuer.token(end, old));
    expect((await as(await issuer.token(end))).status).toBe(201);
    expect((await as(await issuer.token({ ...end, sub: 'joe' }, old))).status).toBe(401);
  });

  it('serve for an hour while the issuer hangs, and not longer', async () => {
    await serve();
    expect((await as(await issuer.token())).status).toBe(201);
    issuer.silent.add('/keys');
    nowMs += 59 * 60_000;
    const end = { exp: Math.floor(nowMs / 1000) + 600 };
    expect((await as(await issuer.token(end))).status).toBe(201);
    await vi.waitFor(() => expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2));
    expect(problems).toEqual([]);
    issuer.closeConnections();
    await vi.waitFor(() => expect(problems).toHaveLength(1));
    issuer.silent.clear();
    issuer.answers.set('/keys', { status: 500, body: '{}' });
    nowMs += 2 * 60_000;
    expect((await as(await issuer.token({ ...end, sub: 'joe' }))).status).toBe(401);
    issuer.answers.clear();
    nowMs += 6_000;
    expect((await as(await issuer.token({ ...end, sub: 'joe' }))).status).toBe(201);
  });

  it('are each tried for a token that names none', async () => {
    await serve();
    issuer.keys = [await signingKey('a'), await signingKey('b')];
    const anonymous = await new SignJWT({
      iss: issuer.url,
      aud: 'lotse',
      sub: 'jane',
      exp: Date.now() / 1000 + 60,
    })
      .setProtectedHeader({ alg: 'RS256' })
      .sign((issuer.keys[1] ?? issuer.keys[0])?.privateKey ?? new Uint8Array());
    expect((await as(anonymous)).status).toBe(201);
  });

  it.each<[string, () => void, RegExp]>([
    ['fails', () => issuer.answers.set('/keys', { status: 500, body: '{}' }), /\/keys: the answer is 500/],
    [
      'redirects',
      () =>
        issuer.answers.set('/keys', { status: 302, headers: { location: 'https://evil.example' }, body: '' }),
      /the answer is 302/,
    ],
    [
      'describes another issuer',
      () => describes({ issuer: 'https://evil.example' }),
      /does not describe the issuer/,
    ],
    [
      'has its keys somewhere unprotected',
      () => describes({ jwks_uri: 'http://127.0.0.1/keys' }),
      /is no https URL/,
    ],
    [
      'sends too much',
      () => issuer.answers.set('/keys', { status: 200, body: ' '.repeat(2_000_000) }),
      /larger than/,
    ],
    ['sends no JSON', () => issuer.answers.set('/keys', { status: 200, body: '<html>' }), /no JSON/],
    ['sends no keys', () => issuer.answers.set('/keys', { status: 200, body: '{"keys":[]}' }), /no keys/],
  ])('let nobody in while the issuer %s, and somebody afterwards', async (_what, breakIt, problem) => {
    await serve();
    breakIt();
    const token = await issuer.token();
    expect((await as(token)).status).toBe(401);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain(token);
    issuer.answers.clear();
    nowMs += 6_000;
    expect((await as(token)).status).toBe(201);
  });

  it('are not asked of a server with a certificate of another authority', async () => {
    const other = await TestIssuer.start();
    await serve({ issuer: { certificateAuthority: other.ca } });
    expect((await as(await issuer.token())).status).toBe(401);
    expect(problems.join()).toMatch(/certificate|signature/);
    await other.close();
  });

  const describes = (change: object): unknown =>
    issuer.answers.set('/.well-known/openid-configuration', {
      status: 200,
      body: JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, ...change }),
    });
});

describe('claims', () => {
  it('make users by expressions, and are held to rules', async () => {
    await serve({
      claimMappings: {
        username: { expression: '"sso:" + claims.preferred_username' },
        groups: {
          expression:
            'claims.roles.filter(role, role.startsWith("k8s-")) + (has(claims.boss) ? ["bosses"] : [])',
        },
        uid: { claim: 'oid' },
        extra: [{ key: 'example.org/tenant', valueExpression: 'claims.tenant' }],
      },
      claimValidationRules: [
        { claim: 'hd', requiredValue: 'example.org' },
        { expression: 'claims.exp - claims.iat <= 3600', message: 'tokens end within an hour' },
      ],
      userValidationRules: [
        { expression: '!user.username.startsWith("system:")' },
        { expression: 'user.groups.all(group, !group.startsWith("system:"))' },
      ],
    });
    const claims = {
      preferred_username: 'jane',
      roles: ['k8s-dev', 'mail'],
      oid: 'u-1',
      tenant: 'blue',
      hd: 'example.org',
    };
    expect(await user(await issuer.token({ ...claims, boss: 1 }))).toEqual({
      username: 'sso:jane',
      uid: 'u-1',
      groups: ['k8s-dev', 'bosses', 'system:authenticated'],
      extra: { 'example.org/tenant': ['blue'] },
    });
    const iat = Math.floor(nowMs / 1000);
    for (const change of [
      { hd: 'evil.example' },
      { hd: undefined },
      { iat, exp: iat + 7200 },
      { roles: 'k8s-dev' },
      { preferred_username: undefined },
      { oid: 7 },
    ])
      expect((await as(await issuer.token({ ...claims, ...change }))).status, JSON.stringify(change)).toBe(
        401,
      );
  });

  it('with an address that is not confirmed make nobody', async () => {
    await serve({ claimMappings: { username: { claim: 'email', prefix: '' } } });
    expect(await user(await issuer.token({ email: 'jane@example.org', email_verified: true }))).toMatchObject(
      {
        username: 'jane@example.org',
      },
    );
    expect(await user(await issuer.token({ email: 'jane@example.org' }))).toBeDefined();
    for (const email_verified of [false, 'true', null])
      expect((await as(await issuer.token({ email: 'j@example.org', email_verified }))).status).toBe(401);
  });

  it('named like what every object has are claims like others', async () => {
    await serve({ claimValidationRules: [{ claim: '__proto__', requiredValue: 'x' }] });
    expect((await as(await issuer.token())).status).toBe(401);
    await served.api.close();
    await serve({ claimMappings: { username: { claim: 'constructor', prefix: '' } } });
    expect((await as(await issuer.token())).status).toBe(401);
  });
});
