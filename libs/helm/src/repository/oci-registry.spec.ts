import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TransportRequest, TransportResponse } from './chart-transport.js';
import { exactTag, OciRegistry, tagOf, versionOf } from './oci-registry.js';

type Answer = (request: TransportRequest) => Partial<TransportResponse>;

function registry(
  answer: Answer,
  credentials: { username?: string; password?: string } = {},
): { registry: OciRegistry; asked: TransportRequest[] } {
  const asked: TransportRequest[] = [];
  const transport = async (request: TransportRequest): Promise<TransportResponse> => {
    asked.push(request);
    return { status: 200, headers: {}, body: new Uint8Array(), ...answer(request) };
  };
  return { asked, registry: new OciRegistry('https://example.org', 'team/web', { transport, credentials }) };
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const layer = digestOf(json('archive'));
const manifest = json({
  layers: [
    { mediaType: 'text/plain', digest: digestOf(json('other')) },
    { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: layer },
  ],
});

describe('a registry', () => {
  it('writes the plus of a version as an underscore', () => {
    expect(tagOf('1.0.0+build.1')).toBe('1.0.0_build.1');
    expect(versionOf('1.0.0_build.1')).toBe('1.0.0+build.1');
    expect(['1.0.0', 'v1.2.3-rc.1+x', '1.x', '^1.0.0', '1.0', 'v2', '1.2.x', ''].map(exactTag)).toEqual([
      '1.0.0',
      'v1.2.3-rc.1_x',
      undefined,
      undefined,
      '1.0',
      'v2',
      undefined,
      undefined,
    ]);
  });

  it('says what to write in place of a tag that looks like a range and is not there', async () => {
    const { registry: empty } = registry(() => ({ status: 404 }));
    await expect(empty.manifest('1.2')).rejects.toThrow('1.2.x is the newest of them');
    await expect(empty.manifest('v1')).rejects.toThrow('1.x is the newest of them');
    await expect(empty.manifest('1.2.3')).rejects.toThrow(/the name$/);
  });

  it('is asked for all pages of tags, on its own host only', async () => {
    const pages: Record<string, Partial<TransportResponse>> = {
      'https://example.org/v2/team/web/tags/list?n=1000': {
        body: json({ tags: ['1.0.0', 7] }),
        headers: { link: '</v2/team/web/tags/list?last=1.0.0>; rel="next"' },
      },
      'https://example.org/v2/team/web/tags/list?last=1.0.0': { body: json({ tags: ['2.0.0'] }) },
    };
    await expect(registry(({ url }) => pages[url] ?? {}).registry.tags()).resolves.toEqual([
      '1.0.0',
      '2.0.0',
    ]);
    const away = registry(() => ({
      body: json({ tags: [] }),
      headers: { link: '<https://evil.example/>; rel="next"' },
    }));
    await expect(away.registry.tags()).rejects.toThrow('on another host');
    const endless = registry(({ url }) => ({
      body: json({ tags: [] }),
      headers: { link: `<${url}>; rel="next"` },
    }));
    await expect(endless.registry.tags()).rejects.toThrow('more than 100 pages');
  });

  it('gets its token from the service it names, once, with user and password', async () => {
    const { registry: remote, asked } = registry(
      ({ url, headers }) => {
        if (url.startsWith('https://auth.example/')) return { body: json({ token: 'tok' }) };
        if (headers['Authorization'] === 'Bearer tok') return { body: manifest };
        return {
          status: 401,
          headers: { 'www-authenticate': 'Bearer realm="https://auth.example/token",service="reg"' },
        };
      },
      { username: 'ada', password: 'secret' },
    );
    await expect(remote.manifest('1.0.0')).resolves.toEqual({ digest: digestOf(manifest), layer });
    await remote.manifest('1.0.0');
    expect(asked.map(({ url, headers }) => `${url} ${headers['Authorization'] ?? ''}`)).toEqual([
      'https://example.org/v2/team/web/manifests/1.0.0 ',
      'https://auth.example/token?service=reg&scope=repository%3Ateam%2Fweb%3Apull Basic YWRhOnNlY3JldA==',
      'https://example.org/v2/team/web/manifests/1.0.0 Bearer tok',
      'https://example.org/v2/team/web/manifests/1.0.0 Bearer tok',
    ]);
  });

  it('does not get a password for a token service without TLS, and no token with a line break', async () => {
    const challenge =
      (realm: string): Answer =>
      ({ url }) =>
        url.startsWith('https://example.org/')
          ? { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } }
          : { body: json({ token: 'a\r\nX-Evil: 1' }) };
    const credentials = { username: 'ada', password: 'secret' };
    const plain = registry(challenge('http://auth.example/token'), credentials);
    await expect(plain.registry.tags()).rejects.toThrow("can't be used");
    expect(plain.asked).toHaveLength(1);
    await expect(
      registry(challenge('https://auth.example/token'), credentials).registry.tags(),
    ).rejects.toThrow('gave no token');
  });

  it('is not believed when its content has another digest, or is no chart', async () => {
    const lying = registry(() => ({ body: manifest, headers: { 'docker-content-digest': layer } }));
    await expect(lying.registry.manifest('1.0.0')).rejects.toThrow('was announced');
    await expect(registry(() => ({ body: json('x') })).registry.archive(layer)).rejects.toThrow(
      'was announced',
    );
    await expect(registry(() => ({ body: json({ layers: [] }) })).registry.manifest('1')).rejects.toThrow(
      'no Helm chart',
    );
    await expect(
      registry(() => ({ body: new TextEncoder().encode('<html>') })).registry.manifest('1'),
    ).rejects.toThrow('no JSON');
  });
});
