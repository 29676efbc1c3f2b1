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
}

interface Remembered {
  readonly target: KubeObject | undefined;
  readonly live: KubeObject | undefined;
  readonly compared: ComparedObject;
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
    const objects: ComparedObject[] = [];
    const warnings: Comparison['warnings'][number][] = [];
    const next = new Map<string, Remembered>();
    const seen = new Set<string>();
    const add = async (
      key: string,
      target: KubeObject | undefined,
      live: KubeObject | undefined,
    ): Promise<void> => {
      const known = this.#remembered.get(key);
      const compared =
        known && known.target === target && known.live === live
          ? known.compared
          : await this.#compare(target, live, input.ignoreDifferences);
      next.set(key, { target, live, compared });
      objects.push(compared);
    };
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
      await add(key, target, live);
    }
    for (const [key, live] of this.index.tracked(input.application)) {
      if (!seen.has(key) && hookTypes(live).length === 0) await add(key, undefined, live);
    }
    this.#remembered = next;
    return { objects, warnings };
  }

  async #compare(
    target: KubeObject | undefined,
    live: KubeObject | undefined,
    ignoreDifferences: readonly IgnoreDifference[],
  ): Promise<ComparedObject> {
    if (!target || !live || isHook(target)) return compareObject({ target, live, ignoreDifferences });
    const predicted = await this.#predict(target);
    if (predicted) {
      const shown = await this.client.inVersion(live, predicted.apiVersion);
      return compareObject({ target, live: shown, predicted, ignoreDifferences });
    }
    // it can't be applied as it is: certainly not in sync, and the sync says why
    return { ...compareObject({ target, live, ignoreDifferences }), modified: true, status: 'OutOfSync' };
  }

  async #predict(target: KubeObject): Promise<KubeObject | undefined> {
    try {
      return await this.client.apply(target, { fieldManager: FIELD_MANAGER, force: true, dryRun: true });
    } catch (error) {
      if (error instanceof ClusterError) return undefined;
      throw error;
    }
  }
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
