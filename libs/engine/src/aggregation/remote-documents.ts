import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';

/** Resources of one version that are listed; a server with more is cut off. */
const MOST_RESOURCES = 1000;
const TEXTS = ['name', 'singularName', 'group', 'version', 'kind', 'storageVersionHash'] as const;
const LISTS = ['verbs', 'shortNames', 'categories'] as const;

/** The entries of an APIResourceList with the fields that discovery tells; what is no entry is left out. */
export function readResources(document: JsonValue | undefined): JsonObject[] {
  const list = isJsonObject(document) ? document['resources'] : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .filter(isJsonObject)
    .filter(({ name, kind, verbs }) => isText(name) && isText(kind) && Array.isArray(verbs))
    .slice(0, MOST_RESOURCES)
    .map((entry) => {
      const known: JsonObject = { namespaced: entry['namespaced'] === true };
      for (const field of TEXTS) if (isText(entry[field])) known[field] = entry[field];
      for (const field of LISTS) if (Array.isArray(entry[field])) known[field] = entry[field].filter(isText);
      return known;
    });
}

/** The digest of a version's document in an index of OpenAPI v3; undefined when there is none. */
export function readOpenApiHash(index: JsonObject | undefined, path: string): string | undefined {
  const paths = index?.['paths'];
  const entry = isJsonObject(paths) && Object.hasOwn(paths, path) ? paths[path] : undefined;
  const url = isJsonObject(entry) ? entry['serverRelativeURL'] : undefined;
  return isText(url) ? (/[?&]hash=([0-9A-Za-z]{1,200})/.exec(url)?.[1] ?? undefined) : undefined;
}

/** The paths of a version in a document of OpenAPI v2, with all its definitions. */
export function readOpenApiV2(
  document: JsonObject | undefined,
  prefix: string,
): { readonly paths: JsonObject; readonly definitions: JsonObject } | undefined {
  const paths = document?.['paths'];
  const definitions = document?.['definitions'];
  if (!isJsonObject(paths) || !isJsonObject(definitions)) return undefined;
  const own = Object.entries(paths).filter(([path]) => path.startsWith(prefix) || `${path}/` === prefix);
  return { paths: Object.fromEntries(own), definitions };
}

/** An entry of discovery as the aggregated form has it, with its subresources. */
export function aggregatedEntries(
  group: string,
  version: string,
  resources: readonly JsonObject[],
): JsonObject[] {
  const kindOf = (resource: JsonObject): JsonObject => ({
    group: isText(resource['group']) && resource['group'] !== '' ? resource['group'] : group,
    version: isText(resource['version']) && resource['version'] !== '' ? resource['version'] : version,
    kind: resource['kind'] ?? '',
  });
  const named = resources.map((resource) => ({ resource, name: String(resource['name'] as string) }));
  return named
    .filter(({ name }) => !name.includes('/'))
    .map(({ resource, name }) => {
      const parts = named.filter((part) => part.name.startsWith(`${name}/`));
      return {
        resource: name,
        responseKind: kindOf(resource),
        scope: resource['namespaced'] === true ? 'Namespaced' : 'Cluster',
        singularResource: resource['singularName'] ?? '',
        verbs: resource['verbs'] ?? [],
        ...(Array.isArray(resource['shortNames']) && { shortNames: resource['shortNames'] }),
        ...(Array.isArray(resource['categories']) && { categories: resource['categories'] }),
        ...(parts.length > 0 && {
          subresources: parts.map((part) => ({
            subresource: part.name.slice(name.length + 1),
            responseKind: kindOf(part.resource),
            verbs: part.resource['verbs'] ?? [],
          })),
        }),
      };
    });
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';
