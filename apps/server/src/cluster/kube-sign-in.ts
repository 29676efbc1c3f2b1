import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type AnonymousAccess,
  type AuthenticationConfiguration,
  type Authenticator,
  OidcTokens,
  readAuthenticationConfiguration,
  SERVICE_ACCOUNT_ISSUER,
  SIGNING_ALGORITHMS,
  StaticTokens,
  type SigningAlgorithm,
} from '@lotse/engine';
import { CodedError, parseYaml } from '@lotse/manifests';
import type { KubeAuthentication, OidcSettings } from '../config/kube-authentication.js';
import { watchFile } from './watched-file.js';

/** Told of what is wrong while all goes on with what was right before. Never holds anything of a token. */
export interface SignInProblems {
  /** An issuer can be reached again at any time; until then its tokens are refused. */
  issuer(issuer: string, problem: string): void;
  /** The file that configures issuers was changed to something that can't be used. */
  configuration(file: string, error: unknown): void;
}

/** Who is let in, and how to stop looking whether that changes. */
export interface KubeSignIn {
  readonly authenticators: readonly Authenticator[];
  readonly anonymous?: AnonymousAccess;
  readonly stop: () => void;
}

/**
 * Who is let in to the Kubernetes API beside the holders of its own certificates and tokens. Reads the files the settings name,
 * and the one that configures issuers again whenever it changes.
 * @throws CodedError when one can't be read or is wrong; secrets are not repeated.
 */
export async function kubeSignIn(
  settings: KubeAuthentication,
  clock: { now(): number },
  problems: SignInProblems,
): Promise<KubeSignIn> {
  const { tokenFile, configFile } = settings;
  const tokens =
    tokenFile === undefined ? [] : [new StaticTokens(await read('LOTSE_KUBE_TOKEN_FILE', tokenFile))];
  const tokensOf = (jwt: AuthenticationConfiguration['jwt'], algorithms: readonly SigningAlgorithm[]) =>
    new OidcTokens({
      jwt,
      algorithms,
      clock,
      onProblem: (issuer, problem) => problems.issuer(issuer, problem),
    });
  if (configFile === undefined || settings.oidc) {
    const document = settings.oidc && (await documentOf(settings.oidc));
    const issuers = document
      ? [tokensOf(configured(document).jwt, settings.oidc?.algorithms ?? SIGNING_ALGORITHMS)]
      : [];
    return { authenticators: [...tokens, ...issuers], stop: () => undefined };
  }
  const path = resolve(configFile);
  const text = await read('LOTSE_KUBE_AUTHENTICATION_CONFIG', path);
  const { jwt, anonymous } = configured(parseYaml(text));
  let current = tokensOf(jwt, SIGNING_ALGORITHMS);
  const stop = watchFile(path, text, {
    changed: (changed) => {
      const next = configured(parseYaml(changed));
      if (!isDeepStrictEqual(next.anonymous, anonymous))
        throw new CodedError(
          'authentication_configuration_invalid',
          'The authentication configuration is wrong: anonymous: Forbidden: changed from what was read at the start.',
        );
      current = tokensOf(next.jwt, SIGNING_ALGORITHMS);
    },
    failed: (error) => problems.configuration(path, error),
  });
  const issuers: Authenticator = { authenticate: (request) => current.authenticate(request) };
  return { authenticators: [...tokens, issuers], ...(anonymous && { anonymous }), stop };
}

const configured = (document: unknown): AuthenticationConfiguration =>
  readAuthenticationConfiguration(document, [SERVICE_ACCOUNT_ISSUER]);

async function documentOf(oidc: OidcSettings): Promise<object> {
  const { caFile } = oidc;
  const ca = caFile === undefined ? '' : await read('LOTSE_KUBE_OIDC_CA_FILE', caFile);
  return configurationOf(oidc, ca);
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
