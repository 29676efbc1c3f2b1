#!/usr/bin/env node
/**
 * Fills the `charts/` folders of charts below the given folders with copies of each other, by name, so that they can be
 * rendered without a network. Changes the folders: give it copies.
 *
 *   node test/oracle/helm/vendor.mjs FOLDER...
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
    if (typeof name === 'string') byName.set(name, [...(byName.get(name) ?? []), folder]);
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
      (existsSync(join(sibling, 'Chart.yaml')) ? sibling : bestMatch(chart, dependency));
    if (!source || chart.startsWith(`${source}/`) || chart === source) {
      missing.set(dependency.name, (missing.get(dependency.name) ?? 0) + 1);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: true, filter: (path) => !path.startsWith(join(source, 'charts')) });
    acceptVersion(chart, dependency, target);
    fill(target, depth + 1);
  }
}

/** Of the charts of a name the one from the repository that is asked for, else one of the same major version. */
function bestMatch(chart, { name, repository, version }) {
  const owner =
    /^(?:https|oci):\/\/(?:www\.|charts\.|registry-1\.)?([^./]+)/.exec(String(repository))?.[1] ?? '';
  const major = /\d+/.exec(String(version))?.[0];
  const score = (folder) =>
    (owner !== '' && folder.includes(owner) ? 2 : 0) +
    (/\d+/.exec(String(read(join(folder, 'Chart.yaml')).version))?.[0] === major ? 1 : 0);
  return (byName.get(name) ?? [])
    .filter(
      (folder) => !chart.startsWith(`${folder}/`) && folder !== chart && !folder.includes('/charts/charts/'),
    )
    .sort((a, b) => score(b) - score(a))[0];
}

/** Helm drops a dependency whose version does not fit, so the copy is given the version that was asked for. */
function acceptVersion(chart, dependency, target) {
  const wanted = /\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?/.exec(String(dependency.version))?.[0];
  const file = join(target, 'Chart.yaml');
  if (wanted === undefined || !existsSync(file)) return;
  const full = wanted.includes('-') ? wanted : [...wanted.split('.'), '0', '0'].slice(0, 3).join('.');
  const text = readFileSync(file, 'utf8').replace(/^version:.*$/m, `version: ${full}`);
  writeFileSync(file, text);
}

function localSource(chart, { repository }) {
  if (typeof repository !== 'string' || !repository.startsWith('file://')) return undefined;
  const source = resolve(chart, repository.slice('file://'.length));
  return existsSync(join(source, 'Chart.yaml')) && statSync(source).isDirectory() ? source : undefined;
}

for (const folder of process.argv.slice(2)) scan(resolve(folder));
for (const chart of all) fill(chart, 0);
console.log(`${all.length} charts; not found:`, Object.fromEntries([...missing].sort((a, b) => b[1] - a[1])));
