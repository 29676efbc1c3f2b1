import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchOciChart } from './fetch-chart.js';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const manifestOf = (archive: string): string =>
  JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: sha256('{}'), size: 2 },
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        digest: sha256(archive),
        size: archive.length,
      },
    ],
  });

const [old, young] = ['archive of 1.0.0', 'archive of 1.1.0+b'];
const served = new Map<string, string>([
  ['tags/list?n=1000', JSON.stringify({ tags: ['1.0.0', '1.1.0_b'] })],
  ['manifests/1.0.0', manifestOf(old)],
  ['manifests/1.1.0_b', manifestOf(young)],
  [`manifests/${sha256(manifestOf(old))}`, manifestOf(old)],
  [`blobs/${sha256(old)}`, old],
  [`blobs/${sha256(young)}`, young],
]);
const registry = createServer((request, response) => {
  const found = served.get(decodeURIComponent(request.url ?? '').replace('/v2/charts/web/', ''));
  response.writeHead(found === undefined ? 404 : 200).end(found);
});
let at = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  at = `oci://127.0.0.1:${(registry.address() as AddressInfo).port}/charts/web`;
});
afterAll(() => registry.close());

const fetched = async (reference: string, version = ''): Promise<string> =>
  new TextDecoder().decode(await fetchOciChart(at + reference, version, { plainHttp: true }));

describe('a chart of a registry', () => {
  it('is the one of the tag or the digest behind its name', async () => {
    expect(await fetched(':1.0.0')).toBe(old);
    expect(await fetched(':1.1.0+b')).toBe(young);
    expect(await fetched(':1.0.0', '1.0.0')).toBe(old);
    expect(await fetched(`@${sha256(manifestOf(old))}`)).toBe(old);
    expect(await fetched(`:1.0.0@${sha256(manifestOf(old))}`)).toBe(old);
  });

  it('is refused when the tag and the wanted version differ', async () => {
    await expect(fetched(':1.0.0', '1.1.0')).rejects.toThrow(
      'chart reference and version mismatch: 1.1.0 is not 1.0.0',
    );
  });
});
