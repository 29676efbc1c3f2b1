import {
  applyMergePatch,
  isJsonObject,
  parseYaml,
  setOwn,
  type JsonObject,
  type KubeObject,
} from '@lotse/manifests';
import { FINALIZER } from '../annotations.js';
import { ARGO_API_VERSION } from '../application/types.js';
import type { Fill } from './fill-template.js';
import { generatorError } from './generator-error.js';
import { mergeValues } from './merge-values.js';
import type { ApplicationSetSpec, Parameters } from './types.js';

/** The Application that one set of parameters makes of the template. `own` is the template of the generator itself. */
export function fillApplication(
  spec: ApplicationSetSpec,
  own: JsonObject | undefined,
  parameters: Parameters,
  fill: Fill,
  namespace: string,
): KubeObject {
  const base = (spec.template ?? {}) as JsonObject;
  const filled = fill(own ? mergeValues(base, own) : base, parameters);
  const patched = spec.templatePatch ? patch(filled, fill(spec.templatePatch, parameters)) : filled;
  const metadata = isJsonObject(patched['metadata']) ? patched['metadata'] : {};
  const wanted = isJsonObject(patched['spec']) ? patched['spec'] : {};
  const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
  const cascades = finalizers.length === 0 && spec.syncPolicy?.preserveResourcesOnDeletion !== true;
  const kept: JsonObject = { namespace };
  for (const field of ['name', 'labels', 'annotations'] as const)
    if (metadata[field] !== undefined && metadata[field] !== null) setOwn(kept, field, metadata[field]);
  if (cascades) kept['finalizers'] = [FINALIZER.resources];
  else if (finalizers.length > 0) kept['finalizers'] = finalizers;
  const project =
    typeof wanted['project'] === 'string' && wanted['project'] !== '' ? wanted['project'] : 'default';
  return {
    apiVersion: ARGO_API_VERSION,
    kind: 'Application',
    metadata: kept,
    spec: { ...wanted, project },
  } as unknown as KubeObject;
}

/** A patch may change anything but the project: that is what rights are given for. */
function patch(filled: JsonObject, text: string): JsonObject {
  const value = parseYaml(text, { file: 'spec.templatePatch' });
  if (value === null) return filled;
  if (!isJsonObject(value))
    throw generatorError('spec.templatePatch', 'must come to an object such as {spec: …}.');
  const { spec } = value;
  if (isJsonObject(spec) && spec['project'] !== undefined)
    throw generatorError('spec.templatePatch', "can't change spec.project. Set it in the template.");
  const patched = applyMergePatch(filled, value);
  return isJsonObject(patched) ? patched : filled;
}

/** The project a template names; undefined when parameters decide it. */
export function projectOfTemplate(spec: ApplicationSetSpec): string | undefined {
  const project = spec.template?.spec?.['project'];
  if (typeof project !== 'string' || project === '') return 'default';
  return project.includes('{{') ? undefined : project;
}
