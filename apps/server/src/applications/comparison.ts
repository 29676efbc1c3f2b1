import { groupVersionKind, objectKey, type KubeObject } from '@lotse/manifests';
import {
  ClusterError,
  compareObject,
  hookTypes,
  isHook,
  isSkipped,
  trackedBy,
  type ApplicationCondition,
  type ComparedObject,
  type IgnoreDifference,
} from '@lotse/gitops';
import { FIELD_MANAGER, type InProcessClusterClient } from '../cluster/in-process-cluster-client.js';
import type { LiveIndex } from '../cluster/live-index.js';

/** What is compared. */
export interface ComparisonInput {
  readonly application: string;
  readonly targets: readonly KubeObject[];
  readonly ignoreDifferences: readonly IgnoreDifference[];
}

/** What came of it. */
export interface Comparison {
  readonly objects: readonly ComparedObject[];
  readonly warnings: readonly Pick<ApplicationCondition, 'type' | 'message'>[];
  /** True when something could not be asked that can be later. */
  readonly isDoubtful: boolean;
}

/** Objects that wait for their webhooks at the same time. */
const COMPARED_AT_ONCE = 32;

interface Pair {
  readonly key: string;
  readonly target: KubeObject | undefined;
  readonly live: KubeObject | undefined;
}

interface Remembered extends Pair {
  readonly compared: ComparedObject;
  /** Why this may be wrong. */
  readonly failures: readonly string[];
}

/**
 * Compares the objects of one application with the cluster, and remembers: an object is tried again only when it, its
 * target or the rules changed. Objects are immutable, so the same reference is the same content.
 */
export class ApplicationComparison {
  #remembered = new Map<string, Remembered>();
  #rules = '';

  constructor(
    private readonly client: InProcessClusterClient,
    private readonly index: LiveIndex,
  ) {}

  async compare(input: ComparisonInput): Promise<Comparison> {
    const rules = JSON.stringify(input.ignoreDifferences);
    if (rules !== this.#rules) this.#remembered = new Map();
    this.#rules = rules;
    const pairs: Pair[] = [];
    const warnings: Comparison['warnings'][number][] = [];
    const seen = new Set<string>();
    for (const target of input.targets) {
      if (isSkipped(target)) {
        seen.add(objectKey(target));
        continue;
      }
      const key = objectKey(target);
      seen.add(key);
      const live = target.metadata.name === undefined ? undefined : this.client.getNow(refOf(target));
      const owner = live && trackedBy(live);
      if (owner !== undefined && owner !== input.application) {
        warnings.push({
          type: 'SharedResourceWarning',
          message: `${target.kind}/${target.metadata.name ?? ''} is part of applications ${owner} and ${input.application}. Remove it from one of them.`,
        });
      }
      pairs.push({ key, target, live });
    }
    for (const [key, live] of this.index.tracked(input.application)) {
      if (!seen.has(key) && hookTypes(live).length === 0) pairs.push({ key, target: undefined, live });
    }
    const looked: Remembered[] = [];
    for (let from = 0; from < pairs.length; from += COMPARED_AT_ONCE) {
      const together = pairs.slice(from, from + COMPARED_AT_ONCE);
      looked.push(...(await Promise.all(together.map((pair) => this.#look(pair, input.ignoreDifferences)))));
    }
    this.#remembered = new Map(looked.map((one) => [one.key, one]));
    const failures = webhookWarnings(looked);
    return {
      objects: looked.map(({ compared }) => compared),
      warnings: [...warnings, ...failures],
      isDoubtful: failures.length > 0,
    };
  }

  async #look(pair: Pair, rules: readonly IgnoreDifference[]): Promise<Remembered> {
    const known = this.#remembered.get(pair.key);
    const isSame = known?.target === pair.target && known?.live === pair.live;
    if (known && isSame && known.failures.length === 0) return known;
    return { ...pair, ...(await this.#compare(pair, rules)) };
  }

  async #compare(
    { target, live }: Pair,
    ignoreDifferences: readonly IgnoreDifference[],
  ): Promise<Pick<Remembered, 'compared' | 'failures'>> {
    const without = compareObject({ target, live, ignoreDifferences });
    if (!target || !live || isHook(target)) return { compared: without, failures: [] };
    try {
      const { object: predicted, failures } = await this.client.predict(target, FIELD_MANAGER);
      const shown = await this.client.inVersion(live, predicted.apiVersion);
      return { compared: compareObject({ target, live: shown, predicted, ignoreDifferences }), failures };
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      // it can't be applied as it is: certainly not in sync, and the sync says why
      const compared: ComparedObject = { ...without, modified: true, status: 'OutOfSync' };
      return { compared, failures: error.code >= 500 ? [error.message] : [] };
    }
  }
}

/** One line for each failure, however many objects it concerns. */
function webhookWarnings(looked: readonly Remembered[]): Comparison['warnings'] {
  const concerned = new Map<string, string[]>();
  for (const { compared, failures } of looked) {
    const name = `${compared.kind}/${compared.name}`;
    for (const failure of failures) concerned.set(failure, [...(concerned.get(failure) ?? []), name]);
  }
  return [...concerned].map(([failure, [first = '', ...others]]) => ({
    type: 'WebhookWarning',
    message: `A webhook could not be asked, which is tried again in half a minute: ${failure}. It concerns ${first}${others.length > 0 ? ` and ${others.length} more` : ''}.`,
  }));
}

function refOf(object: KubeObject): {
  group: string;
  version: string;
  kind: string;
  namespace: string | undefined;
  name: string;
} {
  return {
    ...groupVersionKind(object),
    namespace: object.metadata.namespace,
    name: object.metadata.name ?? '',
  };
}
