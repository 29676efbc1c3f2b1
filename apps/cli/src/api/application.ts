/** What the command line reads of an Application; everything else is passed through. */
export interface Application {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: ApplicationSpec;
  readonly status?: ApplicationStatus;
  readonly operation?: unknown;
}

export interface ApplicationSpec {
  readonly project?: string;
  readonly source?: Source;
  readonly sources?: readonly Source[];
  readonly destination: { readonly server?: string; readonly name?: string; readonly namespace?: string };
  readonly syncPolicy?: {
    readonly automated?: {
      readonly prune?: boolean;
      readonly selfHeal?: boolean;
      readonly enabled?: boolean;
    };
    readonly syncOptions?: readonly string[];
  };
}

export interface Source {
  readonly repoURL: string;
  readonly path?: string;
  readonly chart?: string;
  readonly targetRevision?: string;
  readonly helm?: Readonly<Record<string, unknown>>;
  readonly kustomize?: Readonly<Record<string, unknown>>;
  readonly directory?: Readonly<Record<string, unknown>>;
}

export interface ApplicationStatus {
  readonly sync?: { readonly status: string; readonly revision?: string };
  readonly health?: { readonly status?: string; readonly message?: string };
  readonly conditions?: readonly { readonly type: string; readonly message: string }[];
  readonly resources?: readonly ResourceStatus[];
  readonly operationState?: OperationState;
  readonly rollbackHold?: { readonly historyId: number; readonly revision: string };
}

export interface ResourceStatus {
  readonly group?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly status?: string;
  readonly health?: { readonly status?: string; readonly message?: string };
  readonly hook?: boolean;
  readonly requiresPruning?: boolean;
}

export interface OperationState {
  readonly phase: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly syncResult?: {
    readonly revision?: string;
    readonly resources?: readonly {
      readonly group?: string;
      readonly kind: string;
      readonly namespace?: string;
      readonly name: string;
      readonly status?: string;
      readonly message?: string;
      readonly hookPhase?: string;
      readonly syncPhase?: string;
    }[];
  };
}

/** The REST path of an application. */
export function applicationPath(name: string): string {
  return `/api/v1/applications/${encodeURIComponent(name)}`;
}

/** The first source of an application: most have one. */
export function sourceOf(application: Application): Source | undefined {
  return application.spec.source ?? application.spec.sources?.[0];
}

/** How an application keeps itself in sync, in a word. */
export function syncPolicyOf({ spec }: Application): string {
  const automated = spec.syncPolicy?.automated;
  if (!automated || automated.enabled === false) return 'Manual';
  const extras = [automated.prune && 'Prune', automated.selfHeal && 'SelfHeal'].filter(Boolean);
  return extras.length > 0 ? `Auto-${extras.join('-')}` : 'Auto';
}
