import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.js';
import { loadConfig } from './load-config.js';

describe('the settings', () => {
  it('have defaults for one machine', () => {
    const { config, warnings } = loadConfig({}, '/home/me');
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      dataDir: '/home/me/.lotse',
      host: '127.0.0.1',
      port: 8080,
      kubePort: 6443,
      nodes: 3,
      pollIntervalMs: 60_000,
      allowLocalRepositories: true,
      demo: true,
    });
    expect([...config.roles]).toEqual(['api', 'engine', 'worker']);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('take empty variables as unset', () => {
    expect(loadConfig({ LOTSE_PORT: '', DATABASE_URL: '' }, '/').config).toMatchObject({
      port: 8080,
      databaseUrl: undefined,
    });
  });

  it('close local repositories when the server faces the network, unless told otherwise', () => {
    expect(loadConfig({ LOTSE_HOST: '0.0.0.0' }, '/').config.allowLocalRepositories).toBe(false);
    expect(loadConfig({ LOTSE_HOST: '::1' }, '/').config.allowLocalRepositories).toBe(true);
    expect(
      loadConfig({ LOTSE_HOST: '0.0.0.0', LOTSE_ALLOW_LOCAL_REPOS: 'true' }, '/').config
        .allowLocalRepositories,
    ).toBe(true);
  });

  it('warn of names that are not known', () => {
    expect(loadConfig({ LOTSE_POTR: '1', PATH: 'x' }, '/').warnings).toEqual([
      'LOTSE_POTR is not a setting of Lotse and is ignored',
    ]);
  });

  it.each([
    ['LOTSE_PORT', 'http'],
    ['LOTSE_PORT', '70000'],
    ['LOTSE_POLL_INTERVAL', '60'],
    ['LOTSE_POLL_INTERVAL', '1ms'],
    ['LOTSE_ROLES', 'api,boss'],
    ['LOTSE_ROLES', 'api'],
    ['LOTSE_ROLES', 'engine,worker'],
    ['LOTSE_ALLOW_LOCAL_REPOS', 'maybe'],
    ['LOTSE_ADMIN_PASSWORD', 'canary1'],
    ['LOTSE_ENCRYPTION_KEY', 'canary'],
    ['DATABASE_URL', 'mysql://canary@x'],
    ['REDIS_URL', 'canary'],
    ['LOTSE_URL', 'javascript:canary'],
    ['LOTSE_KUBE_OIDC_ISSUER', 'http://canary'],
    ['LOTSE_KUBE_OIDC_CLIENT_ID', 'canary'],
    ['LOTSE_KUBE_OIDC_SIGNING_ALGS', 'HS256'],
    ['LOTSE_KUBE_OIDC_REQUIRED_CLAIMS', 'canary'],
  ])('name %s when it is wrong, and never repeat it', (name, value) => {
    const failure = (() => {
      try {
        loadConfig({ [name]: value }, '/');
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    expect(failure).toContain(name);
    expect(failure).not.toContain('canary');
  });

  it.each([
    ['LOTSE_PORT', 'http', 'from 0 to 65535'],
    ['LOTSE_KUBE_PORT', '70000', 'from 0 to 65535'],
    ['LOTSE_NODES', '2.5', 'from 0 to 5000'],
  ])('say which numbers %s can be', (name, value, range) => {
    expect(() => loadConfig({ [name]: value }, '/')).toThrow(`${name} must be a whole number ${range}.`);
  });

  it('print no secret, however they are printed', () => {
    const { config } = loadConfig(
      {
        LOTSE_ADMIN_PASSWORD: 'canary-password',
        DATABASE_URL: 'postgres://u:canary@h/d',
        LOTSE_WEBHOOK_SECRET: 'canary-canary-canary',
      },
      '/',
    );
    expect(
      `${JSON.stringify(config)} ${String(config.adminPassword)} ${JSON.stringify({ ...config })}`,
    ).not.toContain('canary');
    expect(config.adminPassword?.reveal()).toBe('canary-password');
  });
});

describe('a duration', () => {
  it.each([
    ['60s', 60_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['60', undefined],
    ['', undefined],
    ['1d', undefined],
    ['-1s', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});
