import type { UserInfo } from '../user-info.js';

const PREFIX = 'system:node:';
const GROUP = 'system:nodes';

/** The name of the node a user is; undefined for everybody else (auth/nodeidentifier). */
export function nodeOfUser({ user, groups }: Pick<UserInfo, 'user' | 'groups'>): string | undefined {
  return user.startsWith(PREFIX) && groups.includes(GROUP) ? user.slice(PREFIX.length) : undefined;
}
