import { CodedError, type FileTree } from '@lotse/manifests';
import type { ApplicationSource } from '../application/types.js';
import type { SourceType } from '../vocabulary.js';

const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * How a source is rendered: what it says itself, else what its folder holds.
 * @throws CodedError `source_plugin_unsupported`: what a plugin would make is not what lies in the folder.
 */
export function detectSourceType(source: ApplicationSource, tree: FileTree): SourceType {
  if (source.plugin) {
    const name = source.plugin['name'];
    throw new CodedError(
      'source_plugin_unsupported',
      `The source asks for the config management plugin ${JSON.stringify(typeof name === 'string' ? name.slice(0, 63) : '')}, and plugins are not supported. Leave out spec.source.plugin to have the folder read as a directory, Kustomize, Helm or Jsonnet.`,
    );
  }
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
