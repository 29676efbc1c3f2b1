import { afterEach, beforeEach, expect, it } from 'vitest';
import { SIGNING_ALGORITHMS } from '../../auth/oidc/jwt-authenticator.js';
import { readAuthenticationConfiguration } from '../../auth/oidc/read-authentication-configuration.js';
import { signingKey, TestIssuer } from '../testing/issuer.js';
import { startTestApi, whoAmI, type TestApi } from '../testing/served-api.js';
import { OidcTokens } from './oidc-tokens.js';

const ENDPOINT = '/claims/jane';
const CANARY = 'canary-access-token';

let issuer: TestIssuer;
let served: TestApi;
let problems: string[];

beforeEach(async () => {
  problems = [];
  issuer = await TestIssuer.start();
  const { jwt } = readAuthenticationConfiguration(
    {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      jwt: [
        {
          issuer: { url: issuer.url, audiences: ['lotse'], certificateAuthority: issuer.ca },
          claimMappings: {
            username: { claim: 'sub', prefix: '' },
            groups: { claim: 'groups', prefix: 'oidc:' },
          },
        },
      ],
    },
    [],
  );
  const onProblem = (url: string, problem: string): number => problems.push(`${url}: ${problem}`);
  const tokens = new OidcTokens({ jwt, algorithms: SIGNING_ALGORITHMS, clock: Date, onProblem });
  served = await startTestApi({ authenticators: [tokens] });
});
afterEach(async () => {
  await served.api.close();
  await issuer.close();
});

const pointing = (endpoint = `${issuer.url}${ENDPOINT}`): Record<string, unknown> => ({
  _claim_names: { groups: 'directory' },
  _claim_sources: { directory: { endpoint, access_token: CANARY } },
});
const ask = async (claims: Record<string, unknown>): Promise<unknown> => {
  const { user, status } = await whoAmI(served, {
    authorization: `Bearer ${await issuer.token(claims)}`,
  });
  return (user as { groups?: unknown } | undefined)?.groups ?? status;
};
const answer = (body: string, status = 200): void => {
  issuer.answers.set(ENDPOINT, { status, body });
};

it('takes groups that a token keeps elsewhere from there', async () => {
  answer(await issuer.token({ groups: ['dev', 'ops'] }));
  expect(await ask(pointing())).toEqual(['oidc:dev', 'oidc:ops', 'system:authenticated']);
  expect(issuer.asked).toContain(ENDPOINT);
  expect(problems).toEqual([]);
});

it('asks nobody for a claim that is there, or that no source is named for', async () => {
  expect(await ask({ groups: ['here'], ...pointing() })).toEqual(['oidc:here', 'system:authenticated']);
  expect(await ask({ ...pointing(), _claim_names: { roles: 'directory' } })).toEqual([
    'system:authenticated',
  ]);
  expect(issuer.asked).not.toContain(ENDPOINT);
});

it.each<[string, () => Promise<void> | void, RegExp]>([
  ['is not there', () => undefined, /the answer is 404/],
  ['is no token', () => answer('{"groups":["system:masters"]}'), /is no token/],
  [
    'is for somebody else',
    async () => answer(await issuer.token({ aud: 'other', groups: ['a'] })),
    /signed for us/,
  ],
  ['has ended', async () => answer(await issuer.token({ exp: 1, groups: ['a'] })), /signed for us/],
  [
    'is signed by somebody else',
    async () => answer(await issuer.token({ groups: ['a'] }, await signingKey('first'))),
    /signed for us/,
  ],
  [
    'does not have the claim',
    async () => answer(await issuer.token({ roles: ['a'] })),
    /has no claim "groups"/,
  ],
  ['redirects', () => answer('', 302), /the answer is 302/],
])('refuses a token whose claim elsewhere %s, and repeats no secret', async (_what, prepare, problem) => {
  await prepare();
  expect(await ask(pointing())).toBe(401);
  expect(problems.join()).toMatch(problem);
  expect(problems.join()).not.toContain(CANARY);
});

it.each<[string, Record<string, unknown>]>([
  ['are missing', { _claim_names: { groups: 'directory' } }],
  ['do not have it', { _claim_names: { groups: 'other' }, _claim_sources: { directory: {} } }],
  ['are no object', { _claim_names: { groups: 'directory' }, _claim_sources: [] }],
  ['are reached without TLS', pointing('http://127.0.0.1/claims')],
  ['are the metadata of a cloud', pointing('https://169.254.169.254/claims')],
])('refuses a token whose sources %s', async (_what, claims) => {
  expect(await ask(claims)).toBe(401);
  expect(problems).toHaveLength(1);
});
