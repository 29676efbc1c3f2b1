import { CodedError, isJsonObject, type JsonObject } from '@lotse/manifests';
import { FieldReader } from '../../auth/oidc/field-reader.js';
import { dnsLabelProblems, dnsSubdomainProblems } from '../../registry/names.js';
import { LEVELS, minorOf, PRIVILEGED, type LevelVersion, type SecurityPolicy } from './policy.js';

/** What holds where a namespace's labels say nothing, and who is never looked at (pod-security.admission.config.k8s.io). */
export interface PodSecurityConfiguration {
  readonly defaults: SecurityPolicy;
  readonly exemptions: {
    readonly usernames: ReadonlySet<string>;
    readonly namespaces: ReadonlySet<string>;
    readonly runtimeClasses: ReadonlySet<string>;
  };
}

/** Nothing is asked for, and nobody exempt. */
export const DEFAULT_POD_SECURITY: PodSecurityConfiguration = {
  defaults: PRIVILEGED,
  exemptions: { usernames: new Set(), namespaces: new Set(), runtimeClasses: new Set() },
};

const GROUP = 'pod-security.admission.config.k8s.io';
const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `${GROUP}/${version}`);
const ADMISSION_VERSIONS = ['v1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);
/** Plugins that are named, and names that are exempt. */
const MOST_PLUGINS = 64;
const MOST_EXEMPT = 10_000;

/**
 * Reads an AdmissionConfiguration, as parsed YAML or JSON, for what it says about the plugin PodSecurity.
 * @throws CodedError `admission_configuration_invalid` that names every field that is wrong.
 */
export function readAdmissionConfiguration(document: unknown): PodSecurityConfiguration {
  const read = new FieldReader();
  if (!isJsonObject(document)) read.problem('document', 'must be an object');
  const root = read.object(document, '', ['apiVersion', 'kind', 'plugins']);
  if (
    root['kind'] !== 'AdmissionConfiguration' ||
    !ADMISSION_VERSIONS.some((version) => version === root['apiVersion'])
  )
    read.problem('apiVersion, kind', `must be ${ADMISSION_VERSIONS[0]} and AdmissionConfiguration`);
  let found: PodSecurityConfiguration | undefined;
  for (const [index, value] of read.list(root, 'plugins', '', MOST_PLUGINS).entries()) {
    const path = `plugins[${index}]`;
    const plugin = read.object(value, path, ['name', 'path', 'configuration']);
    const name = read.text(plugin, 'name', path);
    if (name !== 'PodSecurity')
      read.invalid(`${path}.name`, name, 'PodSecurity is the plugin that can be configured');
    else if (found) read.duplicate(`${path}.name`, name);
    else found = podSecurity(read, plugin['configuration'], `${path}.configuration`);
  }
  if (read.problems.length > 0)
    throw new CodedError(
      'admission_configuration_invalid',
      `The admission configuration is wrong: ${read.problems.join('; ')}.`,
    );
  return found ?? DEFAULT_POD_SECURITY;
}

function podSecurity(read: FieldReader, value: unknown, path: string): PodSecurityConfiguration {
  const one = read.object(value, path, ['apiVersion', 'kind', 'defaults', 'exemptions']);
  if (
    one['kind'] !== 'PodSecurityConfiguration' ||
    !VERSIONS.some((version) => version === one['apiVersion'])
  )
    read.problem(`${path}.apiVersion, kind`, `must be ${VERSIONS[0]} and PodSecurityConfiguration`);
  const modes = ['enforce', 'audit', 'warn'];
  const place = `${path}.defaults`;
  const defaults = read.object(
    one['defaults'],
    place,
    modes.flatMap((mode) => [mode, `${mode}-version`]),
  );
  const levelOf = (mode: string): LevelVersion => {
    const name = read.text(defaults, mode, place) || 'privileged';
    const version = read.text(defaults, `${mode}-version`, place) || 'latest';
    const level = LEVELS.find((known) => known === name);
    const minor = minorOf(version);
    if (!level) read.invalid(`${place}.${mode}`, name, `must be one of ${LEVELS.join(', ')}`);
    if (minor === undefined) read.invalid(`${place}.${mode}-version`, version, 'must be "latest" or "v1.x"');
    return { level: level ?? 'privileged', minor: minor ?? Infinity };
  };
  const kinds = ['usernames', 'namespaces', 'runtimeClasses'];
  const exempt = read.object(one['exemptions'], `${path}.exemptions`, kinds);
  const namesOf = (kind: string, problemsOf: (name: string) => readonly string[]): Set<string> =>
    names(read, exempt, kind, `${path}.exemptions`, problemsOf);
  return {
    defaults: { enforce: levelOf('enforce'), audit: levelOf('audit'), warn: levelOf('warn') },
    exemptions: {
      usernames: namesOf('usernames', (name) => (name === '' ? ['username must not be empty'] : [])),
      namespaces: namesOf('namespaces', dnsLabelProblems),
      runtimeClasses: namesOf('runtimeClasses', dnsSubdomainProblems),
    },
  };
}

function names(
  read: FieldReader,
  parent: JsonObject,
  key: string,
  path: string,
  problemsOf: (name: string) => readonly string[],
): Set<string> {
  const found = new Set<string>();
  for (const [index, value] of read.list(parent, key, path, MOST_EXEMPT).entries()) {
    const place = `${path}.${key}[${index}]`;
    const name = typeof value === 'string' ? value : '';
    const problems = typeof value === 'string' ? problemsOf(name) : ['must be a text'];
    if (problems.length > 0) read.invalid(place, name, problems.join(', '));
    else if (found.has(name)) read.duplicate(place, name);
    else found.add(name);
  }
  return found;
}
