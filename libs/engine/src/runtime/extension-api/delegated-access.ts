import { X509Certificate } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { ApiRequest } from '../../api/api-request.js';
import { bearerToken, type Authenticator } from '../../auth/authenticator.js';
import type { AccessQuestion, Authorizer, Decision } from '../../auth/authorizer.js';
import { proxiedUser } from '../../auth/proxied-user.js';
import type { UserInfo } from '../../auth/user-info.js';
import type { HostApi } from './host-api.js';

const TRUSTED = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
/** What everybody may ask (DelegatingAuthorizationOptions.WithAlwaysAllowPaths). */
const OPEN_PATHS = new Set(['/healthz', '/livez', '/readyz']);

/** Whom an extension API server believes: the authorities that the cluster publishes for it. */
interface Trust {
  readonly clients: readonly X509Certificate[];
  readonly proxies: readonly X509Certificate[];
  /** Names of proxies; empty: all that their authorities have signed. */
  readonly proxyNames: readonly string[];
}

/**
 * How an extension API server finds out who asks and what they may do: it asks the API of the cluster (delegated authentication
 * and authorization of k8s.io/apiserver).
 */
export class DelegatedAccess implements Authenticator, Authorizer {
  readonly #host: HostApi;
  /** PEM of the certificate that the present request came with. */
  certificate: string | undefined;

  constructor(host: HostApi) {
    this.#host = host;
  }

  /** Why nobody can be told who they are; undefined when they can. */
  problem(): string | undefined {
    const answer = this.#host.ask('GET', TRUSTED);
    if (answer?.status === 200) return undefined;
    const { message } = answer?.body ?? {};
    return typeof message === 'string' ? message : 'the API of the cluster does not answer';
  }

  authenticate(request: ApiRequest): UserInfo | 'rejected' | undefined {
    if (this.certificate !== undefined) {
      const found = this.#byCertificate(new X509Certificate(this.certificate), request);
      if (found) return found;
    }
    const token = bearerToken(request);
    return token === undefined ? undefined : this.#byToken(token);
  }

  authorize(question: AccessQuestion): Decision {
    const { user } = question;
    if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
    if ('path' in question && OPEN_PATHS.has(question.path)) return { allowed: true, reason: '' };
    const answer = this.#host.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: user.user,
        groups: [...user.groups],
        ...(user.uid !== undefined && { uid: user.uid }),
        ...(user.extra && { extra: user.extra as unknown as JsonObject }),
        ...attributesOf(question),
      },
    });
    const status = answer?.body['status'];
    if (answer?.status !== 201 || !isJsonObject(status)) {
      const why = answer ? textOf(answer.body['message']) : 'the API of the cluster does not answer';
      return { allowed: false, reason: why };
    }
    return { allowed: status['allowed'] === true, reason: textOf(status['reason']) };
  }

  #byCertificate(certificate: X509Certificate, request: ApiRequest): UserInfo | 'rejected' | undefined {
    const trust = this.#trust();
    const isSignedBy = (authorities: readonly X509Certificate[]): boolean =>
      authorities.some((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey));
    const subject = subjectOf(certificate);
    const [name] = subject.get('CN') ?? [];
    if (isSignedBy(trust.proxies)) {
      const isNamed =
        trust.proxyNames.length === 0 || (name !== undefined && trust.proxyNames.includes(name));
      if (isNamed) return proxiedUser(request) ?? 'rejected';
    }
    if (!isSignedBy(trust.clients)) return 'rejected';
    return name === undefined ? undefined : { user: name, groups: subject.get('O') ?? [] };
  }

  #trust(): Trust {
    const data = this.#host.ask('GET', TRUSTED)?.body['data'];
    const text = (key: string): string => (isJsonObject(data) ? textOf(data[key]) : '');
    return {
      clients: certificatesOf(text('client-ca-file')),
      proxies: certificatesOf(text('requestheader-client-ca-file')),
      proxyNames: namesOf(text('requestheader-allowed-names')),
    };
  }

  #byToken(token: string): UserInfo | 'rejected' | undefined {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const status = this.#host.ask('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review)?.body[
      'status'
    ];
    const user = isJsonObject(status) && status['authenticated'] === true ? status['user'] : undefined;
    if (!isJsonObject(user)) return 'rejected';
    const groups = Array.isArray(user['groups']) ? user['groups'].map(textOf) : [];
    return { user: textOf(user['username']), groups };
  }
}

function attributesOf(question: AccessQuestion): JsonObject {
  if ('path' in question) return { nonResourceAttributes: { path: question.path, verb: question.verb } };
  const { user: _, ...resourceAttributes } = question;
  return { resourceAttributes: { ...resourceAttributes } };
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function namesOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      // What is no certificate vouches for nobody.
      return [];
    }
  });
}

/** The parts of a subject's name, a line each: `CN=admin`. */
function subjectOf({ subject }: X509Certificate): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const line of subject.split('\n')) {
    const sign = line.indexOf('=');
    const key = line.slice(0, sign);
    parts.set(key, [...(parts.get(key) ?? []), line.slice(sign + 1)]);
  }
  return parts;
}
