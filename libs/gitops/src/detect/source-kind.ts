import type { FileTree } from '@lotse/manifests';
import type { ApplicationSource } from '../application/types.js';
import type { SourceType } from '../vocabulary.js';

const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** How a source is rendered: what it says itself, else what its folder holds. */
export function detectSourceType(source: ApplicationSource, tree: FileTree): SourceType {
  if (source.directory) return 'Directory';
  if (source.kustomize) return 'Kustomize';
  if (source.helm || source.chart) return 'Helm';
  const base = (source.path ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const at = (name: string): string => (base ? `${base}/${name}` : name);
  if (tree.stat(at('Chart.yaml')) === 'file') return 'Helm';
  return KUSTOMIZATION_FILES.some((name) => tree.stat(at(name)) === 'file') ? 'Kustomize' : 'Directory';
}
