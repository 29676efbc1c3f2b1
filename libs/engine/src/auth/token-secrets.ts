import { Secrets, ServiceAccounts } from '../clients/resource-type.js';
import type { Client } from '../clients/client.js';
import { WorkQueue } from '../clients/work-queue.js';
import { isApiError } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import { formatTime } from '../time.js';
import type { Secret, ServiceAccount } from '../types/index.js';
import { ACCOUNT_NAME, ACCOUNT_UID, TOKEN_SECRET } from './legacy-tokens.js';
import type { ServiceAccountTokens } from './service-account-tokens.js';

const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INDEX = 'account';
const DAY_MS = 86_400_000;

/** What filling secrets works on. */
export interface TokenSecretSurroundings {
  readonly client: Client;
  readonly clock: Clock;
  readonly tokens: ServiceAccountTokens;
  /** PEM of the authority by which holders of a token know the server. */
  readonly authority: string;
}

/**
 * Fills the secrets that ask for the token of an account, deletes those whose account is not there, and notes on which day a
 * token was last used (pkg/controller/serviceaccount, tokens_controller.go). Returns the way to stop.
 */
export function fillTokenSecrets({ client, clock, tokens, authority }: TokenSecretSurroundings): () => void {
  const secrets = client.lister(Secrets);
  const accounts = client.lister(ServiceAccounts);
  secrets.index(INDEX, (secret) => (isTokenSecret(secret) ? [accountKey(secret)] : []));
  const fill = (key: string): void => {
    const [namespace = '', name = ''] = key.split('/');
    const secret = secrets.get(namespace, name);
    if (!secret || !isTokenSecret(secret) || secret.metadata.deletionTimestamp) return;
    const account = accountOf(secret);
    if (!account) deleteSecret(secret);
    else {
      const filled = filledSecret(secret, account, tokens, authority);
      if (filled) client.update(Secrets, filled);
    }
  };
  const accountOf = ({ metadata }: Secret): ServiceAccount | undefined => {
    const account = accounts.get(metadata.namespace, metadata.annotations?.[ACCOUNT_NAME] ?? '');
    const uid = metadata.annotations?.[ACCOUNT_UID];
    return !uid || uid === account?.metadata.uid ? account : undefined;
  };
  const deleteSecret = ({ metadata }: Secret): void => {
    const { namespace, name = '', uid } = metadata;
    client.delete(Secrets, namespace, name, { ...(uid !== undefined && { preconditions: { uid } }) });
  };
  /** An account doesn't go on naming a secret of its own that is gone. */
  const forget = (secret: Secret): void => {
    const account = accountOf(secret);
    const { name = '', namespace } = secret.metadata;
    if (!account?.secrets?.some((one) => one.name === name) || secrets.get(namespace, name)) return;
    client.update(ServiceAccounts, {
      ...account,
      secrets: account.secrets.filter((one) => one.name !== name),
    });
  };
  const noteUse = (key: string): void => {
    const [namespace = '', name = ''] = key.split('/');
    const secret = secrets.get(namespace, name);
    const labels = { [LAST_USED]: dayOf(clock.now()) };
    if (secret && isStale(secret, clock.now()))
      client.patch(Secrets, namespace, name, 'merge', { metadata: { labels } });
  };
  const gone = new Map<string, Secret>();
  const ignoreVanished = (work: (key: string) => void) => (key: string) => {
    try {
      work(key);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  };
  const filling = new WorkQueue(clock, ignoreVanished(fill));
  const used = new WorkQueue(clock, ignoreVanished(noteUse));
  const forgetting = new WorkQueue(
    clock,
    ignoreVanished((key) => {
      const secret = gone.get(key);
      if (secret) forget(secret);
      gone.delete(key);
    }),
  );
  tokens.onSecretUse = (secret) => {
    if (isStale(secret, clock.now())) used.add(keyOf(secret));
  };
  for (const secret of secrets.list()) if (isTokenSecret(secret)) filling.add(keyOf(secret));
  const stops = [
    secrets.watch((type, secret) => {
      if (!isTokenSecret(secret)) return;
      if (type !== 'DELETED') return filling.add(keyOf(secret));
      gone.set(keyOf(secret), secret);
      forgetting.add(keyOf(secret));
    }),
    accounts.watch((_, account) => {
      for (const secret of secrets.by(INDEX, keyOf(account))) filling.add(keyOf(secret));
    }),
  ];
  return () => {
    tokens.onSecretUse = () => undefined;
    for (const stop of stops) stop();
    for (const queue of [filling, used, forgetting]) queue.stop();
  };
}

/** The secret with what it lacks; undefined when that is nothing. */
function filledSecret(
  secret: Secret,
  account: ServiceAccount,
  tokens: ServiceAccountTokens,
  authority: string,
): Secret | undefined {
  const { data = {}, metadata } = secret;
  const certificate = encoded(authority);
  if (data['ca.crt'] === certificate && data['namespace'] && data['token']) return undefined;
  return {
    ...secret,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [ACCOUNT_UID]: account.metadata.uid ?? '' },
    },
    data: {
      ...data,
      'ca.crt': certificate,
      namespace: data['namespace'] || encoded(metadata.namespace ?? ''),
      token: data['token'] || encoded(tokens.issueFor(secret, account)),
    },
  };
}

const isTokenSecret = ({ type }: Secret): boolean => type === TOKEN_SECRET;
const keyOf = ({ metadata }: Secret | ServiceAccount): string => `${metadata.namespace}/${metadata.name}`;
const accountKey = ({ metadata }: Secret): string =>
  `${metadata.namespace}/${metadata.annotations?.[ACCOUNT_NAME] ?? ''}`;
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const dayOf = (ms: number): string => formatTime(ms).slice(0, 10);

/** Whether a use is not noted yet; the day may have begun elsewhere already. */
function isStale({ metadata }: Secret, nowMs: number): boolean {
  const noted = metadata.labels?.[LAST_USED];
  return noted !== dayOf(nowMs) && noted !== dayOf(nowMs + DAY_MS);
}
