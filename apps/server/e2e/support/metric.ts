import type { TestServer } from './start-server.js';

/** What a metric shows now, all its labels together. */
export async function metric(server: TestServer, name: string): Promise<number> {
  const { text } = await server.call('get', '/metrics');
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
