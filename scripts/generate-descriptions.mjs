#!/usr/bin/env node
// Writes what `kubectl explain` says of types and fields, from the comments in the declarations of Kubernetes' own client
// for JavaScript (Apache-2.0).
//
//   npm pack @kubernetes/client-node && tar xzf kubernetes-client-node-*.tgz
//   node scripts/generate-descriptions.mjs package
//
// The table is kept compressed: it is larger than all code of the engine, and wanted only when somebody asks for OpenAPI.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node scripts/generate-descriptions.mjs <unpacked @kubernetes/client-node>');
  process.exit(2);
}
const root = new URL('..', import.meta.url);
const schema = JSON.parse(
  readFileSync(new URL('libs/manifests/src/schema/generated/kubernetes-schema.json', root), 'utf8'),
);
const models = join(folder, 'dist/gen/models');

const textOf = (comment) =>
  comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .trim()
    .replaceAll("\\'", "'")
    .replaceAll('\\"', '"');

const classes = new Map();
let version = '';
for (const file of readdirSync(models).filter((name) => name.endsWith('.d.ts'))) {
  const source = readFileSync(join(models, file), 'utf8');
  version ||= /OpenAPI spec version: (\S+)/.exec(source)?.[1] ?? '';
  const found =
    /(?:\/\*\*((?:(?!\*\/)[^])*?)\*\/\s*)?export declare class (\w+) \{([^]*?)static readonly discriminator/.exec(
      source.slice(source.indexOf('*/') + 2),
    );
  if (!found) continue;
  const [, comment = '', name, body] = found;
  const fields = {};
  for (const [, text, field] of body.matchAll(/\/\*\*((?:(?!\*\/)[^])*?)\*\/\s*'([^']+)'\??:/g))
    fields[field] = textOf(text);
  // Names that are no names in JavaScript are written with an underscore there: `$ref`, `default`, `enum`.
  for (const [, text, field] of body.matchAll(/\/\*\*((?:(?!\*\/)[^])*?)\*\/\s*'_([^']+)'\??:/g))
    fields[field] = textOf(text);
  classes.set(name, { text: textOf(comment), fields });
}

const pascal = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const table = {};
let described = 0;
for (const definition of Object.keys(schema.definitions)) {
  const [kind, apiVersion, group] = definition.split('.').reverse();
  const found =
    classes.get(`${pascal(group)}${pascal(apiVersion)}${kind}`) ??
    classes.get(`${pascal(apiVersion)}${kind}`);
  if (!found) continue;
  table[definition] = { '': found.text, ...found.fields };
  described++;
}
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } };
const compressed = brotliCompressSync(JSON.stringify(table), options).toString('base64');
const target = new URL('libs/engine/src/api/generated/descriptions.json', root);
writeFileSync(target, `${JSON.stringify({ version, brotli: compressed }, undefined, 2)}\n`);
console.log(
  `${described} of ${Object.keys(schema.definitions).length} types, ${compressed.length} characters`,
);
