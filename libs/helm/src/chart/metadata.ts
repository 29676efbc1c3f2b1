import { formatFloatG } from '../template/go-numbers.js';
import { type GoValue, kindName } from '../template/values.js';
import { SemanticVersion } from './semver.js';

/** What Chart.yaml says about another chart it needs. */
export interface ChartDependency {
  name: string;
  version: string;
  repository: string;
  condition: string;
  tags: string[];
  enabled: boolean;
  importValues: GoValue[];
  alias: string;
}

/** What Chart.yaml says. */
export interface ChartMetadata {
  name: string;
  home: string;
  sources: string[];
  version: string;
  description: string;
  keywords: string[];
  maintainers: { name: string; email: string; url: string }[];
  icon: string;
  apiVersion: string;
  condition: string;
  tags: string;
  appVersion: string;
  deprecated: boolean;
  annotations: ReadonlyMap<string, string>;
  kubeVersion: string;
  dependencies: ChartDependency[];
  type: string;
}

type Fields = ReadonlyMap<string, GoValue>;

/** Reads fields of decoded YAML into Go's types: a scalar becomes text where text is wanted. */
class Reader {
  constructor(
    readonly fields: Fields,
    readonly path: string,
  ) {}

  #get(name: string): GoValue {
    if (this.fields.has(name)) return this.fields.get(name);
    const key = [...this.fields.keys()].find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    return key === undefined ? undefined : this.fields.get(key);
  }

  #wrong(name: string, value: GoValue, wanted: string): Error {
    const field = this.path === '' ? name : `${this.path}.${name}`;
    return new Error(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${wanted}`,
    );
  }

  text(name: string): string {
    const value = this.#get(name);
    if (value === null || value === undefined) return '';
    return scalarText(value) ?? fail(this.#wrong(name, value, 'string'));
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    if (value === null || value === undefined) return false;
    return typeof value === 'boolean' ? value : fail(this.#wrong(name, value, 'bool'));
  }

  list(name: string): GoValue[] {
    const value = this.#get(name);
    if (value === null || value === undefined) return [];
    return Array.isArray(value) ? (value as GoValue[]) : fail(this.#wrong(name, value, '[]'));
  }

  texts(name: string): string[] {
    return this.list(name).map((item) => {
      if (item === null) return '';
      return scalarText(item) ?? fail(this.#wrong(name, item, 'string'));
    });
  }

  objects(name: string): Reader[] {
    return this.list(name).map((item) => {
      if (item === null) throw new Error(`validation: ${name} must not contain empty or null nodes`);
      return item instanceof Map ? new Reader(item as Fields, name) : fail(this.#wrong(name, item, 'object'));
    });
  }

  textMap(name: string): ReadonlyMap<string, string> {
    const value = this.#get(name);
    if (value === null || value === undefined) return new Map();
    if (!(value instanceof Map)) throw this.#wrong(name, value, 'map[string]string');
    const result = new Map<string, string>();
    for (const [key, item] of value as Fields) {
      result.set(key, item === null ? '' : (scalarText(item) ?? fail(this.#wrong(name, item, 'string'))));
    }
    return result;
  }
}

function fail(error: Error): never {
  throw error;
}

function jsonType(value: GoValue): string {
  const kind = kindName(value);
  if (kind === 'map') return 'object';
  if (kind === 'slice') return 'array';
  return kind === 'float64' ? 'number' : kind;
}

/** Text of a YAML scalar read into a Go string: 1.10 is "1.1", true is "true". */
export function scalarText(value: GoValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : formatFloatG(value);
  return undefined;
}

/** White space becomes a space, what can't be printed goes. */
function sanitize(text: string): string {
  return text.replace(/\s/g, ' ').replace(/[\p{C}\u2028\u2029]/gu, '');
}

function readDependencies(reader: Reader): ChartDependency[] {
  return reader.objects('dependencies').map((item) => ({
    name: sanitize(item.text('name')),
    version: sanitize(item.text('version')),
    repository: sanitize(item.text('repository')),
    condition: sanitize(item.text('condition')),
    tags: item.texts('tags').map(sanitize),
    enabled: item.flag('enabled'),
    importValues: item.list('import-values'),
    alias: item.text('alias'),
  }));
}

/** Decodes Chart.yaml. Throws with Go's words for a value of the wrong type. */
export function readMetadata(value: GoValue): ChartMetadata {
  if (value !== null && !(value instanceof Map)) {
    throw new Error(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go value of type v2.Metadata`,
    );
  }
  const reader = new Reader((value as Fields | null) ?? new Map(), '');
  return {
    name: sanitize(reader.text('name')),
    home: sanitize(reader.text('home')),
    sources: reader.texts('sources').map(sanitize),
    version: reader.text('version'),
    description: sanitize(reader.text('description')),
    keywords: reader.texts('keywords').map(sanitize),
    maintainers: reader.objects('maintainers').map((item) => ({
      name: sanitize(item.text('name')),
      email: sanitize(item.text('email')),
      url: sanitize(item.text('url')),
    })),
    icon: sanitize(reader.text('icon')),
    apiVersion: reader.text('apiVersion') || 'v1',
    condition: sanitize(reader.text('condition')),
    tags: sanitize(reader.text('tags')),
    appVersion: sanitize(reader.text('appVersion')),
    deprecated: reader.flag('deprecated'),
    annotations: reader.textMap('annotations'),
    kubeVersion: sanitize(reader.text('kubeVersion')),
    dependencies: readDependencies(reader),
    type: reader.text('type'),
  };
}

/** Dependencies of a version 1 chart's requirements.yaml. */
export function readRequirements(value: GoValue): ChartDependency[] {
  return value instanceof Map ? readDependencies(new Reader(value as Fields, '')) : [];
}

/** Names of the dependencies a lock file pins, with their versions. */
export function readLock(value: GoValue): ReadonlyMap<string, string> {
  if (!(value instanceof Map)) return new Map();
  const reader = new Reader(value as Fields, '');
  return new Map(reader.objects('dependencies').map((item) => [item.text('name'), item.text('version')]));
}

/** Checks what Helm checks when a chart is loaded; throws `validation: ...`. */
export function validateMetadata(metadata: ChartMetadata): void {
  const { name, version, type } = metadata;
  if (name === '') throw new Error('validation: chart.metadata.name is required');
  if (name === '.' || name === '..')
    throw new Error(`validation: chart.metadata.name "${name}" is not allowed`);
  if (name.includes('/')) throw new Error(`validation: chart.metadata.name "${name}" is invalid`);
  if (version === '') throw new Error('validation: chart.metadata.version is required');
  try {
    SemanticVersion.parse(version);
  } catch {
    throw new Error(`validation: chart.metadata.version "${version}" is invalid`);
  }
  if (type !== '' && type !== 'application' && type !== 'library') {
    throw new Error('validation: chart.metadata.type must be application or library');
  }
  const seen = new Set<string>();
  for (const dependency of metadata.dependencies) {
    if (dependency.alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(dependency.alias)) {
      throw new Error(`validation: dependency "${dependency.name}" has disallowed characters in the alias`);
    }
    const key = dependency.alias || dependency.name;
    if (seen.has(key)) throw new Error(`validation: more than one dependency with name or alias "${key}"`);
    seen.add(key);
  }
}
