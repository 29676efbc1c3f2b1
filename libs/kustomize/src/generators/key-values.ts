import type { GeneratorEntry } from '../kustomization.js';
import { kustomizeError } from '../kustomize-error.js';
import type { Loader } from '../loader.js';

/** Reads the data of a generator: env files, literals and files, in this order. Refuses a key that comes twice. */
export function readKeyValues(entry: GeneratorEntry, loader: Loader): Map<string, Uint8Array> {
  const data = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  const add = (key: string, value: Uint8Array): void => {
    if (data.has(key))
      throw kustomizeError(
        'generator',
        `configmap ${entry.name ?? ''} illegally repeats the key \`${key}\``,
        { object: entry.name ?? '' },
      );
    data.set(key, value);
  };
  const envs = [...(entry.envs ?? []), ...(entry.env ? [entry.env] : [])];
  for (const path of envs)
    for (const [key, value] of readEnvFile(loader.read(path), path)) add(key, encoder.encode(value));
  for (const literal of entry.literals ?? []) {
    const [key, value] = readLiteral(literal);
    add(key, encoder.encode(value));
  }
  for (const source of entry.files ?? []) {
    const [key, path] = readFileSource(source);
    add(key, loader.read(path));
  }
  return data;
}

/** `key=value`; one pair of quotes around the value is taken off. */
export function readLiteral(source: string): [key: string, value: string] {
  const equals = source.indexOf('=');
  if (equals <= 0)
    throw kustomizeError('generator', `invalid literal source ${source}, expected key=value`, {
      field: 'literals',
    });
  const value = source.slice(equals + 1);
  const first = value[0];
  const quoted = value.length >= 2 && (first === '"' || first === "'") && value.endsWith(first);
  return [source.slice(0, equals), quoted ? value.slice(1, -1) : value];
}

/** Lines of `key=value`; blank lines and lines starting with `#` are passed over, a key alone has an empty value. */
export function readEnvFile(bytes: Uint8Array, file: string): [key: string, value: string][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw kustomizeError('generator', `${file} has invalid utf8 bytes`, { file });
  }
  const pairs: [string, string][] = [];
  const lines = text.split('\n');
  for (const [index, raw] of lines.entries()) {
    let line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (index === 0 && line.startsWith('\ufeff')) line = line.slice(1);
    line = line.replace(/^[\t\n\v\f\r \u0085\u00a0\p{Z}]+/u, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (key !== '') pairs.push([key, equals < 0 ? '' : line.slice(equals + 1)]);
  }
  return pairs;
}

/** `path`, or `key=path`. */
export function readFileSource(source: string): [key: string, path: string] {
  const parts = source.split('=');
  const field = 'files';
  if (parts.length === 1) return [source.slice(source.lastIndexOf('/') + 1), source];
  const [key = '', path = ''] = parts;
  if (parts.length > 2)
    throw kustomizeError('generator', `source "${source}" key name or file path contains '='`, { field });
  if (key === '')
    throw kustomizeError('generator', `missing key name for file path "${path}" in source "${source}"`, {
      field,
    });
  if (path === '')
    throw kustomizeError('generator', `missing file path for key name "${key}" in source "${source}"`, {
      field,
    });
  return [key, path];
}
