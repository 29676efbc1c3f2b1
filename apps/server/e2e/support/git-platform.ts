import { RepositoryService } from '../../src/repositories/repository.service.js';
import { GitHost } from './git-host.js';
import { startPlatform, type TestServer } from './start-server.js';

/** A server without a cluster, beside a Git host: for tests of repositories. */
export interface GitPlatform {
  readonly host: GitHost;
  readonly server: TestServer;
  readonly service: RepositoryService;
  stop(): Promise<void>;
}

export async function startGitPlatform(environment: Record<string, string> = {}): Promise<GitPlatform> {
  const host = await new GitHost().start();
  const server = await startPlatform(environment);
  return {
    host,
    server,
    service: server.app.get(RepositoryService),
    stop: async () => {
      await server.stop();
      await host.stop();
    },
  };
}
