import { dump } from 'js-yaml';

/** The order in which people expect an object's parts. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'type', 'spec', 'data', 'stringData'];

/** Written by the server for its own books, and noise to everyone who reads. */
const NOISE = ['managedFields'];

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object as YAML for reading: known parts first, status last, no bookkeeping. */
export function toYaml(value: unknown): string {
  if (!isObject(value)) return value === undefined || value === null ? '' : dump(value);
  return dump(tidy(value), { noRefs: true, lineWidth: -1, noCompatMode: true });
}

function tidy(object: Json): Json {
  const rank = (key: string) =>
    key === 'status' ? FIRST.length + 1 : FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length;
  const entries = Object.entries(object).sort(([a], [b]) => rank(a) - rank(b));
  const metadata = object['metadata'];
  return Object.fromEntries(
    entries.map(([key, value]) =>
      key === 'metadata' && isObject(metadata)
        ? [key, Object.fromEntries(Object.entries(metadata).filter(([name]) => !NOISE.includes(name)))]
        : [key, value],
    ),
  );
}

/** A state as the API sends it (JSON text, empty or "null" when there is none) as YAML. */
export function stateToYaml(state: string | undefined): string {
  return toYaml(parseState(state));
}

/** A state as the API sends it, parsed; undefined when there is none. */
export function parseState(state: string | undefined): unknown {
  if (!state || state === 'null') return undefined;
  try {
    return JSON.parse(state);
  } catch {
    // Not JSON: shown as it came rather than hidden.
    return state;
  }
}
