import type { ChartFile } from '../chart/chart.js';
import { compileGlob } from '../chart/glob.js';
import { toYamlText } from '../functions/go-yaml.js';
import { goSplit } from '../functions/strings.js';
import { define } from '../functions/signature.js';
import { bytesString } from '../template/go-strings.js';
import { type GoMethods, goStrings, type GoValue, TypedMap } from '../template/values.js';

/** The `.Files` object: bytes by name, with methods. */
export function filesObject(files: readonly ChartFile[]): TypedMap {
  return makeFiles(files.map((file) => [file.name, file.data] as const));
}

function makeFiles(entries: Iterable<readonly [string, Uint8Array]>): TypedMap {
  const methods = new Map<string, ReturnType<typeof define>>();
  const files = new TypedMap('engine.files', '[]uint8', entries, methods as GoMethods);
  const bytes = (name: string): Uint8Array => (files.get(name) as Uint8Array | undefined) ?? new Uint8Array();
  const text = (name: string): string => bytesString(bytes(name));
  const all = (): [string, Uint8Array][] => [...(files as Map<string, Uint8Array>)];
  const flattened = (convert: (data: Uint8Array) => string): string => {
    const map = new Map<string, GoValue>();
    for (const [name, data] of all()) map.set(name.slice(name.lastIndexOf('/') + 1), convert(data));
    return toYamlText(map);
  };
  methods.set('Get', define('string', text));
  methods.set('GetBytes', define('string', bytes));
  methods.set(
    'Lines',
    define('string', (name) => {
      const content = text(name);
      return goStrings(content === '' ? [] : goSplit(content.replace(/\n$/, ''), '\n'));
    }),
  );
  methods.set(
    'Glob',
    define('string', (pattern) => {
      const matches = compileGlob(pattern) ?? (() => true);
      return makeFiles(all().filter(([name]) => matches(name)));
    }),
  );
  methods.set(
    'AsConfig',
    define('', () => flattened(bytesString)),
  );
  methods.set(
    'AsSecrets',
    define('', () => flattened((data) => Buffer.from(data).toString('base64'))),
  );
  return files;
}
