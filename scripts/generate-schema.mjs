#!/usr/bin/env node
// Writes the table of Kubernetes types that the libraries use.
//
//   node scripts/generate-schema.mjs <folder>
//
// <folder> holds `kubernetes-schema.json`: {"version", "definitions": {name: schema}}, the facts of the OpenAPI document
// (types, formats, defaults, required, list types, map keys, patch merge keys, kinds) without its prose.
// Definitions are kept as text, one per line, so that a process parses only the ones it meets.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node scripts/generate-schema.mjs <folder with kubernetes-schema.json>');
  process.exit(2);
}
const { version, definitions } = JSON.parse(readFileSync(join(folder, 'kubernetes-schema.json'), 'utf8'));
const kinds = {};
const texts = {};
for (const name of Object.keys(definitions).sort()) {
  const definition = definitions[name];
  texts[name] = JSON.stringify(definition);
  // A kind that several groups share (DeleteOptions, WatchEvent) has one definition and many identities.
  for (const { group, version: apiVersion, kind } of definition.gvk ?? [])
    kinds[`${group}/${apiVersion}/${kind}`] ??= name;
}
const lines = (record) =>
  Object.entries(record)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
const target = new URL('../libs/manifests/src/schema/generated/kubernetes-schema.json', import.meta.url);
writeFileSync(
  target,
  `{\n  "version": ${JSON.stringify(version)},\n  "kinds": {\n${lines(kinds)}\n  },\n  "definitions": {\n${lines(texts)}\n  }\n}\n`,
);
console.log(
  `${Object.keys(texts).length} definitions, ${Object.keys(kinds).length} kinds of Kubernetes ${version}`,
);
