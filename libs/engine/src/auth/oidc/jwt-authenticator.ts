import type { CelProgram } from '../../crds/cel.js';

/** Where a value comes from: a claim of the token, or an expression over all of them. */
export type ClaimSource =
  | { readonly claim: string; readonly prefix: string }
  | { readonly expression: string; readonly program: CelProgram };

/** A rule that what a token says, or the user made of it, has to keep. */
export interface ValidationRule {
  readonly expression: string;
  readonly message: string;
  readonly program: CelProgram;
}

/** One issuer of ID tokens, and how its tokens become users (apiserver.config.k8s.io JWTAuthenticator). */
export interface JwtAuthenticator {
  readonly issuer: {
    readonly url: string;
    /** Where the issuer describes itself, when that is not below its own address. */
    readonly discoveryUrl: string;
    /** A token is for us when it names one of these. */
    readonly audiences: readonly string[];
    /** PEM; empty: the authorities of the machine. */
    readonly certificateAuthority: string;
  };
  readonly requiredClaims: ReadonlyMap<string, string>;
  readonly claimRules: readonly ValidationRule[];
  readonly userRules: readonly ValidationRule[];
  readonly username: ClaimSource;
  readonly groups: ClaimSource | undefined;
  readonly uid: ClaimSource | undefined;
  readonly extra: readonly { readonly key: string; readonly program: CelProgram }[];
}

/** Who may come without credentials. */
export interface AnonymousAccess {
  readonly enabled: boolean;
  /** Only these paths; empty: all of them. */
  readonly paths: readonly string[];
}

/** What an AuthenticationConfiguration says. */
export interface AuthenticationConfiguration {
  readonly jwt: readonly JwtAuthenticator[];
  readonly anonymous: AnonymousAccess | undefined;
}

/** Signatures of ID tokens that are known here; all of them need a public key. */
export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
] as const;

/** A signature algorithm of ID tokens. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
