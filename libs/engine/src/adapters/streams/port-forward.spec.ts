import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from 'node:tls';
import { Duplex } from 'node:stream';
import { createAuthority, createServerCertificate, generatePrivateKey } from '../../auth/certificates.js';
import { Pods, Secrets } from '../../clients/resource-type.js';
import { createCluster, type Cluster } from '../../cluster.js';
import { PortForward } from './port-forward.js';
import type { SpdyStream } from './spdy-session.js';

let cluster: Cluster;

beforeAll(() => {
  cluster = createCluster({ nodes: 1, controllers: [] });
  const nowMs = cluster.clock.now();
  const authority = createAuthority({ key: generatePrivateKey(), nowMs });
  const key = generatePrivateKey();
  const made = createServerCertificate({ authority, key, nowMs, commonName: 'api', names: ['api'] });
  for (const [name, cert] of [
    ['good', made.cert],
    ['broken', 'no certificate'],
  ] as const) {
    const encoded = (text: string): string => Buffer.from(text).toString('base64');
    cluster.client.create(Secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
      data: { crt: encoded(cert), key: encoded(made.key) },
    });
    cluster.client.create(Pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        containers: [
          {
            name: 'main',
            image: 'sample-apiserver',
            args: ['--tls-cert-file=/tls/crt', '--tls-private-key-file=/tls/key', '--secure-port=8443'],
            volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
          },
        ],
        volumes: [{ name: 'tls', secret: { secretName: name } }],
      },
    });
  }
  cluster.advance('20s');
});
afterAll(() => cluster.stop());

/** A connection that a client has opened to a port, and what it is told when that fails. */
function opened(pod: string, port: number): { readonly far: Duplex; readonly error: Promise<string> } {
  const forward = new PortForward(cluster.runtime, { namespace: 'default', pod });
  const told = Promise.withResolvers<string>();
  let listener: (chunk: Buffer | undefined) => void = () => undefined;
  const far = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      listener(chunk);
      done();
    },
  });
  const stream = (type: string, own: Partial<SpdyStream>): SpdyStream =>
    ({
      headers: new Map([
        ['streamtype', type],
        ['port', String(port)],
        ['requestid', '0'],
      ]),
      write: () => undefined,
      end: () => undefined,
      onData: () => undefined,
      ...own,
    }) as unknown as SpdyStream;
  forward.add(stream('error', { write: (chunk) => told.resolve(Buffer.from(chunk).toString()) }));
  forward.add(
    stream('data', {
      onData: (given) => void (listener = given as typeof listener),
      write: (chunk) => void far.push(Buffer.from(chunk)),
      end: () => void far.push(null),
    }),
  );
  return { far, error: told.promise };
}

it('speaks TLS to whoever begins with it, with the certificate of the container', async () => {
  const { far } = opened('good', 8443);
  const socket = connect({ socket: far, rejectUnauthorized: false });
  socket.write('GET /livez HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(socket.getPeerX509Certificate()?.subject).toContain('CN=api');
  // Its etcd is missing, and it says so.
  expect(text).toMatch(/^HTTP\/1\.1 500 [^]*etcd failed/);
});

it('says that a certificate can not be used, and goes on', async () => {
  const { far, error } = opened('broken', 8443);
  far.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]));
  expect(await error).toBe("the certificate or key of the program on port 8443 can't be used");
});

it('tells plainly who speaks plainly where TLS is spoken', async () => {
  const { far } = opened('good', 8443);
  far.write('GET / HTTP/1.1\r\nHost: api\r\n\r\n');
  const chunk = await new Promise((resolve) => far.once('data', resolve));
  expect(String(chunk)).toMatch(/^HTTP\/1\.1 400 /);
});

it('refuses a port on which nothing listens at once', async () => {
  expect(await opened('good', 9999).error).toContain('dial tcp4 127.0.0.1:9999: connect: connection refused');
});
