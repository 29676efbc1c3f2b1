import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OidcTokens, readAuthenticationConfiguration, SIGNING_ALGORITHMS, StaticTokens } from '@lotse/engine';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startHttpsSite, type HttpsSite } from './https-site.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

describe.runIf(hasKubectl())('kubectl signs in', () => {
  let issuer: HttpsSite;
  let issuerUrl: string;
  let signing: KeyObject;
  let served: ServedCluster;

  beforeAll(async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    signing = privateKey;
    const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }];
    issuer = await startHttpsSite((request, response) => {
      const isDescription = request.url === '/.well-known/openid-configuration';
      response.end(
        JSON.stringify(isDescription ? { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` } : { keys }),
      );
    });
    issuerUrl = `https://127.0.0.1:${issuer.port}`;
    const { jwt } = readAuthenticationConfiguration(
      {
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'AuthenticationConfiguration',
        jwt: [
          {
            issuer: { url: issuerUrl, audiences: ['kubernetes'], certificateAuthority: issuer.authority },
            claimMappings: {
              username: { expression: '"sso:" + claims.sub' },
              groups: { claim: 'groups', prefix: 'sso:' },
            },
          },
        ],
      },
      [],
    );
    served = await startCluster({
      authenticators: [
        new StaticTokens('static-token,robot,r-1,"machines,robots"'),
        new OidcTokens({ jwt, algorithms: SIGNING_ALGORITHMS, clock: { now: () => Date.now() } }),
      ],
    });
  });
  afterAll(async () => {
    await served.stop();
    await issuer.stop();
  });

  const token = (claims: object = {}): string => {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: issuerUrl,
      aud: 'kubernetes',
      sub: 'jane',
      groups: ['dev'],
      exp: now + 300,
      ...claims,
    };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'ES256', kid: 'one' })}.${part(all)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: signing, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  };

  /** A kubeconfig of somebody who has nothing but these credentials. */
  const kubeconfig = (name: string, user: object): { kubeconfig: string } => {
    const path = join(served.folder, name);
    const cluster = { server: served.url, 'insecure-skip-tls-verify': true };
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'lotse', cluster }],
        users: [{ name: 'me', user }],
        contexts: [{ name: 'lotse', context: { cluster: 'lotse', user: 'me' } }],
        'current-context': 'lotse',
      }),
    );
    return { kubeconfig: path };
  };

  it('with a token, of an issuer or from a file', async () => {
    const nobody = kubeconfig('nobody', {});
    await transcript(
      served,
      `
      $ kubectl --token ${token()} auth whoami
      ATTRIBUTE VALUE
      Username sso:jane
      Groups [sso:dev system:authenticated]
      $ kubectl --token static-token auth whoami
      ATTRIBUTE VALUE
      Username robot
      UID r-1
      Groups [machines robots system:authenticated]
      $ kubectl --token ${token({ exp: 1 })} get pods
      ...
      error: You must be logged in to the server (the server has asked for the client to provide credentials)
      $ kubectl --token wrong get pods
      ...
      error: You must be logged in to the server (the server has asked for the client to provide credentials)
      `,
      {},
      nobody,
    );
  });

  it('with an exec credential plugin, and does what a role allows', async () => {
    const plugin = join(served.folder, 'plugin.sh');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: token() },
    };
    writeFileSync(plugin, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`);
    chmodSync(plugin, 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      interactiveMode: 'Never',
    };
    const jane = kubeconfig('jane', { exec });
    await transcript(
      served,
      `
      $ kubectl get pods
      Error from server (Forbidden): pods is forbidden: User "sso:jane" cannot list resource "pods" in API group "" in the namespace "default"
      `,
      {},
      jane,
    );
    await transcript(
      served,
      `
      $ kubectl create rolebinding developers --clusterrole=edit --group=sso:dev
      rolebinding.rbac.authorization.k8s.io/developers created
      `,
    );
    await transcript(
      served,
      `
      $ kubectl get pods
      No resources found in default namespace.
      $ kubectl run web --image=busybox -- sleep 1000
      pod/web created
      $ kubectl wait --for=condition=Ready pod/web
      pod/web condition met
      $ kubectl exec web -- echo hello
      hello
      `,
      {},
      jane,
    );
  });
});
