import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChartTransport, TransportRequest, TransportResponse } from './chart-transport.js';
import { HttpRepository } from './http-repository.js';
import type { ChartVersion } from './repository-index.js';

type Answers = Readonly<Record<string, Partial<TransportResponse>>>;

/** The outside world as a table of answers, and what was asked of it. */
function world(answers: Answers): { transport: ChartTransport; asked: TransportRequest[] } {
  const asked: TransportRequest[] = [];
  return {
    asked,
    transport: async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, body: new Uint8Array(), ...answers[request.url] };
    },
  };
}

const CREDENTIALS = { username: 'ada', password: 'secret' };
const chart = (url: string, digest?: string): ChartVersion => ({
  name: 'web',
  version: '1.0.0',
  appVersion: '',
  urls: [url],
  digest,
  created: undefined,
  deprecated: false,
});
const archive = new TextEncoder().encode('archive');
const digest = createHash('sha256').update(archive).digest('hex');
const shown = (asked: readonly TransportRequest[]): (string | undefined)[] =>
  asked.map(({ headers }) => headers['Authorization']);

describe('the archive of a chart', () => {
  it.each([
    ['https://example.org/charts', 'web-1.0.0.tgz', 'https://example.org/charts/web-1.0.0.tgz'],
    ['https://example.org/charts', '/web-1.0.0.tgz', 'https://example.org/web-1.0.0.tgz'],
    ['https://example.org', 'a/b.tgz', 'https://example.org/a/b.tgz'],
    ['https://example.org/charts?token=x', 'web.tgz', 'https://example.org/charts/web.tgz?token=x'],
    ['https://example.org/charts', 'https://cdn.example.org/web.tgz', 'https://cdn.example.org/web.tgz'],
  ])('of the repository %s with the address %s is at %s', (repository, url, expected) => {
    const { transport } = world({});
    expect(new HttpRepository(repository, { transport, credentials: {} }).archiveUrl(chart(url))).toBe(
      expected,
    );
  });

  it('is asked for with the credentials on their own host, elsewhere only when that is wanted', async () => {
    for (const [passCredentials, expected] of [
      [false, [undefined]],
      [true, ['Basic YWRhOnNlY3JldA==']],
    ] as const) {
      const { transport, asked } = world({});
      const repository = new HttpRepository('https://example.org/charts', {
        transport,
        credentials: CREDENTIALS,
        passCredentials,
      });
      await repository.archive(chart('https://cdn.example.org/web.tgz'));
      expect(shown(asked)).toEqual(expected);
    }
  });

  it('is followed where it was moved to, without the credentials', async () => {
    const { transport, asked } = world({
      'https://example.org/charts/web.tgz': {
        status: 302,
        headers: { location: 'https://cdn.example.org/x' },
      },
      'https://cdn.example.org/x': { body: archive },
    });
    const repository = new HttpRepository('https://example.org/charts', {
      transport,
      credentials: CREDENTIALS,
    });
    await expect(repository.archive(chart('web.tgz', digest))).resolves.toEqual({ archive, digest });
    expect(shown(asked)).toEqual(['Basic YWRhOnNlY3JldA==', undefined]);
  });

  it.each([
    [
      'to http',
      { status: 301, headers: { location: 'http://example.org/x' } },
      /redirects to http:.*refused/,
    ],
    [
      'to a file',
      { status: 301, headers: { location: 'file:///etc/passwd' } },
      /redirects to file:.*refused/,
    ],
    [
      'in circles',
      { status: 302, headers: { location: 'https://example.org/web.tgz' } },
      /more than 5 times/,
    ],
  ])('is not followed %s', async (_, answer, message) => {
    const { transport } = world({ 'https://example.org/web.tgz': answer });
    const repository = new HttpRepository('https://example.org', { transport, credentials: {} });
    await expect(repository.archive(chart('web.tgz'))).rejects.toThrow(message);
  });

  it('is refused when it is not what the index says, and when the index leads to a worse place', async () => {
    const { transport } = world({});
    const repository = new HttpRepository('https://example.org', { transport, credentials: {} });
    await expect(repository.archive(chart('web.tgz', digest))).rejects.toThrow(/was announced/);
    await expect(repository.archive(chart('http://example.org/web.tgz'))).rejects.toThrow(/refused/);
    await expect(repository.archive(chart('file:///etc/passwd'))).rejects.toThrow(/refused/);
  });
});

describe('an index', () => {
  it('is not sent again while it is the same', async () => {
    const { transport, asked } = world({
      'https://example.org/charts/index.yaml': { status: 304 },
    });
    const repository = new HttpRepository('https://example.org/charts', { transport, credentials: {} });
    await expect(repository.index({ etag: '"a"', lastModified: 'never' })).resolves.toBeUndefined();
    expect(asked[0]?.headers).toEqual({ 'If-None-Match': '"a"' });
  });

  it.each([
    [401, {}, 'wants credentials'],
    [403, CREDENTIALS, 'refuses the credentials'],
    [404, {}, 'there is nothing'],
    [503, {}, 'HTTP 503'],
  ])('that is answered with %d says what to do', async (status, credentials, message) => {
    const { transport } = world({ 'https://example.org/index.yaml': { status } });
    await expect(
      new HttpRepository('https://example.org', { transport, credentials }).index(),
    ).rejects.toThrow(message);
  });
});
