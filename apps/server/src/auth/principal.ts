/** Who is asking, once known. */
export interface Principal {
  /** `admin`, another account, or `proj:<project>:<role>`. */
  readonly subject: string;
  readonly kind: 'user' | 'token';
  /** Groups the subject is in besides its own name; policies may name them. */
  readonly groups: readonly string[];
  /** The session or token that was shown, to revoke it. */
  readonly credentialId: string;
}
