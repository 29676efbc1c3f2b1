import { goQuote } from '../registry/go-quote.js';
import { ApiError, badRequest } from '../api/api-error.js';
import type { ApiRequest } from '../api/api-request.js';
import type { Authorizer } from './authorizer.js';
import type { UserInfo } from './user-info.js';

const EXTRA = 'impersonate-extra-';
const SERVICE_ACCOUNT = 'system:serviceaccount:';

/**
 * The user a request acts as. Without Impersonate-* headers that is who asks; with them, whoever they name, if the one who
 * asks may impersonate each part (apiserver endpoints/filters/impersonation.go).
 */
export function impersonated(request: ApiRequest, user: UserInfo, authorizer: Authorizer): UserInfo {
  const name = request.header('impersonate-user') ?? '';
  const groups = request.headers('impersonate-group');
  const uid = request.header('impersonate-uid') ?? '';
  const extras = new Map<string, readonly string[]>();
  for (const header of request.headerNames()) {
    if (header.startsWith(EXTRA))
      extras.set(decodeExtra(header.slice(EXTRA.length)), request.headers(header));
  }
  if (name === '') {
    if (groups.length > 0 || uid !== '' || extras.size > 0)
      throw badRequest(`requested ${goUser(uid, groups, extras)} without impersonating a user name`);
    return user;
  }

  const demand = (resource: string, target: string, group = '', namespace = '', subresource = ''): void => {
    const decision = authorizer.authorize({
      user,
      verb: 'impersonate',
      group,
      version: 'v1',
      resource,
      subresource,
      namespace,
      name: target,
    });
    if (decision.allowed) return;
    const qualified = group ? `${resource}.${group}` : resource;
    const shown = subresource ? `${resource}/${subresource}` : resource;
    const scope = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
    throw new ApiError(
      403,
      'Forbidden',
      `${qualified} ${JSON.stringify(target)} is forbidden: User ${JSON.stringify(user.user)} cannot impersonate resource ${JSON.stringify(shown)} in API group ${JSON.stringify(group)} ${scope}`,
      { name: target, ...(group && { group }), kind: resource },
    );
  };

  const account = readServiceAccount(name);
  if (account) demand('serviceaccounts', account.name, '', account.namespace);
  else demand('users', name);
  for (const group of groups) demand('groups', group);
  if (uid !== '') demand('uids', uid, 'authentication.k8s.io');
  for (const [key, values] of extras)
    for (const value of values) demand('userextras', value, 'authentication.k8s.io', '', key);

  return {
    user: name,
    ...(uid !== '' && { uid }),
    groups: groupsOf(name, groups, account),
    ...(extras.size > 0 && { extra: Object.fromEntries(extras) }),
  };
}

/** What was asked for as Go prints it, which is how the API server says it. */
function goUser(
  uid: string,
  groups: readonly string[],
  extras: ReadonlyMap<string, readonly string[]>,
): string {
  const list = (texts: readonly string[]): string => `[]string{${texts.map(goQuote).join(', ')}}`;
  const extra = [...extras].map(([key, values]) => `${goQuote(key)}:${list(values)}`).join(', ');
  return `&user.DefaultInfo{Name:"", UID:${goQuote(uid)}, Groups:${
    groups.length > 0 ? list(groups) : '[]string(nil)'
  }, Extra:map[string][]string${extra ? `{${extra}}` : '(nil)'}}`;
}

function groupsOf(
  name: string,
  given: readonly string[],
  account: { namespace: string } | undefined,
): readonly string[] {
  const groups = [...given];
  if (account && groups.length === 0)
    groups.push('system:serviceaccounts', `system:serviceaccounts:${account.namespace}`);
  const standard = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  if (!groups.includes('system:unauthenticated') && !groups.includes(standard)) groups.push(standard);
  return groups;
}

/** Splits `system:serviceaccount:ns:name`; undefined for other users. */
export function readServiceAccount(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(SERVICE_ACCOUNT)) return undefined;
  const [namespace = '', name = '', ...rest] = user.slice(SERVICE_ACCOUNT.length).split(':');
  return namespace !== '' && name !== '' && rest.length === 0 ? { namespace, name } : undefined;
}

function decodeExtra(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
