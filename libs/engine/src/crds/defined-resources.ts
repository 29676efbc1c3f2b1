import type { ResourceInfo, SubresourceInfo } from '../registry/resource.js';
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../types/index.js';
import type { Webhooks } from '../admission/webhooks/webhooks.js';
import { sameInAllVersions } from './conversion/same-in-all-versions.js';
import { WebhookConverter } from './conversion/webhook-converter.js';
import { customStrategy } from './custom-strategy.js';
import { schemaNodeOf } from './schema-node.js';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const PART_VERBS = ['get', 'patch', 'update'];

/** The resources a definition serves: one for each served version, the one objects are stored in first. */
export function resourcesOf(definition: CustomResourceDefinition, webhooks?: Webhooks): ResourceInfo[] {
  const { spec } = definition;
  const storage = `${spec.group}/${spec.versions.find((version) => version.storage)?.name ?? ''}`;
  const isRemote = spec.conversion?.strategy === 'Webhook';
  const resourceOf = (apiVersion: string): ResourceInfo | undefined =>
    resources.find(({ group, version }) => `${group}/${version}` === apiVersion);
  const converter =
    isRemote && webhooks
      ? new WebhookConverter(definition, storage, resourceOf, webhooks)
      : sameInAllVersions(storage, resourceOf);
  const resources: ResourceInfo[] = spec.versions
    .filter(({ served }) => served)
    .toSorted((a, b) => Number(b.storage) - Number(a.storage))
    .map((version) => {
      const { names, group } = spec;
      const { scale } = version.subresources ?? {};
      return {
        group,
        version: version.name,
        resource: names.plural,
        kind: names.kind,
        singular: names.singular ?? names.kind.toLowerCase(),
        namespaced: spec.scope === 'Namespaced',
        verbs: VERBS,
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        subresources: subresourcesOf(version, names.kind),
        strategy: customStrategy(version),
        schema: schemaNodeOf(version.schema?.openAPIV3Schema),
        ...(version.schema?.openAPIV3Schema && { definition: version.schema.openAPIV3Schema }),
        custom: true,
        converter,
        ...(version.additionalPrinterColumns && { printerColumns: version.additionalPrinterColumns }),
        ...(scale && { scale }),
        ...(version.deprecated && {
          deprecationWarning:
            version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`,
        }),
      };
    });
  return resources;
}

function subresourcesOf({ subresources }: CustomResourceDefinitionVersion, kind: string): SubresourceInfo[] {
  const found: SubresourceInfo[] = [];
  if (subresources?.status) found.push({ name: 'status', kind, verbs: PART_VERBS });
  if (subresources?.scale)
    found.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: PART_VERBS });
  return found;
}
