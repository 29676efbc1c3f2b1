import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartHooks } from '../src/bootstrap/start-hooks.js';
import { GitHost } from './support/git-host.js';
import { type TestServer, startServer } from './support/start-server.js';

let host: GitHost;
let server: TestServer;

beforeAll(async () => {
  host = await new GitHost().start();
  server = await startServer();
  host.create('first', { 'app/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' });
});

afterAll(async () => {
  await server?.stop();
  await host?.stop();
});

const start = (path: string, repository = 'first'): Promise<string> | undefined =>
  server.app.get(StartHooks, { strict: false }).firstApplication?.({
    name: path.replaceAll('/', '-'),
    repoUrl: host.url(repository),
    path,
    revision: 'main',
    namespace: 'default',
  });

describe('the application of the command line', () => {
  it('is announced when it can be delivered', async () => {
    expect(await start('app')).toContain('Application: app, from app of');
  });

  it('is announced with what is wrong when its path or repository is', async () => {
    expect(await start('nowhere')).toMatch(/can't be delivered yet: .*nowhere/);
    expect(await start('app/there', 'missing')).toMatch(/can't be delivered yet: .*missing/);
  });
});
