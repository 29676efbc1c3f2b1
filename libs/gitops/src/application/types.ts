import type { JsonObject, JsonValue, KubeObject, ObjectMeta } from '@lotse/manifests';
import type {
  ConditionType,
  HealthStatusCode,
  HookType,
  OperationPhase,
  ResultCode,
  SourceType,
  SyncPhase,
  SyncStatusCode,
} from '../vocabulary.js';

/** API group and version of Application, AppProject and ApplicationSet. */
export const ARGO_API_VERSION = 'argoproj.io/v1alpha1';
/** API group of Application, AppProject and ApplicationSet. */
export const ARGO_GROUP = 'argoproj.io';

/** Where an application's objects go. */
export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

/** Options of a Helm source. */
export interface HelmSourceOptions {
  valueFiles?: string[];
  values?: string;
  valuesObject?: JsonObject;
  parameters?: { name: string; value?: string; forceString?: boolean }[];
  fileParameters?: { name: string; path?: string }[];
  releaseName?: string;
  namespace?: string;
  version?: string;
  passCredentials?: boolean;
  ignoreMissingValueFiles?: boolean;
  skipCrds?: boolean;
  skipTests?: boolean;
  skipSchemaValidation?: boolean;
  kubeVersion?: string;
  apiVersions?: string[];
}

/** Options of a Kustomize source. */
export interface KustomizeSourceOptions {
  namePrefix?: string;
  nameSuffix?: string;
  images?: string[];
  replicas?: { name: string; count: number | string }[];
  commonLabels?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  commonAnnotationsEnvsubst?: boolean;
  forceCommonLabels?: boolean;
  forceCommonAnnotations?: boolean;
  labelWithoutSelector?: boolean;
  labelIncludeTemplates?: boolean;
  namespace?: string;
  patches?: JsonObject[];
  components?: string[];
  ignoreMissingComponents?: boolean;
  version?: string;
  kubeVersion?: string;
  apiVersions?: string[];
}

/** Options of a plain directory source. */
export interface DirectorySourceOptions {
  recurse?: boolean;
  include?: string;
  exclude?: string;
  disableExtensionFilter?: boolean;
  jsonnet?: JsonObject;
}

/** Where manifests come from. */
export interface ApplicationSource {
  repoURL: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
  name?: string;
  helm?: HelmSourceOptions;
  kustomize?: KustomizeSourceOptions;
  directory?: DirectorySourceOptions;
  plugin?: JsonObject;
}

/** Fields whose differences don't count. */
export interface IgnoreDifference {
  group?: string;
  kind: string;
  name?: string;
  namespace?: string;
  jsonPointers?: string[];
  jqPathExpressions?: string[];
  managedFieldsManagers?: string[];
}

/** How often and how fast a failed sync is tried again. */
export interface RetryStrategy {
  /** -1 means without end. */
  limit?: number;
  refresh?: boolean;
  backoff?: { duration?: string; factor?: number; maxDuration?: string };
}

/** When and how an application is synced without being asked. */
export interface SyncPolicy {
  automated?: { enabled?: boolean; prune?: boolean; selfHeal?: boolean; allowEmpty?: boolean };
  syncOptions?: string[];
  retry?: RetryStrategy;
  managedNamespaceMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
}

/** What an application wants. */
export interface ApplicationSpec {
  project: string;
  destination: Destination;
  source?: ApplicationSource;
  sources?: ApplicationSource[];
  syncPolicy?: SyncPolicy;
  ignoreDifferences?: IgnoreDifference[];
  info?: { name: string; value: string }[];
  revisionHistoryLimit?: number;
}

/** Names one object, as selective syncs and results do. */
export interface ResourceRef {
  group: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** Who asked for an operation. */
export interface OperationInitiator {
  username?: string;
  automated?: boolean;
}

/** What a sync is asked to do. */
export interface SyncOperation {
  revision?: string;
  prune?: boolean;
  dryRun?: boolean;
  resources?: ResourceRef[];
  source?: ApplicationSource;
  manifests?: string[];
  syncOptions?: string[];
  syncStrategy?: { apply?: { force?: boolean }; hook?: { force?: boolean } };
  autoHealAttemptsCount?: number;
  /** Lotse's own: deploy exactly the manifests of this history entry, from the store. */
  rollbackTo?: number;
}

/** A request to do something with an application; it is taken off the object when it starts. */
export interface Operation {
  sync?: SyncOperation;
  initiatedBy?: OperationInitiator;
  info?: { name: string; value: string }[];
  retry?: RetryStrategy;
}

/** What became of one object in a sync. */
export interface ResourceResult {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status?: ResultCode;
  message?: string;
  hookType?: HookType;
  hookPhase?: OperationPhase;
  syncPhase: SyncPhase;
  /** Lotse's own: the wave it ran in. */
  wave?: number;
}

/** The running or last operation. */
export interface OperationState {
  operation: Operation;
  phase: OperationPhase;
  message?: string;
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
  syncResult?: {
    revision: string;
    /** Of each source that gives manifests, where there are several. */
    revisions?: string[];
    source?: ApplicationSource;
    /** Lotse's own: what else the manifests were made of. */
    inputs?: SourceInput[];
    resources?: ResourceResult[];
    /** Lotse's own: digest of the rendered manifests, so that the operation continues with the same after a restart. */
    manifestDigest?: string;
    /** Lotse's own: set once everything passed its dry run, so that a continued operation doesn't repeat it. */
    validated?: boolean;
    /** Lotse's own: sync options of the operation as they were when it started. */
    syncOptions?: string[];
  };
}

/** Health of an application or object. */
export interface HealthStatus {
  status: HealthStatusCode;
  message?: string;
  lastTransitionTime?: string;
}

/** One object of an application, as its status lists it. */
export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: SyncStatusCode;
  health?: HealthStatus;
  hook?: boolean;
  requiresPruning?: boolean;
  requiresDeletionConfirmation?: boolean;
  syncWave?: number;
}

/**
 * What manifests were made of besides the revision of their own source: a commit of another repository, a chart that was
 * fetched, or a file of the web.
 */
export interface SourceInput {
  /** Address of the repository, or of the file. */
  repoURL: string;
  /** Branch, tag, commit or range of versions, as it is asked for. */
  revision?: string;
  commit?: string;
  chart?: string;
  /** The version of the chart a range came to. */
  version?: string;
  /** SHA-256 of a chart's archive or a file. */
  digest?: string;
}

/** A deployment that was. */
export interface RevisionHistory {
  id: number;
  revision: string;
  source?: ApplicationSource;
  /** Lotse's own: what else the manifests were made of. */
  inputs?: SourceInput[];
  deployStartedAt: string;
  deployedAt: string;
  initiatedBy?: OperationInitiator;
  /** Lotse's own: the entry that it was a return to. */
  rollbackTo?: number;
}

/** Something an application's user should know. */
export interface ApplicationCondition {
  type: ConditionType;
  message: string;
  lastTransitionTime?: string;
}

/** An application deployed from its history stays there until the hold is released. */
export interface RollbackHold {
  historyId: number;
  revision: string;
  since: string;
  by: string;
}

/** What is observed of an application. */
export interface ApplicationStatus {
  sync?: {
    status: SyncStatusCode;
    revision?: string;
    /** Of each source that gives manifests, where there are several. */
    revisions?: string[];
    comparedTo?: {
      source?: ApplicationSource;
      destination: Destination;
      ignoreDifferences?: IgnoreDifference[];
    };
  };
  health?: HealthStatus;
  resources?: ResourceStatus[];
  history?: RevisionHistory[];
  conditions?: ApplicationCondition[];
  operationState?: OperationState;
  reconciledAt?: string;
  observedAt?: string;
  sourceType?: SourceType;
  summary?: { images?: string[]; externalURLs?: string[] };
  controllerNamespace?: string;
  rollbackHold?: RollbackHold;
}

/** An `argoproj.io/v1alpha1` Application. */
export interface Application {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: ApplicationSpec;
  status?: ApplicationStatus;
  operation?: Operation;
}

/** Reads an object of the API as an Application. Call `validateApplication` first for objects not yet stored. */
export function asApplication(object: KubeObject): Application {
  return object as unknown as Application;
}

/** The Application as an object of the API. */
export function asKubeObject(application: Application): KubeObject {
  return application as unknown as KubeObject;
}

/** Every source of an application; `spec.sources` counts where both are given. */
export function allSources(spec: ApplicationSpec): ApplicationSource[] {
  if (spec.sources && spec.sources.length > 0) return spec.sources;
  return spec.source ? [spec.source] : [];
}

/** The sources that give manifests, in order; those with only a `ref` lend their files to the others. */
export function renderedSources(spec: ApplicationSpec): ApplicationSource[] {
  return allSources(spec).filter((source) => source.path !== undefined || source.chart !== undefined);
}

/** The source that stands for the application: its only one, or the first that gives manifests. */
export function primarySource(spec: ApplicationSpec): ApplicationSource | undefined {
  return renderedSources(spec)[0];
}

/** Free-form JSON of a typed value, for patches and digests. */
export function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
