import type { UserInfo } from '../auth/user-info.js';
import { ApiError } from './api-error.js';
import type { RequestInfo } from './request-info.js';

/** 403 in Kubernetes' words: `pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "d"`. */
export function forbiddenRequest(user: UserInfo, info: RequestInfo, reason: string): ApiError {
  const why = reason === '' ? '' : `: ${reason}`;
  if (!info.isResource) {
    return new ApiError(
      403,
      'Forbidden',
      `forbidden: User ${JSON.stringify(user.user)} cannot ${info.verb} path ${JSON.stringify(info.path)}${why}`,
      {},
    );
  }
  const qualified = info.group ? `${info.resource}.${info.group}` : info.resource;
  const subject = info.name === '' ? qualified : `${qualified} ${JSON.stringify(info.name)}`;
  const message = `${subject} is forbidden: ${cannot(user, info)}${why}`;
  return new ApiError(403, 'Forbidden', message, {
    ...(info.name !== '' && { name: info.name }),
    ...(info.group !== '' && { group: info.group }),
    kind: info.resource,
  });
}

function cannot(user: UserInfo, info: RequestInfo): string {
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const scope =
    info.namespace === '' ? ' at the cluster scope' : ` in the namespace ${JSON.stringify(info.namespace)}`;
  return `User ${JSON.stringify(user.user)} cannot ${info.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(info.group)}${scope}`;
}
