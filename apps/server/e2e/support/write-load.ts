import type { Answer, KillableServer } from './killable-server.js';
import { WatchRecord } from './watch-record.js';
import { WriteLedger } from './write-ledger.js';

const NAMESPACE = 'crash';
/** Objects of each kind that are written again and again. */
const NAMES = 12;

/** One kind of object and how clients write it. */
interface Kind {
  readonly kind: string;
  readonly path: string;
  /** Does anybody else write these objects, or is a write of the same value not kept? */
  readonly strict: boolean;
  readonly valueOf: (object: Record<string, unknown>) => string;
  readonly make: (name: string, value: string) => Record<string, unknown>;
  /** How an existing object is changed; by default it can't be. */
  readonly change?: 'update' | 'patch' | 'apply';
  readonly contentOf?: (value: string) => Record<string, unknown>;
}

const annotated = (object: Record<string, unknown>): string =>
  (object['metadata'] as { annotations?: { value?: string } }).annotations?.value ?? '';
const named =
  (apiVersion: string, kind: string, rest: (value: string) => object) =>
  (name: string, value: string): Record<string, unknown> => ({
    apiVersion,
    kind,
    metadata: { name, namespace: NAMESPACE, annotations: { value } },
    ...rest(value),
  });
const core = `/api/v1/namespaces/${NAMESPACE}`;

const KINDS: readonly Kind[] = [
  {
    kind: 'ConfigMap',
    path: `${core}/configmaps`,
    strict: true,
    valueOf: (object) => (object['data'] as { value?: string } | undefined)?.value ?? '',
    make: named('v1', 'ConfigMap', (value) => ({ data: { value, filler: 'x'.repeat(2_000) } })),
    change: 'update',
  },
  {
    kind: 'Secret',
    path: `${core}/secrets`,
    strict: true,
    valueOf: (object) =>
      Buffer.from((object['data'] as { value?: string } | undefined)?.value ?? '', 'base64').toString(),
    make: named('v1', 'Secret', (value) => ({ data: { value: Buffer.from(value).toString('base64') } })),
    change: 'patch',
  },
  {
    kind: 'ServiceAccount',
    path: `${core}/serviceaccounts`,
    strict: true,
    valueOf: annotated,
    make: named('v1', 'ServiceAccount', () => ({})),
    change: 'apply',
  },
  {
    kind: 'Job',
    path: `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`,
    strict: false,
    valueOf: annotated,
    make: named('batch/v1', 'Job', () => ({
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'c', image: 'busybox:1.37', command: ['sh', '-c', 'true'] }],
          },
        },
      },
    })),
    change: 'patch',
  },
  {
    kind: 'Event',
    path: `${core}/events`,
    strict: true,
    valueOf: annotated,
    make: (name, value) => ({
      ...named('v1', 'Event', () => ({}))(name, value),
      involvedObject: { kind: 'ConfigMap', namespace: NAMESPACE, name: 'any' },
      reason: 'Crash',
      message: value,
      type: 'Normal',
    }),
  },
  {
    kind: 'Lease',
    path: `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`,
    // renewals are not kept; who holds it is
    strict: false,
    valueOf: (object) => (object['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity ?? '',
    make: named('coordination.k8s.io/v1', 'Lease', (value) => ({ spec: { holderIdentity: value } })),
    change: 'update',
  },
];

/** Not ours: what the cluster itself keeps in every namespace, and tells about the jobs. */
const OWN = /^(cm|sec|sa|job|ev|lease)-/;
const PREFIX: Readonly<Record<string, string>> = {
  ConfigMap: 'cm',
  Secret: 'sec',
  ServiceAccount: 'sa',
  Job: 'job',
  Event: 'ev',
  Lease: 'lease',
};

/** Clients that write and watch several kinds as fast as they are answered, and remember what they were told. */
export class WriteLoad {
  readonly #ledgers = new Map<Kind, WriteLedger>();
  readonly #watches = new Map<Kind, WatchRecord>();
  readonly #versions = new Map<number, string>();
  /** Versions of acknowledged writes since the start of the server, by kind. */
  readonly #written = new Map<Kind, number[]>();
  #count = 0;
  gone = 0;
  #highest = 0;

  constructor(
    private readonly server: KillableServer,
    private readonly random: () => number,
  ) {
    for (const kind of KINDS) {
      const ledger = new WriteLedger(kind.kind, kind.valueOf, kind.strict, this.#versions);
      this.#ledgers.set(kind, ledger);
      this.#watches.set(kind, new WatchRecord(server, kind.path, ledger));
      this.#written.set(kind, []);
    }
  }

  get acknowledged(): number {
    return [...this.#ledgers.values()].reduce((sum, ledger) => sum + ledger.acknowledged, 0);
  }

  /** Reads that showed a write before whoever had sent it was answered. */
  get early(): number {
    return [...this.#ledgers.values()].reduce((sum, ledger) => sum + ledger.early, 0);
  }

  get told(): number {
    return [...this.#watches.values()].reduce((sum, watch) => sum + watch.events, 0);
  }

  get violations(): string[] {
    return [...this.#ledgers.values(), ...this.#watches.values()].flatMap(({ violations }) => violations);
  }

  /** Makes the place where all happens; nothing when it is there. */
  async prepare(): Promise<void> {
    await this.server.kube('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  }

  /** Compares what the server has with what it promised, and watches on. */
  async check(): Promise<void> {
    this.#highest = Math.max(this.#highest, ...this.#versions.keys());
    for (const kind of KINDS) {
      this.#watches.get(kind)?.checkGaps(this.#written.get(kind) ?? []);
      this.#written.set(kind, []);
      const { body } = await this.server.kube('GET', kind.path);
      const items = (body as { items: Record<string, unknown>[] }).items.filter((item) =>
        OWN.test((item['metadata'] as { name: string }).name),
      );
      this.#ledgers.get(kind)?.compare(items.filter((item) => isOurs(kind, item)));
      if ((await this.#watches.get(kind)?.follow()) === 'gone') this.gone++;
    }
  }

  /** Writes, and reads what is written, until nobody answers any more. */
  async run(): Promise<void> {
    await Promise.all(
      KINDS.flatMap((kind) => [this.#client(kind, 0), this.#client(kind, 1), this.#reader(kind)]),
    );
  }

  async #reader(kind: Kind): Promise<void> {
    const ledger = this.#ledgers.get(kind);
    if (!ledger) return;
    for (;;) {
      const start = ledger.startRead();
      let answer: Answer;
      try {
        answer = await this.server.kube('GET', kind.path);
      } catch {
        return;
      }
      if (answer.status !== 200) return;
      const { items } = answer.body as { items: Record<string, unknown>[] };
      ledger.endRead(
        start,
        items.filter((item) => isOurs(kind, item)),
      );
    }
  }

  /** Two clients share a kind, not its objects: nobody else explains a conflict. */
  async #client(kind: Kind, half: number): Promise<void> {
    const ledger = this.#ledgers.get(kind);
    if (!ledger) return;
    for (let answered = true; answered;) {
      const prefix = PREFIX[kind.kind] ?? '';
      const name = kind.change
        ? `${prefix}-${half + 2 * Math.floor((this.random() * NAMES) / 2)}`
        : `${prefix}-${this.#count}`;
      const value = `v${this.#count++}`;
      const state = ledger.state(name);
      const isDeletion = state !== undefined && this.random() < 0.2;
      answered = await ledger.write(name, isDeletion ? null : value, () =>
        isDeletion
          ? this.server.kube('DELETE', `${kind.path}/${name}?propagationPolicy=Background`)
          : state
            ? this.#change(kind, name, value, state.version)
            : this.#create(kind, name, value),
      );
      const version = ledger.state(name)?.version;
      if (!answered || isDeletion || version === undefined) continue;
      this.#written.get(kind)?.push(version);
      if (version <= this.#highest)
        ledger.violations.push(`${kind.kind} ${name}: got ${version} although ${this.#highest} was before`);
    }
  }

  #create(kind: Kind, name: string, value: string): Promise<Answer> {
    if (kind.change === 'apply') return this.#apply(kind, name, value);
    return this.server.kube('POST', kind.path, kind.make(name, value));
  }

  #change(kind: Kind, name: string, value: string, version: number): Promise<Answer> {
    if (kind.change === 'apply') return this.#apply(kind, name, value);
    const { metadata, ...rest } = kind.make(name, value);
    if (kind.change === 'update')
      return this.server.kube('PUT', `${kind.path}/${name}`, {
        ...rest,
        metadata: { ...(metadata as object), resourceVersion: String(version) },
      });
    const { data } = rest;
    return this.server.kube(
      'PATCH',
      `${kind.path}/${name}`,
      { metadata: { annotations: { value } }, ...(data !== undefined && { data }) },
      'application/merge-patch+json',
    );
  }

  #apply(kind: Kind, name: string, value: string): Promise<Answer> {
    return this.server.kube(
      'PATCH',
      `${kind.path}/${name}?fieldManager=crash`,
      kind.make(name, value),
      'application/apply-patch+yaml',
    );
  }
}

function isOurs(kind: Kind, item: Record<string, unknown>): boolean {
  return kind.kind !== 'Event' || item['reason'] === 'Crash';
}
