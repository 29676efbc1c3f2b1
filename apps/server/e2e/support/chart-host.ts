import { createHash } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chartArchive } from '../../src/charts/testing/chart-archive.js';

/** A request the host has seen. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly authorization: string | undefined;
}

interface Published {
  readonly name: string;
  readonly version: string;
  readonly archive: Buffer;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/**
 * A host of charts: Helm repositories at `/charts/<repository>/`, and a registry (`/v2/`) that speaks the part of the OCI
 * distribution specification that pulling needs, with tokens.
 */
export class ChartHost {
  readonly seen: SeenRequest[] = [];
  /** Answers a request itself; true when it did. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** What private repositories (`/charts/private…`) and the registry below `private/` ask for. */
  readonly user = 'ada';
  readonly password = 'canary-chart-password';
  /** Names in an index that are not what they should be, by version. */
  readonly digests = new Map<string, string>();
  /** Where an index says that archives are; relative by default. */
  archiveBase = '';
  tagsPerPage = 2;
  readonly #charts = new Map<string, Published[]>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #tags = new Map<string, Map<string, Buffer>>();
  readonly #server: Server = createServer((request, response) => this.#serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  repository(name: string): string {
    return `http://${this.address}/charts/${name}`;
  }

  registry(path: string): string {
    return `oci://${this.address}/${path}`;
  }

  /** Adds a version of a chart to a Helm repository. */
  publish(repository: string, name: string, version: string, files: Record<string, string>): Buffer {
    const archive = chartArchive(name, { 'Chart.yaml': chartYaml(name, version), ...files });
    this.#charts.set(repository, [...(this.#charts.get(repository) ?? []), { name, version, archive }]);
    return archive;
  }

  /** Pushes a version of a chart to the registry. */
  push(path: string, name: string, version: string, files: Record<string, string>): void {
    const archive = chartArchive(name, { 'Chart.yaml': chartYaml(name, version), ...files });
    const config = Buffer.from(JSON.stringify({ name, version }));
    const blob = (content: Buffer): string => {
      const digest = `sha256:${sha256(content)}`;
      this.#blobs.set(digest, content);
      return digest;
    };
    const manifest = {
      schemaVersion: 2,
      config: {
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
        digest: blob(config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
          digest: blob(archive),
          size: archive.length,
        },
      ],
    };
    const tags = this.#tags.get(`${path}/${name}`) ?? new Map<string, Buffer>();
    tags.set(version.replaceAll('+', '_'), Buffer.from(JSON.stringify(manifest)));
    this.#tags.set(`${path}/${name}`, tags);
  }

  /** What was asked since a moment (`seen.length` then), as `METHOD path`. */
  asked(since = 0): string[] {
    return this.seen.slice(since).map(({ method, path }) => `${method} ${path}`);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, path: url, host: headers.host ?? '', authorization: headers.authorization });
    if (this.intercept?.(request, response)) return;
    const { pathname, searchParams } = new URL(url, 'http://x');
    const [, kind, ...rest] = pathname.split('/');
    if (kind === 'charts') this.#repositoryAnswer(rest[0] ?? '', rest[1] ?? '', headers, response);
    else if (kind === 'token') this.#token(searchParams, headers.authorization, response);
    else if (kind === 'v2')
      this.#registryAnswer(pathname.slice('/v2/'.length), searchParams, request, response);
    else response.writeHead(404).end();
  }

  #repositoryAnswer(
    repository: string,
    file: string,
    headers: IncomingMessage['headers'],
    response: ServerResponse,
  ): void {
    if (repository.startsWith('private') && headers.authorization !== basic(this.user, this.password)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="charts"' }).end();
      return;
    }
    const charts = this.#charts.get(repository);
    if (!charts) {
      response.writeHead(404).end();
      return;
    }
    if (file === 'index.yaml') {
      const index = this.#index(charts);
      const etag = `"${sha256(index).slice(0, 16)}"`;
      if (headers['if-none-match'] === etag) response.writeHead(304, { ETag: etag }).end();
      else response.writeHead(200, { ETag: etag }).end(index);
      return;
    }
    const found = charts.find(({ name, version }) => file === `${name}-${version}.tgz`);
    if (found) response.writeHead(200).end(found.archive);
    else response.writeHead(404).end();
  }

  #index(charts: readonly Published[]): string {
    const names = [...new Set(charts.map(({ name }) => name))];
    const entries = names.map((chart) => {
      const versions = charts
        .filter(({ name }) => name === chart)
        .map(({ name, version, archive }) =>
          [
            `  - apiVersion: v2`,
            `    digest: ${this.digests.get(version) ?? sha256(archive)}`,
            `    name: ${name}`,
            `    urls:`,
            `    - ${this.archiveBase}${name}-${version}.tgz`,
            `    version: ${version}`,
          ].join('\n'),
        );
      return `  ${chart}:\n${versions.join('\n')}`;
    });
    return `apiVersion: v1\nentries:\n${entries.join('\n')}\ngenerated: "2026-01-01T00:00:00Z"\n`;
  }

  /** Tokens are the scope they are for, and whether the user was known. */
  #token(query: URLSearchParams, authorization: string | undefined, response: ServerResponse): void {
    const known = authorization === basic(this.user, this.password);
    if (authorization !== undefined && !known) {
      response.writeHead(401).end();
      return;
    }
    const token = Buffer.from(JSON.stringify({ scope: query.get('scope'), known })).toString('base64url');
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ token }));
  }

  #registryAnswer(
    path: string,
    query: URLSearchParams,
    { method, headers }: IncomingMessage,
    response: ServerResponse,
  ): void {
    const [, name = '', kind = '', reference = ''] = /^(.+)\/(tags|manifests|blobs)\/(.+)$/.exec(path) ?? [];
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const { scope, known } = token
      ? (JSON.parse(Buffer.from(token, 'base64url').toString()) as { scope: string; known: boolean })
      : { scope: '', known: false };
    if (
      path !== '' ? scope !== `repository:${name}:pull` || (name.startsWith('private/') && !known) : !token
    ) {
      const wanted = path === '' ? '' : `,scope="repository:${name}:pull"`;
      response
        .writeHead(401, {
          'WWW-Authenticate': `Bearer realm="http://${this.address}/token",service="charts"${wanted}`,
        })
        .end();
      return;
    }
    if (path === '') response.writeHead(200).end('{}');
    else if (kind === 'tags') this.#tagList(name, query, response);
    else {
      const found = kind === 'manifests' ? this.#tags.get(name)?.get(reference) : this.#blobs.get(reference);
      const digest = found && `sha256:${sha256(found)}`;
      if (!found || digest === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(200, { 'Docker-Content-Digest': digest, 'Content-Length': found.length })
          .end(method === 'HEAD' ? undefined : found);
    }
  }

  #tagList(name: string, query: URLSearchParams, response: ServerResponse): void {
    const all = [...(this.#tags.get(name)?.keys() ?? [])].sort();
    const last = query.get('last');
    const from = last === null ? 0 : all.indexOf(last) + 1;
    const tags = all.slice(from, from + this.tagsPerPage);
    const more = from + this.tagsPerPage < all.length;
    const next = `/v2/${name}/tags/list?last=${encodeURIComponent(tags.at(-1) ?? '')}&n=${this.tagsPerPage}`;
    response
      .writeHead(200, more ? { Link: `<${next}>; rel="next"` } : {})
      .end(JSON.stringify({ name, tags }));
  }
}

function chartYaml(name: string, version: string): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n`;
}
