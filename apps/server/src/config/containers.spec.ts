import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type JsonObject, isJsonObject, parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.js';

const root = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const compose = parseYaml(readFileSync(root('docker-compose.yml'), 'utf8')) as {
  services: Record<string, JsonObject>;
};
const dockerfile = readFileSync(root('Dockerfile'), 'utf8');

/** `${NAME:?text}` and `${NAME:-default}` as compose fills them in. */
function filled(value: unknown, variables: Readonly<Record<string, string>>): string {
  return String(value).replace(
    /\$\{(\w+):([?-])([^}]*)\}/g,
    (_, name: string, kind: string, rest: string) => variables[name] ?? (kind === '-' ? rest : ''),
  );
}

describe('the container files', () => {
  it('give the server settings it understands, all of them', () => {
    const { environment } = compose.services['server'] ?? {};
    if (!isJsonObject(environment)) throw new Error('The server has no environment.');
    const set = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        filled(value, { POSTGRES_PASSWORD: 'abc', REDIS_PASSWORD: 'def' }),
      ]),
    );
    const { config, warnings } = loadConfig(set, '/');
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      dataDir: '/data',
      host: '0.0.0.0',
      allowLocalRepositories: false,
      adminPassword: undefined,
    });
    expect(config.databaseUrl?.reveal()).toBe('postgres://lotse:abc@postgres:5432/lotse');
    expect(config.redisUrl?.reveal()).toBe('redis://:def@redis:6379');
  });

  it('start nothing without a password, as root, or open to the network', () => {
    expect(JSON.stringify(compose)).not.toMatch(/PASSWORD:-[^}]/);
    expect(dockerfile).toMatch(/^USER lotse$/m);
    for (const port of [compose.services['server']?.['ports']].flat()) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.services['server']).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    for (const service of Object.values(compose.services)) expect(service['privileged']).toBeUndefined();
  });

  it('wait for healthy neighbours', () => {
    const { postgres, redis, server } = compose.services;
    expect(postgres).toHaveProperty('healthcheck.test');
    expect(redis).toHaveProperty('healthcheck.test');
    expect(server).toMatchObject({
      depends_on: { postgres: { condition: 'service_healthy' }, redis: { condition: 'service_healthy' } },
    });
    expect(dockerfile).toContain('HEALTHCHECK');
  });

  it('copy what exists, workspace by workspace', () => {
    const { workspaces } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { workspaces: string[] };
    for (const workspace of workspaces)
      expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/`);
    for (const [, path = ''] of dockerfile.matchAll(/^COPY (?!--from)(\S+)/gm))
      expect(existsSync(root(path)), path).toBe(true);
  });
});
