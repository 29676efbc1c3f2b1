import { emitYaml, type JsonValue, type KubeObject } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import { effectiveNamespace, isClusterScoped, splitApiVersion } from './resource-id.js';

/** What would be no file below the folder, or none at all. */
const UNSAFE_NAME = /[/\\\0]/;

/**
 * The files that `kustomize build -o FOLDER` writes: one per object, named by its type and name, and by its namespace when
 * there are several. Of objects with the same file name the last one counts. Throws CodedError `kustomize/file-name` for
 * names that lead elsewhere.
 */
export function filePerObject(objects: readonly KubeObject[]): Map<string, string> {
  const named = objects.map((object) => {
    const gvk = { ...splitApiVersion(object.apiVersion), kind: object.kind };
    const { name = '', namespace = '' } = object.metadata;
    const type = [gvk.group, gvk.version, gvk.kind].filter((part) => part !== '').join('_');
    const inNamespace = isClusterScoped(gvk) ? undefined : effectiveNamespace({ ...gvk, name, namespace });
    return { object, file: `${type}_${name}.yaml`.toLowerCase(), namespace: inNamespace };
  });
  const namespaces = new Set(named.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace])));
  const files = new Map<string, string>();
  for (const { object, file, namespace } of named) {
    const name = namespace !== undefined && namespaces.size > 1 ? `${namespace.toLowerCase()}_${file}` : file;
    if (UNSAFE_NAME.test(name))
      throw kustomizeError(
        'file-name',
        `${object.kind} ${object.metadata.name ?? ''} can't be written to a file "${name}"`,
        {
          object: `${object.kind} ${object.metadata.name ?? ''}`,
        },
      );
    files.set(name, emitYaml(object as unknown as JsonValue));
  }
  return files;
}
