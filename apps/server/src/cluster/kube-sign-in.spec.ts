import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { configurationOf, kubeSignIn } from './kube-sign-in.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-sign-in-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const settings = (variables: Record<string, string>) => loadConfig(variables, '/').config.kubeAuthentication;
const signIn = async (variables: Record<string, string>) =>
  await kubeSignIn(settings(variables), Date, () => undefined);
const issuer = { LOTSE_KUBE_OIDC_ISSUER: 'https://a.example', LOTSE_KUBE_OIDC_CLIENT_ID: 'x' };

describe('signing in to the Kubernetes API', () => {
  it('needs nothing to be configured', async () => {
    expect(await signIn({})).toEqual({ authenticators: [] });
  });

  it.each([
    [{}, { claim: 'sub', prefix: 'https://a.example#' }],
    [{ LOTSE_KUBE_OIDC_USERNAME_CLAIM: 'email' }, { claim: 'email', prefix: '' }],
    [{ LOTSE_KUBE_OIDC_USERNAME_PREFIX: '-' }, { claim: 'sub', prefix: '' }],
    [{ LOTSE_KUBE_OIDC_USERNAME_PREFIX: 'sso:' }, { claim: 'sub', prefix: 'sso:' }],
  ])('%j makes user names of %j', (variables, username) => {
    const { oidc } = settings({ ...issuer, ...variables });
    expect(oidc && configurationOf(oidc, '')).toMatchObject({ jwt: [{ claimMappings: { username } }] });
  });

  it('takes tokens of an issuer, of a file, or of several issuers in a file', async () => {
    expect(
      (await signIn({ ...issuer, LOTSE_KUBE_OIDC_REQUIRED_CLAIMS: 'hd=a=b, x=' })).authenticators,
    ).toHaveLength(1);
    const tokens = file('tokens', 'secret,jane,u-1\n');
    const configuration = file(
      'configuration',
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: { enabled: false }\n',
    );
    const both = await signIn({
      LOTSE_KUBE_TOKEN_FILE: tokens,
      LOTSE_KUBE_AUTHENTICATION_CONFIG: configuration,
    });
    expect(both.authenticators).toHaveLength(1);
    expect(both.anonymous).toEqual({ enabled: false, paths: [] });
  });

  it('names the variable and the file that can not be used', async () => {
    await expect(signIn({ LOTSE_KUBE_TOKEN_FILE: join(folder, 'none') })).rejects.toThrow(
      /LOTSE_KUBE_TOKEN_FILE names a file that can't be read \(ENOENT\)/,
    );
    await expect(signIn({ LOTSE_KUBE_AUTHENTICATION_CONFIG: file('wrong', 'kind: Pod') })).rejects.toThrow(
      /authentication configuration is wrong/,
    );
    await expect(signIn({ ...issuer, LOTSE_KUBE_OIDC_CA_FILE: file('ca', 'hello') })).rejects.toThrow(
      'must be certificates in PEM',
    );
    expect(() => settings({ ...issuer, LOTSE_KUBE_AUTHENTICATION_CONFIG: 'x' })).toThrow(
      'exclude each other',
    );
  });
});
