import { isJsonObject, type JsonValue, parseYaml } from '@lotse/manifests';
import { HelmError, messageOf } from '../chart/chart-error.js';
import { SemanticVersion } from '../chart/semver.js';
import { VersionConstraint } from '../chart/semver-constraint.js';

/** One version of a chart a repository offers. */
export interface ChartVersion {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  /** Addresses of the archive, possibly relative to the repository's. */
  readonly urls: readonly string[];
  /** SHA-256 of the archive, when the index tells. */
  readonly digest: string | undefined;
  readonly created: string | undefined;
  readonly deprecated: boolean;
}

/** The charts of a Helm repository, newest version first. */
export type RepositoryIndex = ReadonlyMap<string, readonly ChartVersion[]>;

/** An index may be large; the public ones reach some ten megabytes. */
export const MAX_INDEX_BYTES = 100 * 1024 * 1024;

/** Reads a repository's `index.yaml`, which may be JSON. Versions that are none are left out. Throws {@link HelmError}. */
export function readRepositoryIndex(text: string): RepositoryIndex {
  const fail = (reason: string, cause?: unknown): never => {
    throw new HelmError(
      'helm/repository-invalid',
      `cannot read the repository's index.yaml: ${reason}`,
      {},
      { cause },
    );
  };
  if (text.length > MAX_INDEX_BYTES) fail(`it has more than ${MAX_INDEX_BYTES} bytes`);
  let document: JsonValue;
  try {
    document = text.trimStart().startsWith('{')
      ? (JSON.parse(text) as JsonValue)
      : parseYaml(text, { duplicateKeys: 'last', limits: { maxBytes: MAX_INDEX_BYTES } });
  } catch (error) {
    return fail(messageOf(error), error);
  }
  const entries = isJsonObject(document) ? document['entries'] : undefined;
  if (!isJsonObject(entries)) return fail('it has no entries; is the address that of a Helm repository?');
  const index = new Map<string, ChartVersion[]>();
  for (const [name, versions] of Object.entries(entries)) {
    const known = (Array.isArray(versions) ? versions : []).flatMap((item) => readVersion(name, item));
    index.set(name, newestFirst(known));
  }
  return index;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function readVersion(name: string, item: JsonValue): ChartVersion[] {
  if (!isJsonObject(item)) return [];
  const version = textOf(item['version']);
  if (!parse(version)) return [];
  const urls = Array.isArray(item['urls']) ? item['urls'].filter((url) => typeof url === 'string') : [];
  return [
    {
      name,
      version,
      appVersion: textOf(item['appVersion']),
      urls,
      digest: textOf(item['digest']) || undefined,
      created: textOf(item['created']) || undefined,
      deprecated: item['deprecated'] === true,
    },
  ];
}

function parse(version: string): SemanticVersion | undefined {
  try {
    return SemanticVersion.parse(version);
  } catch {
    return undefined;
  }
}

function newestFirst(versions: readonly ChartVersion[]): ChartVersion[] {
  return versions
    .map((item) => ({ item, version: SemanticVersion.parse(item.version) }))
    .sort((a, b) => b.version.compare(a.version))
    .map(({ item }) => item);
}

/**
 * The newest version a range allows; an exact version is taken as written, and no range means the newest release.
 * Throws {@link HelmError} telling which versions there are.
 */
export function chooseChartVersion(index: RepositoryIndex, name: string, range: string): ChartVersion {
  const versions = index.get(name);
  if (!versions || versions.length === 0) {
    throw new HelmError('helm/chart-missing', `chart "${name}" not found in the repository`);
  }
  const found = newestMatch(
    versions.map((item) => item.version),
    range,
  );
  const chosen = versions.find((item) => item.version === found);
  if (chosen) return chosen;
  const offered = versions.slice(0, 5).map((item) => item.version);
  throw new HelmError(
    'helm/chart-missing',
    `chart "${name}" version "${range}" not found in the repository; the newest there are: ${offered.join(', ')}`,
  );
}

/** The newest of these versions (an index's or a registry's tags) that a range allows; undefined when none does. */
export function newestMatch(versions: readonly string[], range: string): string | undefined {
  if (versions.includes(range)) return range;
  let constraint: VersionConstraint;
  try {
    constraint = VersionConstraint.parse(range === '' ? '*' : range);
  } catch {
    return undefined;
  }
  let best: { text: string; version: SemanticVersion } | undefined;
  for (const text of versions) {
    const version = parse(text);
    if (!version || !constraint.check(version)) continue;
    if (!best || version.compare(best.version) > 0) best = { text, version };
  }
  return best?.text;
}
