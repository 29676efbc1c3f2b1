import { ServiceAccounts } from '../clients/resource-type.js';
import type { Client } from '../clients/client.js';
import type { Pod } from '../types/index.js';
import type { ServiceAccountTokens } from './service-account-tokens.js';

/** Signs the tokens that pods find in their projected volumes, bound to the pod and its service account. */
export function podTokens(
  { client }: { readonly client: Client },
  tokens: ServiceAccountTokens,
): (pod: Pod, audience: string | undefined, seconds: number) => string | undefined {
  const accounts = client.lister(ServiceAccounts);
  return (pod, audience, expirationSeconds) => {
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    const account = accounts.get(namespace, pod.spec?.serviceAccountName ?? 'default');
    if (!account) return undefined;
    return tokens.issue({
      namespace,
      name: account.metadata.name ?? '',
      uid: account.metadata.uid ?? '',
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds,
      bound: { kind: 'Pod', name, uid },
    });
  };
}
