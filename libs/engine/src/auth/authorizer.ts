import type { UserInfo } from './user-info.js';

/** One question to the authorizer (authorization.k8s.io SubjectAccessReview). */
export type AccessQuestion =
  | {
      readonly user: UserInfo;
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
      /** Of a list or watch: which fields of an object have to have which values. */
      readonly fieldSelector?: string;
    }
  | { readonly user: UserInfo; readonly verb: string; readonly path: string };

/** What the authorizer says. */
export interface Decision {
  readonly allowed: boolean;
  /** Why, for people. */
  readonly reason: string;
}

/** Decides who may do what. */
export interface Authorizer {
  authorize(question: AccessQuestion): Decision;
}

/** Members of `system:masters` may do everything; nobody else anything. What RBAC is laid over. */
export const mastersOnly: Authorizer = {
  authorize: ({ user }) => ({ allowed: user.groups.includes('system:masters'), reason: '' }),
};
