/** Who asks (authentication.k8s.io UserInfo). */
export interface UserInfo {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Everybody who presented nothing. */
export const ANONYMOUS: UserInfo = { user: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Adds the group every recognised user is in. */
export function authenticated(user: UserInfo): UserInfo {
  return user.groups.includes('system:authenticated') || user.groups.includes('system:unauthenticated')
    ? user
    : { ...user, groups: [...user.groups, 'system:authenticated'] };
}
