import type { HealthStatus } from '../status/health.js';
import type { SyncStatus } from '../status/sync.js';

/** The parts of Kubernetes' ObjectMeta the dashboard reads. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string; apiVersion?: string }[];
  finalizers?: string[];
}

/** Any Kubernetes object; fields beyond metadata are read through narrowing helpers. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export interface ObjectList<T> {
  items: T[];
  metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
}

export interface ObjectRef {
  group?: string;
  version?: string;
  kind: string;
  namespace?: string;
  name: string;
}

export interface ApplicationSource {
  repoURL: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  helm?: Record<string, unknown>;
  kustomize?: Record<string, unknown>;
  directory?: Record<string, unknown>;
}

export interface SyncPolicy {
  automated?: { prune?: boolean; selfHeal?: boolean; enabled?: boolean; allowEmpty?: boolean };
  syncOptions?: string[];
  retry?: { limit?: number; backoff?: { duration?: string; factor?: number; maxDuration?: string } };
}

export interface ApplicationSpec {
  project: string;
  source?: ApplicationSource;
  sources?: ApplicationSource[];
  destination: { server?: string; name?: string; namespace?: string };
  syncPolicy?: SyncPolicy;
  info?: { name: string; value: string }[];
}

export interface HealthReport {
  status?: HealthStatus;
  message?: string;
  lastTransitionTime?: string;
}

export interface ResourceStatus extends ObjectRef {
  status?: SyncStatus;
  health?: HealthReport;
  hook?: boolean;
  requiresPruning?: boolean;
  syncWave?: number;
}

export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';

export interface ResourceResult extends ObjectRef {
  status?: string;
  message?: string;
  hookType?: string;
  hookPhase?: string;
  syncPhase?: string;
  syncWave?: number;
  wave?: number;
}

export interface Initiator {
  username?: string;
  automated?: boolean;
}

export interface OperationState {
  phase: OperationPhase;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  retryCount?: number;
  operation?: {
    sync?: { revision?: string; prune?: boolean; dryRun?: boolean; resources?: ObjectRef[] };
    initiatedBy?: Initiator;
  };
  syncResult?: { revision?: string; resources?: ResourceResult[]; source?: ApplicationSource };
}

export interface SourceInput {
  repoURL: string;
  revision?: string;
  commit?: string;
  chart?: string;
  version?: string;
  digest?: string;
}

export interface HistoryEntry {
  id: number;
  revision?: string;
  revisions?: string[];
  source?: ApplicationSource;
  inputs?: SourceInput[];
  deployStartedAt?: string;
  deployedAt?: string;
  initiatedBy?: Initiator;
  rollbackTo?: number;
  author?: string;
  message?: string;
  manifestDigest?: string;
  phase?: OperationPhase;
  result?: ResourceResult[];
}

export interface Condition {
  type: string;
  message: string;
  lastTransitionTime?: string;
}

export interface RollbackHold {
  historyId: number;
  revision?: string;
  since?: string;
  by?: string;
}

export interface ApplicationStatus {
  sync?: { status?: SyncStatus; revision?: string; revisions?: string[] };
  health?: HealthReport;
  resources?: ResourceStatus[];
  history?: HistoryEntry[];
  conditions?: Condition[];
  reconciledAt?: string;
  operationState?: OperationState;
  sourceType?: string;
  summary?: { images?: string[]; externalURLs?: string[] };
  rollbackHold?: RollbackHold;
}

export interface Application {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: ApplicationSpec;
  status?: ApplicationStatus;
  operation?: { sync?: Record<string, unknown>; initiatedBy?: Initiator };
}

export interface TreeNode extends ObjectRef {
  uid: string;
  parentRefs?: { uid: string; kind: string; name: string; namespace?: string; group?: string }[];
  health?: HealthReport;
  info?: { name: string; value: string }[];
  images?: string[];
  createdAt?: string;
  resourceVersion?: string;
  networkingInfo?: {
    labels?: Record<string, string>;
    targetLabels?: Record<string, string>;
    targetRefs?: ObjectRef[];
    ingress?: { ip?: string; hostname?: string }[];
    externalURLs?: string[];
  };
}

export interface ResourceTree {
  nodes: TreeNode[];
  orphanedNodes?: TreeNode[];
  hosts?: HostInfo[];
}

export interface HostInfo {
  name: string;
  resourcesInfo?: {
    resourceName: string;
    requestedByApp?: number;
    requestedByNeighbors?: number;
    capacity?: number;
  }[];
  systemInfo?: Record<string, string>;
}

export interface ManagedResource extends ObjectRef {
  targetState?: string;
  liveState?: string;
  normalizedLiveState?: string;
  predictedLiveState?: string;
  hook?: boolean;
  modified?: boolean;
}

export interface KubeEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  eventTime?: string;
  source?: { component?: string };
  reportingComponent?: string;
  involvedObject?: { kind?: string; name?: string; namespace?: string; uid?: string };
}

export interface RevisionMetadata {
  author?: string;
  date?: string;
  message?: string;
  tags?: string[];
}

export interface Repository {
  repo: string;
  name?: string;
  type?: string;
  project?: string;
  username?: string;
  /** False when it is known only because an application uses it. */
  registered?: boolean;
  /** What reads it, and why that was chosen. */
  driver?: string;
  driverReason?: string;
  connectionState?: { status?: string; message?: string; attemptedAt?: string };
}

export interface Project extends KubeObject {
  spec?: {
    description?: string;
    sourceRepos?: string[];
    destinations?: { server?: string; name?: string; namespace?: string }[];
    roles?: ProjectRole[];
    clusterResourceWhitelist?: ProjectKind[];
    clusterResourceBlacklist?: ProjectKind[];
    namespaceResourceWhitelist?: ProjectKind[];
    namespaceResourceBlacklist?: ProjectKind[];
    signatureKeys?: { keyID: string }[];
    syncWindows?: { kind?: string; schedule?: string; duration?: string }[];
  };
}

export interface ProjectKind {
  group: string;
  kind: string;
  name?: string;
}

export interface ProjectRole {
  name: string;
  description?: string;
  policies?: string[];
  groups?: string[];
}

export interface GpgKey {
  keyID: string;
  fingerprint: string;
  owner: string;
  subType: string;
  trust: string;
}

export interface ApplicationSet extends KubeObject {
  status?: {
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    resourcesCount?: number;
  };
}

export interface Account {
  name: string;
  enabled?: boolean;
  capabilities?: string[];
  tokens?: { id: string; label?: string; issuedAt?: number; expiresAt?: number; lastUsedAt?: number }[];
}

export interface Settings {
  url?: string;
  version?: string;
  pollIntervalSeconds?: number;
  roles?: string[];
  [key: string]: unknown;
}

export interface UserInfo {
  loggedIn: boolean;
  username?: string;
  groups?: string[];
}

export interface ApiResource {
  group?: string;
  version: string;
  resource: string;
  kind: string;
  namespaced?: boolean;
  /** How many objects of it there are. */
  count?: number;
}
