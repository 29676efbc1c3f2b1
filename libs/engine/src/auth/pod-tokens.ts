import { Nodes, ServiceAccounts } from '../clients/resource-type.js';
import type { Client } from '../clients/client.js';
import type { Node, Pod } from '../types/index.js';
import type { ServiceAccountTokens, TokenRequestOptions } from './service-account-tokens.js';

/** Signs the tokens that pods find in their projected volumes, bound to the pod and its service account. */
export function podTokens(
  { client }: { readonly client: Client },
  tokens: ServiceAccountTokens,
): (pod: Pod, audience: string | undefined, seconds: number) => string | undefined {
  const accounts = client.lister(ServiceAccounts);
  const nodes = client.lister(Nodes);
  return (pod, audience, expirationSeconds) => {
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    const account = accounts.get(namespace, pod.spec?.serviceAccountName ?? 'default');
    if (!account) return undefined;
    const node = nodeOf(nodes.get('', pod.spec?.nodeName ?? ''));
    return tokens.issue({
      namespace,
      name: account.metadata.name ?? '',
      uid: account.metadata.uid ?? '',
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds,
      bound: { kind: 'Pod', name, uid },
      ...(node && { node }),
    });
  };
}

/** What a token bound to a pod says of the node it runs on; nothing when that is not there. */
export function nodeOf(node: Pick<Node, 'metadata'> | undefined): TokenRequestOptions['node'] {
  if (!node) return undefined;
  const { name = '', uid } = node.metadata;
  return { name, ...(uid !== undefined && { uid }) };
}
