import { formatQuantity, parseQuantity, type QuantityFormat } from '../registry/quantity.js';
import type { Store } from '../store/store.js';
import type { ResourceKey, StoredObject } from '../store/stored-object.js';
import type { ResourceQuota } from '../types/index.js';
import { quotaCounts, resourcesOfQuota, usageOf, type Usage } from './quota-usage.js';

/** One amount of a quota: the sum, and how many of what it is made of are written in each format. */
interface Total {
  nano: bigint;
  readonly formats: Map<QuantityFormat, number>;
}

/** The running totals of one quota, good for one value of its spec. */
interface Account {
  readonly quota: ResourceQuota;
  readonly totals: Map<string, Total>;
}

type Counted = { readonly group: string; readonly resource: string };

const ledgers = new WeakMap<Store, QuotaLedger>();

/** What a quota's namespace uses right now of what the quota limits. */
export function quotaUsed(store: Store, quota: ResourceQuota): Usage {
  let ledger = ledgers.get(store);
  if (!ledger) ledgers.set(store, (ledger = new QuotaLedger(store)));
  return ledger.used(quota);
}

/**
 * Running totals of every quota that was asked about: a namespace is added up once, and from then on each change of one of
 * its objects moves the totals by what it changes. The tables tell it in the moment of the change, so a write that was
 * refused never counted and one made by a listener already does.
 */
class QuotaLedger {
  readonly #store: Store;
  /** By namespace, then by name of the quota. */
  readonly #accounts = new Map<string, Map<string, Account>>();
  readonly #observed = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
    store.table('/resourcequotas').observe((previous, next) => {
      if (previous && (previous as ResourceQuota).spec !== (next as ResourceQuota | undefined)?.spec)
        this.#forget(previous);
    });
  }

  used(quota: ResourceQuota): Usage {
    const { namespace = '', name = '' } = quota.metadata;
    let inNamespace = this.#accounts.get(namespace);
    if (!inNamespace) this.#accounts.set(namespace, (inNamespace = new Map<string, Account>()));
    let account = inNamespace.get(name);
    if (!account || account.quota.spec !== quota.spec) {
      account = this.#opened(quota);
      inNamespace.set(name, account);
    }
    const used: Usage = {};
    for (const [limited, total] of account.totals)
      used[limited] = formatQuantity({ nano: total.nano, format: usualFormat(total) });
    return used;
  }

  #opened(quota: ResourceQuota): Account {
    const totals = new Map<string, Total>();
    for (const name of Object.keys(quota.spec?.hard ?? {}))
      totals.set(name, { nano: 0n, formats: new Map() });
    const account = { quota, totals };
    for (const [key, resource] of resourcesOfQuota(quota)) {
      const table = this.#store.table(key as ResourceKey);
      for (const object of table.by('namespace', quota.metadata.namespace ?? ''))
        count(account, resource, object, 1);
      if (this.#observed.has(key)) continue;
      this.#observed.add(key);
      table.observe((previous, next) => this.#changed(resource, previous, next));
    }
    return account;
  }

  #changed(resource: Counted, previous: StoredObject | undefined, next: StoredObject | undefined): void {
    const accounts = this.#accounts.get((next ?? previous)?.metadata.namespace ?? '');
    if (!accounts) return;
    for (const account of accounts.values()) {
      if (previous) count(account, resource, previous, -1);
      if (next) count(account, resource, next, 1);
    }
  }

  #forget({ metadata: { namespace = '', name = '' } }: StoredObject): void {
    const inNamespace = this.#accounts.get(namespace);
    inNamespace?.delete(name);
    if (inNamespace?.size === 0) this.#accounts.delete(namespace);
  }
}

function count({ quota, totals }: Account, resource: Counted, object: StoredObject, sign: 1 | -1): void {
  if (!quotaCounts(quota, resource, object)) return;
  for (const [name, amount] of Object.entries(usageOf(resource, object))) {
    const total = totals.get(name);
    const quantity = total && parseQuantity(amount);
    if (!quantity || quantity.nano === 0n) continue;
    total.nano += BigInt(sign) * quantity.nano;
    total.formats.set(quantity.format, (total.formats.get(quantity.format) ?? 0) + sign);
  }
}

/** A sum is written as most of its parts are. */
function usualFormat({ formats }: Total): QuantityFormat {
  let usual: QuantityFormat = 'DecimalSI';
  for (const [format, parts] of formats) if (parts > (formats.get(usual) ?? 0)) usual = format;
  return usual;
}
