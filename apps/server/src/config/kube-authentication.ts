import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@lotse/engine';
import { CodedError } from '@lotse/manifests';
import { z } from 'zod';

/** ID tokens of one OpenID Connect issuer, as kube-apiserver's `--oidc-*` flags name it. */
export interface OidcSettings {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly usernameClaim: string;
  readonly usernamePrefix: string | undefined;
  readonly groupsClaim: string | undefined;
  readonly groupsPrefix: string;
  readonly requiredClaims: ReadonlyMap<string, string>;
  /** Path of a PEM file. */
  readonly caFile: string | undefined;
  readonly algorithms: readonly SigningAlgorithm[];
}

/** Who is let in to the Kubernetes API beside the holders of certificates and service-account tokens. Files are named, not read. */
export interface KubeAuthentication {
  /** PEM of the authorities of authenticating proxies; unset: an authority in the data folder. */
  readonly frontProxyCaFile: string | undefined;
  /** Common names of proxies. */
  readonly frontProxyNames: readonly string[];
  /** Lines of `token,user,uid,"groups"`. */
  readonly tokenFile: string | undefined;
  /** An AuthenticationConfiguration. */
  readonly configFile: string | undefined;
  readonly oidc: OidcSettings | undefined;
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const file = z.string().optional();
const requiredClaims = list
  .refine(
    (pairs) => pairs.every((pair) => /^[^=]+=/.test(pair)),
    'must look like claim=value, and more of them after commas',
  )
  .transform(
    (pairs) =>
      new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  );

/** The variables, by name. */
export const kubeAuthenticationVariables = {
  LOTSE_KUBE_FRONT_PROXY_CA: file,
  LOTSE_KUBE_FRONT_PROXY_NAMES: list.default(['front-proxy-client']),
  LOTSE_KUBE_TOKEN_FILE: file,
  LOTSE_KUBE_AUTHENTICATION_CONFIG: file,
  LOTSE_KUBE_OIDC_ISSUER: z
    .string()
    .refine(
      (text) => URL.canParse(text) && new URL(text).protocol === 'https:',
      'must look like https://accounts.example.org',
    )
    .optional(),
  LOTSE_KUBE_OIDC_CLIENT_ID: z.string().optional(),
  LOTSE_KUBE_OIDC_USERNAME_CLAIM: z.string().default('sub'),
  LOTSE_KUBE_OIDC_USERNAME_PREFIX: z.string().optional(),
  LOTSE_KUBE_OIDC_GROUPS_CLAIM: z.string().optional(),
  LOTSE_KUBE_OIDC_GROUPS_PREFIX: z.string().default(''),
  LOTSE_KUBE_OIDC_REQUIRED_CLAIMS: requiredClaims.optional(),
  LOTSE_KUBE_OIDC_CA_FILE: file,
  LOTSE_KUBE_OIDC_SIGNING_ALGS: list
    .pipe(z.array(z.enum(SIGNING_ALGORITHMS, `must be some of ${SIGNING_ALGORITHMS.join(', ')}`)).min(1))
    .default(['RS256']),
};

type Variables = z.output<z.ZodObject<typeof kubeAuthenticationVariables>>;

/**
 * The settings in their parsed form.
 * @throws CodedError `config_invalid` for settings that only make sense together, or not together.
 */
export function kubeAuthentication(v: Variables): KubeAuthentication {
  const wrong = (problem: string): CodedError =>
    new CodedError('config_invalid', `Can't start, the environment is wrong: ${problem}.`);
  const { LOTSE_KUBE_OIDC_ISSUER: issuerUrl, LOTSE_KUBE_OIDC_CLIENT_ID: clientId } = v;
  if ((issuerUrl === undefined) !== (clientId === undefined))
    throw wrong('LOTSE_KUBE_OIDC_ISSUER and LOTSE_KUBE_OIDC_CLIENT_ID need each other');
  if (issuerUrl !== undefined && v.LOTSE_KUBE_AUTHENTICATION_CONFIG !== undefined)
    throw wrong(
      'LOTSE_KUBE_OIDC_ISSUER and LOTSE_KUBE_AUTHENTICATION_CONFIG exclude each other; the file can name the issuer, too',
    );
  return {
    frontProxyCaFile: v.LOTSE_KUBE_FRONT_PROXY_CA,
    frontProxyNames: v.LOTSE_KUBE_FRONT_PROXY_NAMES,
    tokenFile: v.LOTSE_KUBE_TOKEN_FILE,
    configFile: v.LOTSE_KUBE_AUTHENTICATION_CONFIG,
    oidc:
      issuerUrl === undefined || clientId === undefined
        ? undefined
        : {
            issuerUrl,
            clientId,
            usernameClaim: v.LOTSE_KUBE_OIDC_USERNAME_CLAIM,
            usernamePrefix: v.LOTSE_KUBE_OIDC_USERNAME_PREFIX,
            groupsClaim: v.LOTSE_KUBE_OIDC_GROUPS_CLAIM,
            groupsPrefix: v.LOTSE_KUBE_OIDC_GROUPS_PREFIX,
            requiredClaims: v.LOTSE_KUBE_OIDC_REQUIRED_CLAIMS ?? new Map(),
            caFile: v.LOTSE_KUBE_OIDC_CA_FILE,
            algorithms: v.LOTSE_KUBE_OIDC_SIGNING_ALGS,
          },
  };
}
