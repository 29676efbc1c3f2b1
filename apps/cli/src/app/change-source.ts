import type { JsonObject, JsonValue } from '@lotse/manifests';
import { CliError, EXIT } from '../cli-error.js';
import { readGivenFile } from './given-file.js';
import { pair } from './options.js';
import type { SpecOptions } from './spec-options.js';

/** One source with the options over it. Lists of files are replaced; parameters, images and the like are set by their name. */
export function changeSource(source: JsonObject, options: SpecOptions): JsonObject {
  const { helm, kustomize, directory, ...rest } = source;
  return {
    ...rest,
    ...withoutEmpty({
      repoURL: options.repo,
      path: options.path,
      chart: options.helmChart,
      targetRevision: options.revision,
    }),
    ...block('helm', changeHelm(objectOf(helm), options)),
    ...block('kustomize', changeKustomize(objectOf(kustomize), options)),
    ...block('directory', {
      ...objectOf(directory),
      ...withoutEmpty({
        recurse: options.directoryRecurse,
        include: options.directoryInclude,
        exclude: options.directoryExclude,
      }),
    }),
  };
}

function changeHelm(helm: JsonObject, options: SpecOptions): JsonObject {
  const parameters = [
    ...[...(options.helmSet ?? []), ...(options.parameter ?? [])].map(pair),
    ...(options.helmSetString ?? []).map((text) => ({ ...pair(text), forceString: true })),
  ];
  const files = (options.helmSetFile ?? []).map(pair).map(({ name, value }) => ({ name, path: value }));
  const literal =
    options.valuesLiteralFile === undefined ? undefined : readGivenFile(options.valuesLiteralFile);
  // the object would win over the text
  const { valuesObject, ...rest } = helm;
  return {
    ...rest,
    ...(valuesObject !== undefined && literal === undefined && { valuesObject }),
    ...withoutEmpty({
      valueFiles: options.values && [...options.values],
      values: literal,
      parameters: parameters.length > 0 ? byName(helm['parameters'], parameters) : undefined,
      fileParameters: files.length > 0 ? byName(helm['fileParameters'], files) : undefined,
      releaseName: options.releaseName,
      version: options.helmVersion,
      namespace: options.helmNamespace,
      ignoreMissingValueFiles: options.ignoreMissingValueFiles,
      passCredentials: options.helmPassCredentials,
      skipCrds: options.helmSkipCrds,
      skipTests: options.helmSkipTests,
      skipSchemaValidation: options.helmSkipSchemaValidation,
      kubeVersion: options.helmKubeVersion,
      apiVersions: options.helmApiVersions && [...options.helmApiVersions],
    }),
  };
}

function changeKustomize(kustomize: JsonObject, options: SpecOptions): JsonObject {
  const { kustomizeImage: images = [], kustomizeReplica: replicas = [] } = options;
  return {
    ...kustomize,
    ...withoutEmpty({
      namePrefix: options.nameprefix,
      nameSuffix: options.namesuffix,
      namespace: options.kustomizeNamespace,
      images: images.length > 0 ? images.reduce(withImage, stringsOf(kustomize['images'])) : undefined,
      replicas: replicas.length > 0 ? byName(kustomize['replicas'], replicas.map(replica)) : undefined,
      commonLabels: pairs(kustomize['commonLabels'], options.kustomizeCommonLabel),
      commonAnnotations: pairs(kustomize['commonAnnotations'], options.kustomizeCommonAnnotation),
    }),
  };
}

function replica(text: string): JsonObject {
  const { name, value } = pair(text);
  if (!/^\d{1,9}$/.test(value))
    throw new CliError(`"${text}" is not of the form name=count, such as web=3`, EXIT.usage);
  return { name, count: Number(value) };
}

/** An image in place of the one it is about: `name=other:tag`, `name:tag` and `name@digest` are about `name`. */
function withImage(images: readonly string[], given: string): string[] {
  const isSame = (image: string): boolean => imageName(image) === imageName(given);
  return images.some(isSame) ? images.map((image) => (isSame(image) ? given : image)) : [...images, given];
}

/** What an image of a kustomization is about. */
export function imageName(image: string): string {
  const [name = ''] = image.split('=', 1);
  // a colon before a slash is a registry's port
  return (name.split('@')[0] ?? '').replace(/:[^:/]*$/, '');
}

function byName(before: JsonValue | undefined, given: readonly JsonObject[]): JsonObject[] {
  const entries = Array.isArray(before) ? (before as JsonObject[]) : [];
  return given.reduce<JsonObject[]>((all, entry) => {
    const isSame = ({ name }: JsonObject): boolean => name === entry['name'];
    return all.some(isSame) ? all.map((each) => (isSame(each) ? entry : each)) : [...all, entry];
  }, entries);
}

function pairs(before: JsonValue | undefined, given: readonly string[] | undefined): JsonObject | undefined {
  if (!given) return undefined;
  return {
    ...objectOf(before),
    ...Object.fromEntries(given.map(pair).map(({ name, value }) => [name, value])),
  };
}

function stringsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return (value ?? {}) as JsonObject;
}

function block(name: string, content: JsonObject): JsonObject {
  return Object.keys(content).length > 0 ? { [name]: content } : {};
}

/** The entries that have a value. */
export function withoutEmpty(entries: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
