import { getOwn } from '@lotse/manifests';
import { kustomizeError } from './kustomize-error.js';
import type { GeneratorBehavior, Resource } from './resource.js';
import { own } from './shared-values.js';
import { isMap, textOf, type ValueMap } from './values.js';

const DOMAIN = 'internal.config.kubernetes.io/';
const ENABLED = 'enabled';
const BEHAVIORS: readonly GeneratorBehavior[] = ['unspecified', 'create', 'replace', 'merge'];

/**
 * Takes notes of another build from a resource's annotations. The original keeps its own notes there, so that what comes with
 * them counts as if it had been changed before: references by former names are followed, a wish for a hash is obeyed.
 */
export function takeBuildAnnotations(resource: Resource, file: string | undefined): Resource {
  const found = resource.metadata && getOwn(resource.metadata, 'annotations');
  if (!isMap(found) || !Object.keys(found).some(isNote)) return resource;
  const annotations = own(found);
  const take = (name: string): string => {
    const text = textOf(getOwn(annotations, DOMAIN + name));
    delete annotations[DOMAIN + name];
    return text;
  };
  const list = (name: string): string[] => {
    const text = take(name);
    return text === '' ? [] : text.split(',');
  };
  const names = list('previousNames');
  const namespaces = list('previousNamespaces');
  const kinds = list('previousKinds');
  if (names.length !== namespaces.length || names.length !== kinds.length)
    throw kustomizeError(
      'invalid-resource',
      `${file === undefined ? '' : `${file}: `}the annotations ${DOMAIN}previousNames, previousNamespaces and previousKinds of ` +
        `${resource.kind} ${resource.name} have ${names.length}, ${namespaces.length} and ${kinds.length} entries; ` +
        'they need the same number, or take them away',
      { object: `${resource.kind} ${resource.name}`, ...(file === undefined ? {} : { file }) },
    );
  for (const [index, name] of names.entries())
    resource.previous.push({ name, namespace: namespaces[index] ?? '', kind: kinds[index] ?? '' });
  resource.prefixes.push(...list('prefixes'));
  resource.suffixes.push(...list('suffixes'));
  resource.needsHash = take('needsHashSuffix') === ENABLED;
  resource.allowNameChange = take('allowNameChange') === ENABLED;
  resource.allowKindChange = take('allowKindChange') === ENABLED;
  const behavior = take('generatorBehavior');
  resource.behavior = BEHAVIORS.find((known) => known === behavior) ?? 'unspecified';
  take('refBy');
  put(resource, annotations);
  return resource;
}

const NOTES = new Set(
  [
    'previousNames',
    'previousNamespaces',
    'previousKinds',
    'prefixes',
    'suffixes',
    'needsHashSuffix',
    'allowNameChange',
    'allowKindChange',
    'generatorBehavior',
    'refBy',
  ].map((name) => DOMAIN + name),
);

function isNote(key: string): boolean {
  return NOTES.has(key);
}

function put(resource: Resource, annotations: ValueMap): void {
  const metadata = resource.ensureMetadata();
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
  else delete metadata['annotations'];
}
