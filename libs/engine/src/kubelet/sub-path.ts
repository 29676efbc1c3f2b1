import type { VolumeMount } from '../types/index.js';
import { ContainerConfigError } from './container-config.js';

/**
 * The part of a volume that a mount shows, variables of the container replaced; empty for the whole. Throws
 * ContainerConfigError when a variable has no value, and for a path that would lead out of the volume
 * (kubecontainer.ExpandContainerVolumeMounts).
 */
export function subPathOf(
  { subPath = '', subPathExpr }: VolumeMount,
  env: ReadonlyMap<string, string>,
): string {
  if (subPathExpr === undefined || subPathExpr === '') return checked(subPath);
  const missing = new Set<string>();
  const expanded = subPathExpr.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = env.get(name);
    if (!value) missing.add(name);
    return value ?? whole;
  });
  if (missing.size > 0) throw new ContainerConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  return checked(expanded);
}

function checked(path: string): string {
  if (path.startsWith('/'))
    throw new ContainerConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..'))
    throw new ContainerConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}
