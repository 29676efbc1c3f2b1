import { createHash } from 'node:crypto';
import { type FileTree, joinTreePath } from '@lotse/manifests';
import { goJson } from '../functions/go-json.js';
import { readYaml } from '../functions/go-yaml.js';
import type { GoValue } from '../template/values.js';
import type { Chart } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import { type ChartDependency, readRequirements } from './metadata.js';
import { decodeText } from './text.js';

const LOCKS = [
  { lock: 'Chart.lock', source: 'Chart.yaml' },
  { lock: 'requirements.lock', source: 'requirements.yaml' },
];

/**
 * Checks that the lock file was made from the dependencies the chart has now, by the digest in it, as
 * `helm dependency build` does before it fetches. No lock file is fine. Throws {@link HelmError}.
 */
export function checkLock(tree: FileTree, path: string, chart: Chart): void {
  for (const { lock, source } of LOCKS) {
    const file = joinTreePath(path, lock);
    const content = file === undefined ? undefined : tree.read(file);
    if (!content) continue;
    const { digest, locked } = readLockFile(content, lock);
    const wanted = chart.metadata.dependencies;
    if (digest === digestOf(`[${jsonOf(wanted)},${jsonOf(locked)}]`)) return;
    // Helm 2 wrote another one
    const isOld = chart.metadata.apiVersion === 'v1';
    if (isOld && digest === digestOf(`{"dependencies":${jsonOf(wanted)}}`)) return;
    throw new HelmError(
      'helm/lock-outdated',
      `the lock file (${lock}) is out of sync with the dependencies file (${source}). Please update the dependencies`,
      { file: lock },
    );
  }
}

function readLockFile(content: Uint8Array, name: string): { digest: string; locked: ChartDependency[] } {
  try {
    const value = readYaml(decodeText(content));
    const digest = value instanceof Map ? value.get('digest') : undefined;
    return { digest: typeof digest === 'string' ? digest : '', locked: readRequirements(value) };
  } catch (error) {
    throw new HelmError(
      'helm/chart-invalid',
      `cannot load ${name}: ${messageOf(error)}`,
      { file: name },
      { cause: error },
    );
  }
}

function digestOf(json: string): string {
  return `sha256:${createHash('sha256').update(json).digest('hex')}`;
}

/** Dependencies with their fields in the order, and with the omissions, that Go writes. */
function jsonOf(dependencies: readonly ChartDependency[]): string {
  return `[${dependencies.map(dependencyJson).join(',')}]`;
}

function dependencyJson(dependency: ChartDependency): string {
  const { name, version, repository, condition, tags, enabled, importValues, alias } = dependency;
  const fields: [string, GoValue, boolean][] = [
    ['name', name, true],
    ['version', version, version !== ''],
    ['repository', repository, true],
    ['condition', condition, condition !== ''],
    ['tags', tags, tags.length > 0],
    ['enabled', enabled, enabled],
    ['import-values', importValues, importValues.length > 0],
    ['alias', alias, alias !== ''],
  ];
  const written = fields.filter(([, , isWritten]) => isWritten);
  return `{${written.map(([key, value]) => `${goJson(key)}:${goJson(value)}`).join(',')}}`;
}
