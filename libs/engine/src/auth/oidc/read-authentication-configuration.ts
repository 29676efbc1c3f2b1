import { X509Certificate } from 'node:crypto';
import { CodedError, isJsonObject, type JsonObject } from '@lotse/manifests';
import { FieldReader } from './field-reader.js';
import type { AnonymousAccess, AuthenticationConfiguration, JwtAuthenticator } from './jwt-authenticator.js';
import { readClaimMappings } from './read-claim-mappings.js';

const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);
/** Issuers of one configuration, as in Kubernetes. */
const MOST_ISSUERS = 64;
const MOST_AUDIENCES = 64;
const MOST_PATHS = 64;

/**
 * Reads an AuthenticationConfiguration (apiserver.config.k8s.io), as parsed YAML or JSON. Issuers in `reserved` sign tokens of
 * another kind.
 * @throws CodedError `authentication_configuration_invalid` that names every field that is wrong.
 */
export function readAuthenticationConfiguration(
  document: unknown,
  reserved: readonly string[],
): AuthenticationConfiguration {
  const read = new FieldReader();
  if (!isJsonObject(document)) read.problem('document', 'must be an object');
  const root = read.object(document, '', ['apiVersion', 'kind', 'jwt', 'anonymous']);
  if (
    root['kind'] !== 'AuthenticationConfiguration' ||
    !VERSIONS.some((version) => version === root['apiVersion'])
  )
    read.problem('apiVersion, kind', `must be ${VERSIONS[0]} and AuthenticationConfiguration`);
  const jwt = read
    .list(root, 'jwt', '', MOST_ISSUERS)
    .map((value, index) => jwtAuthenticator(read, value, `jwt[${index}]`, reserved));
  const seen = { url: new Set<string>(), discoveryURL: new Set<string>() };
  for (const [index, { issuer }] of jwt.entries()) {
    for (const [field, value] of [
      ['url', issuer.url],
      ['discoveryURL', issuer.discoveryUrl],
    ] as const) {
      if (value !== '' && seen[field].has(value)) read.duplicate(`jwt[${index}].issuer.${field}`, value);
      seen[field].add(value);
    }
  }
  const anonymous = read.has(root, 'anonymous') ? anonymousAccess(read, root['anonymous']) : undefined;
  if (read.problems.length > 0)
    throw new CodedError(
      'authentication_configuration_invalid',
      `The authentication configuration is wrong: ${read.problems.join('; ')}.`,
    );
  return { jwt, anonymous };
}

function jwtAuthenticator(
  read: FieldReader,
  value: unknown,
  path: string,
  reserved: readonly string[],
): JwtAuthenticator {
  const fields = ['issuer', 'claimValidationRules', 'claimMappings', 'userValidationRules'];
  const one = read.object(value, path, fields);
  return {
    issuer: issuerOf(read, one['issuer'], `${path}.issuer`, reserved),
    ...readClaimMappings(read, one, path),
  };
}

function issuerOf(
  read: FieldReader,
  value: unknown,
  path: string,
  reserved: readonly string[],
): JwtAuthenticator['issuer'] {
  const fields = ['url', 'discoveryURL', 'certificateAuthority', 'audiences', 'audienceMatchPolicy'];
  const one = read.object(value, path, fields);
  const url = read.text(one, 'url', path);
  if (url === '') read.required(`${path}.url`);
  else checkUrl(read, url, `${path}.url`);
  if (reserved.includes(url))
    read.invalid(`${path}.url`, url, `URL must not overlap with disallowed issuers: [${reserved.join(' ')}]`);
  const discoveryUrl = read.text(one, 'discoveryURL', path);
  if (discoveryUrl !== '') {
    checkUrl(read, discoveryUrl, `${path}.discoveryURL`);
    if (discoveryUrl.replace(/\/+$/, '') === url.replace(/\/+$/, ''))
      read.invalid(`${path}.discoveryURL`, discoveryUrl, 'discoveryURL must be different from URL');
  }
  const certificateAuthority = read.text(one, 'certificateAuthority', path);
  if (certificateAuthority !== '' && !isCertificate(certificateAuthority))
    read.invalid(`${path}.certificateAuthority`, '<omitted>', 'must be certificates in PEM');
  return { url, discoveryUrl, certificateAuthority, audiences: audiencesOf(read, one, path) };
}

function audiencesOf(read: FieldReader, issuer: JsonObject, path: string): string[] {
  const audiences: string[] = [];
  for (const [index, value] of read.list(issuer, 'audiences', path, MOST_AUDIENCES).entries()) {
    const place = `${path}.audiences[${index}]`;
    if (typeof value !== 'string' || value === '') read.required(place);
    else if (audiences.includes(value)) read.duplicate(place, value);
    else audiences.push(value);
  }
  if (audiences.length === 0)
    read.required(`${path}.audiences`, `at least one ${path}.audiences is required`);
  const policy = read.text(issuer, 'audienceMatchPolicy', path);
  if (audiences.length > 1 && policy !== 'MatchAny')
    read.invalid(
      `${path}.audienceMatchPolicy`,
      policy,
      'audienceMatchPolicy must be MatchAny for multiple audiences',
    );
  else if (policy !== '' && policy !== 'MatchAny')
    read.invalid(
      `${path}.audienceMatchPolicy`,
      policy,
      'audienceMatchPolicy must be empty or MatchAny for single audience',
    );
  return audiences;
}

function checkUrl(read: FieldReader, text: string, path: string): void {
  if (!URL.canParse(text)) return read.invalid(path, text, 'must be a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:') read.invalid(path, text, 'URL scheme must be https');
  // The value itself may be a secret here.
  if (url.username !== '' || url.password !== '')
    read.problem(path, 'Invalid value: URL must not contain a username or password');
  if (url.search !== '') read.invalid(path, text, 'URL must not contain a query');
  if (url.hash !== '') read.invalid(path, text, 'URL must not contain a fragment');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function anonymousAccess(read: FieldReader, value: unknown): AnonymousAccess {
  const one = read.object(value, 'anonymous', ['enabled', 'conditions']);
  const enabled = read.flag(one, 'enabled', 'anonymous');
  const paths = read.list(one, 'conditions', 'anonymous', MOST_PATHS).map((condition, index) => {
    const place = `anonymous.conditions[${index}]`;
    const path = read.text(read.object(condition, place, ['path']), 'path', place);
    if (path === '') read.required(`${place}.path`);
    return path;
  });
  if (!enabled && paths.length > 0)
    read.problem(
      'anonymous.conditions',
      'Invalid value: enabled should be set to true when conditions are defined',
    );
  return { enabled, paths };
}
