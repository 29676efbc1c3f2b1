import type { JsonObject } from '@lotse/manifests';
import type { Requester } from '../api/requester.js';

/** Who asks, as AdmissionReviews and policies show it. The engine's own parts have the names they have in Kubernetes. */
export function userInfoOf(requester: Requester): JsonObject {
  const { user, uid, groups = [], extra, component } = requester;
  if (component && !user.includes(':'))
    return {
      username: `system:serviceaccount:kube-system:${user}`,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
    };
  return {
    username: user,
    ...(uid !== undefined && uid !== '' && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra && {
      extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
    }),
  };
}
