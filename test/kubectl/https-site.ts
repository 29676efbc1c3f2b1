import type { RequestListener } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, createServerCertificate, generatePrivateKey } from '@lotse/engine';

/** A server on a free port of the loopback address, with an authority of its own. */
export interface HttpsSite {
  readonly port: number;
  /** The authority, as text and as configurations of the cluster carry it. */
  readonly authority: string;
  readonly caBundle: string;
  stop(): Promise<void>;
}

/** Serves as this host; by default as the address itself. */
export async function startHttpsSite(
  answer: RequestListener,
  { host = '127.0.0.1', ...options }: ServerOptions & { readonly host?: string } = {},
): Promise<HttpsSite> {
  const nowMs = Date.now();
  const authority = createAuthority({ key: generatePrivateKey(), nowMs, commonName: `authority of ${host}` });
  const key = generatePrivateKey();
  const tls = createServerCertificate({ authority, key, nowMs, commonName: host, names: [host] });
  const server = createServer({ key: tls.key, cert: tls.cert, ...options }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    authority: authority.cert,
    caBundle: Buffer.from(authority.cert).toString('base64'),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
