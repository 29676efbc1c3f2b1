import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiRequest } from '@lotse/engine';
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
const problems: string[] = [];
const signIn = async (variables: Record<string, string>) =>
  await kubeSignIn(settings(variables), Date, {
    issuer: () => undefined,
    configuration: (_, error) => problems.push(String(error)),
  });
const issuer = { LOTSE_KUBE_OIDC_ISSUER: 'https://a.example', LOTSE_KUBE_OIDC_CLIENT_ID: 'x' };

describe('signing in to the Kubernetes API', () => {
  it('needs nothing to be configured', async () => {
    expect(await signIn({})).toMatchObject({ authenticators: [] });
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
    expect(both.authenticators).toHaveLength(2);
    expect(both.anonymous).toEqual({ enabled: false, paths: [] });
    both.stop();
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

  it('follows changes of the file that names issuers, and keeps to the last one that is right', async () => {
    const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
    const naming = (...issuers: string[]): string =>
      `${head}jwt: [${issuers
        .map(
          (url) =>
            `{ issuer: { url: "${url}", audiences: [x] }, claimMappings: { username: { claim: sub, prefix: "" } } }`,
        )
        .join(', ')}]\n`;
    const { authenticators, stop } = await signIn({
      LOTSE_KUBE_AUTHENTICATION_CONFIG: file('followed', naming('https://a.example')),
    });
    const judges = (url: string): boolean => {
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const token = `${part({ alg: 'RS256' })}.${part({ iss: url })}.`;
      const header = (name: string): string | undefined =>
        name === 'authorization' ? `Bearer ${token}` : undefined;
      try {
        const request = { header, headers: () => [] } as unknown as ApiRequest;
        return authenticators[0]?.authenticate(request) !== undefined;
      } catch {
        // It waits for the keys of the issuer.
        return true;
      }
    };
    expect([judges('https://a.example'), judges('https://b.example')]).toEqual([true, false]);
    file('followed', naming('https://b.example'));
    await expect.poll(() => judges('https://b.example')).toBe(true);
    expect(judges('https://a.example')).toBe(false);
    problems.length = 0;
    file('followed', `${head}jwt: [{}]\n`);
    await expect.poll(() => problems.join()).toContain('jwt[0].issuer.url: Required value');
    file('followed', `${head}anonymous: { enabled: false }\n`);
    await expect.poll(() => problems.join()).toContain('anonymous: Forbidden');
    rmSync(join(folder, 'followed'));
    await expect.poll(() => problems.join()).toContain('ENOENT');
    expect(judges('https://b.example')).toBe(true);
    stop();
  });
});
