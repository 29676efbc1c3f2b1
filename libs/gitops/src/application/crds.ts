import type { JsonObject, KubeObject } from '@lotse/manifests';
import { ARGO_GROUP } from './types.js';

const text: JsonObject = { type: 'string' };
const flag: JsonObject = { type: 'boolean' };
const texts: JsonObject = { type: 'array', items: { type: 'string' } };
const map: JsonObject = { type: 'object', additionalProperties: { type: 'string' } };
/** Kept as it is: parts that have their own validation, or that change faster than a schema should. */
const open: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const openList: JsonObject = { type: 'array', items: open };

const object = (properties: JsonObject, required?: string[]): JsonObject => ({
  type: 'object',
  properties,
  ...(required && { required }),
});
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items });

/** Longer addresses are none; with the bounds the cost of the rule can be told beforehand. */
const LONGEST_ADDRESS = 2048;
/** Sources of one application; real ones have two or three. */
const MOST_SOURCES = 100;

/**
 * Whoever may look at an application reads its address: a password has no place in it. What is there already may stay, since rules
 * are only held against what changes.
 */
const repositoryUrl: JsonObject = {
  type: 'string',
  maxLength: LONGEST_ADDRESS,
  'x-kubernetes-validations': [
    {
      rule: "!self.matches('^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*:[^/?#]+@')",
      message:
        'contains a password. Register the repository with its credentials instead, and leave them out here',
      reason: 'FieldValueForbidden',
    },
  ],
};

const source: JsonObject = object(
  {
    repoURL: repositoryUrl,
    path: text,
    chart: text,
    targetRevision: text,
    tagPrefix: text,
    ref: text,
    name: text,
    helm: open,
    kustomize: open,
    directory: object({
      recurse: flag,
      include: text,
      exclude: text,
      disableExtensionFilter: flag,
      jsonnet: open,
    }),
    plugin: open,
  },
  ['repoURL'],
);

const applicationSpec: JsonObject = object(
  {
    project: text,
    destination: object({ server: text, name: text, namespace: text }),
    source,
    sources: { ...listOf(source), maxItems: MOST_SOURCES },
    sourceHydrator: open,
    syncPolicy: object({
      automated: object({ enabled: flag, prune: flag, selfHeal: flag, allowEmpty: flag }),
      syncOptions: texts,
      retry: object({
        limit: { type: 'integer', format: 'int64' },
        refresh: flag,
        backoff: object({ duration: text, factor: { type: 'integer', format: 'int64' }, maxDuration: text }),
      }),
      managedNamespaceMetadata: object({ labels: map, annotations: map }),
    }),
    ignoreDifferences: listOf(
      object(
        {
          group: text,
          kind: text,
          name: text,
          namespace: text,
          jsonPointers: texts,
          jqPathExpressions: texts,
          managedFieldsManagers: texts,
        },
        ['kind'],
      ),
    ),
    info: listOf(object({ name: text, value: text }, ['name', 'value'])),
    revisionHistoryLimit: { type: 'integer', format: 'int64' },
  },
  ['destination', 'project'],
);

interface Definition {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: string[];
  readonly spec: JsonObject;
  readonly extra?: JsonObject;
  readonly columns: JsonObject[];
}

/** Status is an ordinary field here, not a subresource: Argo CD's own manifests and tools write it that way. */
function definition({ kind, plural, shortNames, spec, extra, columns }: Definition): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${ARGO_GROUP}`, labels: { 'app.kubernetes.io/part-of': 'lotse' } },
    spec: {
      group: ARGO_GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: object(
              { apiVersion: text, kind: text, metadata: { type: 'object' }, spec, status: open, ...extra },
              ['metadata', 'spec'],
            ),
          },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

const column = (name: string, jsonPath: string, priority = 0): JsonObject => ({
  name,
  type: 'string',
  jsonPath,
  priority,
});

/** The definitions of Application, AppProject and ApplicationSet, as a cluster installs them. */
export function deliveryDefinitions(): KubeObject[] {
  return [
    definition({
      kind: 'Application',
      plural: 'applications',
      shortNames: ['app', 'apps'],
      spec: applicationSpec,
      extra: { operation: open },
      columns: [
        column('Sync Status', '.status.sync.status'),
        column('Health Status', '.status.health.status'),
        column('Revision', '.status.sync.revision', 10),
        column('Project', '.spec.project', 10),
      ],
    }),
    definition({
      kind: 'AppProject',
      plural: 'appprojects',
      shortNames: ['appproj', 'appprojs'],
      spec: object({
        description: text,
        sourceRepos: texts,
        sourceNamespaces: texts,
        destinations: listOf(object({ server: text, name: text, namespace: text })),
        clusterResourceWhitelist: openList,
        clusterResourceBlacklist: openList,
        namespaceResourceWhitelist: openList,
        namespaceResourceBlacklist: openList,
        roles: openList,
        syncWindows: openList,
        orphanedResources: open,
        signatureKeys: openList,
        sourceIntegrity: open,
        permitOnlyProjectScopedClusters: flag,
        destinationServiceAccounts: openList,
      }),
      columns: [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
    }),
    definition({
      kind: 'ApplicationSet',
      plural: 'applicationsets',
      shortNames: ['appset', 'appsets'],
      spec: open,
      columns: [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
    }),
  ];
}
