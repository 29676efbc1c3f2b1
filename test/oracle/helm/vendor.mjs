#!/usr/bin/env node
/**
 * Fills the `charts/` folders of charts below the given folders with copies of each other, by name, so that they can be
 * rendered without a network. Changes the folders: give it copies.
 *
 *   node test/oracle/helm/vendor.mjs FOLDER...
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject, parseYaml } from '@lotse/manifests';

const byName = new Map();
const all = [];

function read(file) {
  try {
    const value = parseYaml(readFileSync(file, 'utf8'), { duplicateKeys: 'last' });
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function scan(folder) {
  if (existsSync(join(folder, 'Chart.yaml'))) {
    all.push(folder);
    const { name } = read(join(folder, 'Chart.yaml'));
    if (typeof name === 'string' && !byName.has(name)) byName.set(name, folder);
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'templates')
      scan(join(folder, entry.name));
  }
}

function dependenciesOf(chart) {
  const own = read(join(chart, 'Chart.yaml')).dependencies;
  if (Array.isArray(own)) return own;
  const file = join(chart, 'requirements.yaml');
  const old = existsSync(file) ? read(file).dependencies : undefined;
  return Array.isArray(old) ? old : [];
}

const missing = new Map();

function fill(chart, depth) {
  if (depth > 6) return;
  for (const dependency of dependenciesOf(chart)) {
    const target = join(chart, 'charts', dependency.name);
    if (existsSync(target)) continue;
    const folder = join(chart, 'charts');
    if (
      existsSync(folder) &&
      readdirSync(folder).some((name) => name.startsWith(`${dependency.name}-`) && name.endsWith('.tgz'))
    )
      continue;
    const sibling = join(dirname(chart), dependency.name);
    const source =
      localSource(chart, dependency) ??
      (existsSync(join(sibling, 'Chart.yaml')) ? sibling : byName.get(dependency.name));
    if (!source || chart.startsWith(`${source}/`) || chart === source) {
      missing.set(dependency.name, (missing.get(dependency.name) ?? 0) + 1);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: true, filter: (path) => !path.startsWith(join(source, 'charts')) });
    fill(target, depth + 1);
  }
}

function localSource(chart, { repository }) {
  if (typeof repository !== 'string' || !repository.startsWith('file://')) return undefined;
  const source = resolve(chart, repository.slice('file://'.length));
  return existsSync(join(source, 'Chart.yaml')) && statSync(source).isDirectory() ? source : undefined;
}

for (const folder of process.argv.slice(2)) scan(resolve(folder));
for (const chart of all) fill(chart, 0);
console.log(`${all.length} charts; not found:`, Object.fromEntries([...missing].sort((a, b) => b[1] - a[1])));
