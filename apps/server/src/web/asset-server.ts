import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { NextFunction, Request, Response } from 'express';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt', '.map']);
/** Below this a compressed answer is no smaller on the wire. */
const MIN_COMPRESSED_BYTES = 1_024;
/** Good size for little time: assets are compressed once, on their first request. */
const BROTLI_QUALITY = 9;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly compressible: boolean;
  readonly immutable: boolean;
}

type Encoding = 'br' | 'gzip' | 'identity';

/**
 * Serves the files of a folder from memory. Only files that were there at the start can be named, so no address can
 * lead out of the folder. Every other address gets `index.html`.
 */
export function assetServer(
  root: string,
): (request: Request, response: Response, next: NextFunction) => void {
  const assets = listAssets(root);
  const bodies = new Map<string, Promise<{ bytes: Buffer; etag: string }>>();
  return (request, response, next) => {
    const serve = async (): Promise<unknown> => {
      const known = await assets;
      const asset = known.get(request.path) ?? known.get('/index.html');
      if (
        !asset ||
        (extname(request.path) !== '' && !known.has(request.path) && request.path.startsWith('/assets/'))
      )
        return next();
      const encoding = asset.compressible ? bestEncoding(request) : 'identity';
      const key = `${encoding} ${asset.path}`;
      const body = bodies.get(key) ?? load(asset, encoding);
      bodies.set(key, body);
      const { bytes, etag } = await body;
      response.set({
        'Content-Type': asset.type,
        'Cache-Control': asset.immutable ? FOR_EVER : ASK_AGAIN,
        ETag: etag,
        Vary: 'Accept-Encoding',
      });
      if (request.headers['if-none-match'] === etag) return response.status(304).end();
      if (encoding !== 'identity') response.set('Content-Encoding', encoding);
      response.set('Content-Length', String(bytes.length));
      return response.end(request.method === 'HEAD' ? undefined : bytes);
    };
    // eslint-disable-next-line promise/no-callback-in-promise -- this is where the promise ends
    serve().catch(next);
  };
}

async function listAssets(root: string): Promise<Map<string, Asset>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const assets = new Map<string, Asset>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(root, path).split(sep).join('/')}`;
    const type = extname(entry.name);
    assets.set(name, {
      path,
      type: TYPES[type] ?? 'application/octet-stream',
      compressible: COMPRESSIBLE.has(type),
      immutable: name.startsWith('/assets/'),
    });
  }
  return assets;
}

/** Browsers list gzip first out of habit; brotli is smaller. */
function bestEncoding(request: Request): Encoding {
  if (request.acceptsEncodings('br') === 'br') return 'br';
  return request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'identity';
}

async function load(asset: Asset, encoding: Encoding): Promise<{ bytes: Buffer; etag: string }> {
  const plain = await readFile(asset.path);
  const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  return { bytes: await compressed(plain, encoding), etag: `"${digest}-${encoding}"` };
}

async function compressed(plain: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'br')
    return promisify(brotliCompress)(plain, {
      params: { [constants.BROTLI_PARAM_QUALITY]: plain.length < MIN_COMPRESSED_BYTES ? 1 : BROTLI_QUALITY },
    });
  if (encoding === 'gzip') return promisify(gzip)(plain);
  return plain;
}
