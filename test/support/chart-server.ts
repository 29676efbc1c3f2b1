import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where charts are served, and how to end it. */
export interface ChartServer {
  /** A Helm repository. */
  readonly repository: string;
  /** A registry that tells the tags of the chart, and no more. */
  readonly registry: string;
  stop(): void;
}

/** Serves some versions of one chart with the same files. */
export async function serveCharts(
  name: string,
  versions: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<ChartServer> {
  const archives = new Map(
    versions.map((version) => [`${name}-${version}.tgz`, archive(name, version, files)]),
  );
  const entries = versions
    .map(
      (version) => `  - {apiVersion: v2, name: ${name}, version: ${version}, urls: [${name}-${version}.tgz]}`,
    )
    .join('\n');
  const server = createServer(({ url = '' }, response) => {
    const file = archives.get(url.slice(url.lastIndexOf('/') + 1));
    if (file) response.end(file);
    else if (url === '/charts/index.yaml') response.end(`apiVersion: v1\nentries:\n  ${name}:\n${entries}\n`);
    else if (url === '/v2/') response.end('{}');
    else if (url.startsWith(`/v2/team/${name}/tags/list`))
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ tags: versions }));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    repository: `http://${address}/charts`,
    registry: `oci://${address}/team`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function archive(name: string, version: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-chart-'));
  const all = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  execFileSync('tar', ['-czf', 'chart.tgz', name], { cwd: folder });
  const bytes = readFileSync(join(folder, 'chart.tgz'));
  rmSync(folder, { recursive: true });
  return bytes;
}
