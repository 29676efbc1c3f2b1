#!/usr/bin/env node
// Writes what Go's JSON decoder calls the fields of Kubernetes' types, for the errors that name them.
//
//   node scripts/generate-go-fields.mjs <folder with the Go modules of k8s.io> <version>
//
// The folder is a module cache such as `~/go/pkg/mod/k8s.io`; of `api`, `apimachinery`, `apiextensions-apiserver` and
// `kube-aggregator` the version named is read. For each definition of the schema: fields whose type has a name of its own
// (`v1.PullPolicy`) and fields that come from an embedded struct (`VolumeSource`). And, in a file of its own, the fields Go leaves
// out of JSON when they hold the zero of their type.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) {
  console.error(
    'usage: node scripts/generate-go-fields.mjs <folder with the Go modules of k8s.io> <version>',
  );
  process.exit(2);
}
const schemaFile = new URL('../libs/manifests/src/schema/generated/kubernetes-schema.json', import.meta.url);
const { definitions } = JSON.parse(readFileSync(schemaFile, 'utf8'));
const BUILT_IN = new Set(['string', 'bool', 'byte', 'int', 'int32', 'int64', 'uint8', 'float64']);

const packages = new Map();
const fields = {};
const omitted = {};
for (const definition of Object.keys(definitions).sort()) {
  if (!definition.startsWith('io.k8s.')) continue;
  const parts = definition.slice('io.k8s.'.length).split('.');
  const name = parts.pop();
  const [module, ...rest] = parts;
  const known = packageOf(join(`${module}@${version}`, ...rest));
  const struct = known?.structs.get(name);
  if (!struct) continue;
  const found = {};
  collect(known, struct, [], found);
  if (Object.keys(found).length > 0) fields[definition] = found;
  const zeros = omittedZeros(known, struct);
  if (zeros.length > 0) omitted[definition] = zeros.join(' ');
}
const lines = Object.entries(fields).map(
  ([name, found]) => `  ${JSON.stringify(name)}: ${JSON.stringify(found)}`,
);
const target = new URL('../libs/engine/src/registry/generated/go-fields.json', import.meta.url);
writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);
console.log(`fields of ${lines.length} definitions`);
const omittedFile = new URL('../libs/engine/src/registry/generated/omitted-zeros.json', import.meta.url);
writeFileSync(omittedFile, `${JSON.stringify(omitted, null, 1)}\n`);
console.log(`zeros that are left out of ${Object.keys(omitted).length} definitions`);

/** Fields of a struct that are no pointers, hold text, a number or a truth value, and are left out when that is zero. */
function omittedZeros(known, struct) {
  return struct.flatMap(({ json, type, isEmbedded, isPointer, isOmitted }) => {
    const [home, name] = lookUp(known, type);
    if (isEmbedded) {
      const inner = home?.structs.get(name);
      return inner && name !== 'TypeMeta' ? omittedZeros(home, inner) : [];
    }
    const isPlain = BUILT_IN.has(type) || type === '[]byte' || isPlainName(home, name);
    return json && !isPointer && isOmitted && isPlain ? [json] : [];
  });
}

/** Whether a named type is text, a number or a truth value. */
function isPlainName(home, name) {
  return BUILT_IN.has(home?.aliases.get(name));
}

/** Fields of a struct, those of what it embeds among them: `[type, embedded in]`. */
function collect(known, struct, within, found) {
  for (const { json, type, isEmbedded } of struct) {
    const [home, name] = lookUp(known, type);
    if (isEmbedded) {
      const inner = home?.structs.get(name);
      if (inner && name !== 'TypeMeta') collect(home, inner, [...within, name], found);
    } else if (json) {
      const printed = printedType(known, type);
      if (printed !== undefined || within.length > 0) found[json] = [printed ?? '', within.join('.')];
    }
  }
}

/** How Go prints a type, if some part of it is a named type that is no struct. */
function printedType(known, type) {
  let isNamed = false;
  const print = (text) => {
    if (text.startsWith('*')) return print(text.slice(1));
    if (text.startsWith('[]')) return `[]${print(text.slice(2))}`;
    const map = /^map\[(.*?)\](.*)$/.exec(text);
    if (map) return `map[${print(map[1])}]${print(map[2])}`;
    if (text === 'byte') return 'uint8';
    if (BUILT_IN.has(text)) return text;
    const [home, name] = lookUp(known, text);
    if (home?.named.has(name)) isNamed = true;
    return `${home?.name ?? text.split('.')[0]}.${name}`;
  };
  const printed = print(type);
  return isNamed ? printed : undefined;
}

function lookUp(known, type) {
  const [prefix, name] = type.includes('.') ? type.split('.') : [undefined, type];
  return [prefix === undefined ? known : packageOf(known.imports.get(prefix)), name];
}

/** The types of a Go package; undefined for what is in none of the modules. */
function packageOf(path) {
  if (path === undefined) return undefined;
  if (packages.has(path)) return packages.get(path);
  let files;
  try {
    files = readdirSync(join(folder, path)).filter(
      (file) => /(?<!_test)\.go$/.test(file) && !file.startsWith('zz_'),
    );
  } catch {
    packages.set(path, undefined);
    return undefined;
  }
  const known = {
    name: basename(path),
    structs: new Map(),
    named: new Set(),
    aliases: new Map(),
    imports: new Map(),
  };
  packages.set(path, known);
  for (const file of files) readTypes(readFileSync(join(folder, path, file), 'utf8'), known);
  return known;
}

function readTypes(source, known) {
  for (const [, alias, path] of source.matchAll(/^\s*(?:import )?(\w+ )?"k8s\.io\/([\w./-]+)"$/gm)) {
    const [module, ...rest] = path.split('/');
    known.imports.set(alias?.trim() ?? basename(path), join(`${module}@${version}`, ...rest));
  }
  for (const [, name, body] of source.matchAll(/^type (\w+) struct \{\n([^]*?)^\}/gm))
    known.structs.set(name, fieldsOf(body));
  for (const [, name] of source.matchAll(/^type (\w+) (?!struct|interface|=)\S/gm)) known.named.add(name);
  for (const [, name, type] of source.matchAll(/^type (\w+) (\w+)$/gm)) known.aliases.set(name, type);
}

function fieldsOf(body) {
  return body.split('\n').flatMap((line) => {
    const found = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s+`[^`]*json:"([^",]*)(,[^"]*)?"/.exec(line);
    if (!found) return [];
    const [, name, type, json, options = ''] = found;
    return [
      {
        type: type.replace(/^\*/, ''),
        json,
        isEmbedded: name === undefined && options.includes('inline'),
        isPointer: type.startsWith('*'),
        isOmitted: /,omit(empty|zero)/.test(options),
      },
    ];
  });
}
