import { timingSafeEqual } from 'node:crypto';
import { objectName } from '../store/stored-object.js';
import type { Store } from '../store/store.js';
import type { Secret, ServiceAccount } from '../types/index.js';
import type { UserInfo } from './user-info.js';

/** Who tokens in secrets say they are from. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount';
/** The type of secrets that hold the token of an account. */
export const TOKEN_SECRET = 'kubernetes.io/service-account-token';
/** Annotations of such secrets: whose token it is. */
export const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
/** A token in a secret with this label is no longer taken. */
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';

/** What the token in a secret says: whose it is and where it is kept. It has no end. */
export interface LegacyClaims {
  readonly iss: typeof LEGACY_ISSUER;
  readonly sub: string;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
}

/** The claims of the token that is kept in a secret (pkg/serviceaccount, legacy.go). */
export function legacyClaims(account: ServiceAccount, secret: Secret): LegacyClaims {
  const { namespace = '', name = '', uid = '' } = account.metadata;
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret.metadata.name ?? '',
    'kubernetes.io/serviceaccount/service-account.name': name,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}

/** Whose token it is, and the secret that holds it; undefined unless that secret still holds it and its account is still there. */
export function legacyUser(
  claims: Partial<LegacyClaims>,
  token: string,
  store: Store,
): { readonly user: UserInfo; readonly secret: Secret } | undefined {
  const namespace = claims['kubernetes.io/serviceaccount/namespace'];
  const secretName = claims['kubernetes.io/serviceaccount/secret.name'];
  const name = claims['kubernetes.io/serviceaccount/service-account.name'];
  const uid = claims['kubernetes.io/serviceaccount/service-account.uid'];
  if (!namespace || !secretName || !name || !uid) return undefined;
  const user = `system:serviceaccount:${namespace}:${name}`;
  if (claims.sub !== user) return undefined;
  const secret = store.get('/secrets', objectName(namespace, secretName)) as Secret | undefined;
  const account = store.get('/serviceaccounts', objectName(namespace, name));
  if (!secret || secret.metadata.deletionTimestamp || !holds(secret, token)) return undefined;
  if (account?.metadata.uid !== uid || account.metadata.deletionTimestamp) return undefined;
  if (secret.metadata.labels?.[INVALID_SINCE]) return undefined;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { user: { user, uid, groups }, secret };
}

function holds({ data }: Secret, token: string): boolean {
  const kept = Buffer.from(data?.['token'] ?? '', 'base64');
  const given = Buffer.from(token);
  return kept.length === given.length && timingSafeEqual(kept, given);
}
