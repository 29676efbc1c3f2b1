import { expect, it } from 'vitest';
import { createAuthority, generatePrivateKey } from '../../auth/certificates.js';
import { PLAIN } from '../../auth/testing/signing-requests.js';
import { CertificateSigningRequests } from '../../clients/resource-type.js';
import { createCluster } from '../../cluster.js';
import { certificateCleaner } from './certificate-cleaner.js';

function start() {
  const cluster = createCluster({ controllers: [certificateCleaner] });
  const { client } = cluster;
  const ask = (name: string): void => {
    client.create(CertificateSigningRequests, {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: {
        signerName: 'example.com/signer',
        usages: ['client auth'],
        request: Buffer.from(PLAIN).toString('base64'),
      },
    });
  };
  const decide = (name: string, type: string): void => {
    const found = client.get(CertificateSigningRequests, undefined, name);
    const status = { conditions: [{ type, status: 'True', reason: 'Test' }] };
    client.update(CertificateSigningRequests, { ...found, status }, { subresource: 'approval' });
  };
  const names = (): string[] =>
    ['approved', 'denied', 'issued', 'pending'].filter((name) =>
      client.lister(CertificateSigningRequests).get(undefined, name),
    );
  return { cluster, ask, decide, names };
}

it('forgets what was denied after an hour, and what waits for somebody or something after a day', () => {
  const { cluster, ask, decide, names } = start();
  for (const name of ['approved', 'denied', 'pending']) ask(name);
  decide('approved', 'Approved');
  decide('denied', 'Denied');
  cluster.advance('59m');
  expect(names()).toEqual(['approved', 'denied', 'pending']);
  cluster.advance('2m');
  expect(names()).toEqual(['approved', 'pending']);
  cluster.advance('22h');
  expect(names()).toEqual(['approved', 'pending']);
  cluster.advance('2h');
  expect(names()).toEqual([]);
});

it('forgets what was approved an hour after that, once it has its certificate', () => {
  const { cluster, ask, decide, names } = start();
  ask('issued');
  cluster.advance('20h');
  decide('issued', 'Approved');
  const { client } = cluster;
  const found = client.get(CertificateSigningRequests, undefined, 'issued');
  const { cert } = createAuthority({ key: generatePrivateKey(), nowMs: cluster.clock.now() });
  const certificate = Buffer.from(cert).toString('base64');
  client.updateStatus(CertificateSigningRequests, { ...found, status: { ...found.status, certificate } });
  cluster.advance('59m');
  expect(names()).toEqual(['issued']);
  cluster.advance('2m');
  expect(names()).toEqual([]);
});
