import type { LogLevel } from '../logging/logger.js';
import type { Secret } from '../logging/secret.js';
import type { KubeAuthentication } from './kube-authentication.js';

/** What a process can do. All of them in one process is the default. */
export const ROLES = ['api', 'engine', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The settings of this process: read from the environment once at the start, checked, frozen.
 * Inject it by its token: `@Inject(CONFIG) private readonly config: Config`.
 */
export interface Config {
  /** Everything Lotse writes is below this folder. Absolute. */
  readonly dataDir: string;
  /** Address and port of dashboard, REST, sockets, metrics; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** The Kubernetes API (TLS); 0 takes a free one. */
  readonly kubePort: number;
  /** Who is let in to the Kubernetes API beside its own certificates and tokens. */
  readonly kubeAuthentication: KubeAuthentication;
  /** An AdmissionConfiguration of the Kubernetes API; named, not read. */
  readonly kubeAdmissionFile: string | undefined;
  /** DNS of the built-in cluster on 127.0.0.1, UDP and TCP; 0 takes a free one. */
  readonly dnsPort: number;
  /** Services of the built-in cluster can be reached on their loopback addresses and node ports. */
  readonly serviceSockets: boolean;
  /** The address people use when it isn't `http://host:port` (behind a proxy); without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly adminPassword: Secret<string> | undefined;
  /** Unset: the embedded PostgreSQL is started. */
  readonly databaseUrl: Secret<string> | undefined;
  /** Set: queues and socket fan-out use this Redis. */
  readonly redisUrl: Secret<string> | undefined;
  /** 32 bytes that encrypt what is secret in the database, and older ones that still read; unset: kept in the data folder. */
  readonly encryptionKeys: Secret<readonly Buffer[]> | undefined;
  /** What a backup given at the start was made with. */
  readonly backupPassphrase: Secret<string> | undefined;
  /** Signs webhook deliveries; unset: `<data>/webhook-secret` is made. */
  readonly webhookSecret: Secret<string> | undefined;
  readonly roles: ReadonlySet<Role>;
  /** Simulated nodes of the built-in cluster. */
  readonly nodes: number;
  readonly pollIntervalMs: number;
  /** `file://` and path repositories, and repositories on loopback and private addresses. */
  readonly allowLocalRepositories: boolean;
  /** Who may read `/metrics`: everybody, or who shows a token that may see all applications. */
  readonly metrics: 'public' | 'token';
  /** Days until audit entries are removed; 0 keeps them for ever. */
  readonly auditDays: number;
  /** Demonstration apps on an empty database. */
  readonly demo: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty' | undefined;
  /** Which program talks to Git servers; `auto` starts in process and falls back to the git executable. */
  readonly gitDriver: 'auto' | 'isomorphic' | 'native';
}

/** Injection token of `Config`. */
export const CONFIG = Symbol('Config');
