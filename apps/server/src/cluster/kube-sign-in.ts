import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  OidcTokens,
  readAuthenticationConfiguration,
  SERVICE_ACCOUNT_ISSUER,
  SIGNING_ALGORITHMS,
  StaticTokens,
  type KubernetesApiOptions,
  type SigningAlgorithm,
} from '@lotse/engine';
import { CodedError, parseYaml } from '@lotse/manifests';
import type { KubeAuthentication, OidcSettings } from '../config/kube-authentication.js';

/** Issuers can be reached again at any time; until then their tokens are refused. */
type OnProblem = (issuer: string, problem: string) => void;

/**
 * Who is let in to the Kubernetes API beside the holders of its own certificates and tokens. Reads the files the settings name.
 * @throws CodedError when one can't be read or is wrong; secrets are not repeated.
 */
export async function kubeSignIn(
  settings: KubeAuthentication,
  clock: { now(): number },
  onProblem: OnProblem,
): Promise<Pick<KubernetesApiOptions, 'authenticators' | 'anonymous'>> {
  const { tokenFile } = settings;
  const tokens =
    tokenFile === undefined ? undefined : new StaticTokens(await read('LOTSE_KUBE_TOKEN_FILE', tokenFile));
  const { document, algorithms } = await documentOf(settings);
  const configuration =
    document === undefined ? undefined : readAuthenticationConfiguration(document, [SERVICE_ACCOUNT_ISSUER]);
  const jwt = configuration?.jwt ?? [];
  return {
    authenticators: [
      ...(tokens ? [tokens] : []),
      ...(jwt.length > 0 ? [new OidcTokens({ jwt, algorithms, clock, onProblem })] : []),
    ],
    ...(configuration?.anonymous && { anonymous: configuration.anonymous }),
  };
}

async function documentOf({
  configFile,
  oidc,
}: KubeAuthentication): Promise<{ document: unknown; algorithms: readonly SigningAlgorithm[] }> {
  if (oidc) {
    const { caFile } = oidc;
    const ca = caFile === undefined ? '' : await read('LOTSE_KUBE_OIDC_CA_FILE', caFile);
    return { document: configurationOf(oidc, ca), algorithms: oidc.algorithms };
  }
  if (configFile === undefined) return { document: undefined, algorithms: [] };
  const text = await read('LOTSE_KUBE_AUTHENTICATION_CONFIG', configFile);
  return { document: parseYaml(text), algorithms: SIGNING_ALGORITHMS };
}

/** The settings of one issuer as the configuration they stand for (kube-apiserver options/authentication.go). */
export function configurationOf(oidc: OidcSettings, certificateAuthority: string): object {
  const { issuerUrl, usernameClaim, usernamePrefix, groupsClaim, groupsPrefix } = oidc;
  // Without a prefix, names other than addresses could be those of users from elsewhere.
  const byDefault = usernameClaim === 'email' ? '' : `${issuerUrl}#`;
  const prefix = usernamePrefix === '-' ? '' : (usernamePrefix ?? byDefault);
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: {
          url: issuerUrl,
          audiences: [oidc.clientId],
          ...(certificateAuthority !== '' && { certificateAuthority }),
        },
        claimMappings: {
          username: { claim: usernameClaim, prefix },
          ...(groupsClaim !== undefined && { groups: { claim: groupsClaim, prefix: groupsPrefix } }),
        },
        claimValidationRules: [...oidc.requiredClaims].map(([claim, requiredValue]) => ({
          claim,
          requiredValue,
        })),
      },
    ],
  };
}

/** The text of a file that a variable names. */
export async function read(variable: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CodedError(
      'config_invalid',
      `Can't start, ${variable} names a file that can't be read (${code}): ${path}.`,
    );
  }
}
