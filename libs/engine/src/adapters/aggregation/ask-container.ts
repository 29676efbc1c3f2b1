import type { Cluster } from '../../cluster.js';
import type { HttpAnswer, HttpRequest } from '../../runtime/container-runtime.js';
import type { APIService } from '../../types/index.js';
import { certificateProblem } from '../certificate-problem.js';
import type { ApiServicePlace } from './api-service-place.js';
import type { FrontProxyCertificate } from './front-proxy.js';

/** What a container of this cluster says as the server of an APIService, or why it says nothing. */
export type ContainerAnswer =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'failed'; readonly problem: string };

/** Asks a container over TLS, as the proxy that a certificate names: its own certificate is believed as its APIService says. */
export function askContainer(
  { runtime, clock }: Cluster,
  { spec }: APIService,
  { host, port }: ApiServicePlace & { readonly kind: 'address' },
  { client }: FrontProxyCertificate,
  request: HttpRequest,
): ContainerAnswer {
  const failed = (problem: string): ContainerAnswer => ({ kind: 'failed', problem });
  const { name, namespace } = spec?.service ?? {};
  const shown = runtime.tls(host, port);
  if (shown && !spec?.insecureSkipTLSVerify) {
    const bundle = spec?.caBundle?.trim();
    const authorities = bundle ? Buffer.from(bundle, 'base64').toString('utf8') : undefined;
    const problem = certificateProblem(shown.cert, authorities, `${name}.${namespace}.svc`, clock.now());
    if (problem !== undefined) return failed(problem);
  }
  const asked = shown ? { ...request, clientCertificate: client.cert } : request;
  const found = runtime.http(host, port, asked);
  if (found.kind !== 'answer') return failed(`dial tcp ${host}:${port}: connect: connection refused`);
  if (found.answer.isGuess)
    return failed(
      `nothing is known about the program behind service ${JSON.stringify(name)}: it is simulated and serves no API`,
    );
  return shown
    ? { kind: 'answer', answer: found.answer }
    : failed('http: server gave HTTP response to HTTPS client');
}
