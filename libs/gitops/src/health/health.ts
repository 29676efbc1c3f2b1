import type { KubeObject } from '@lotse/manifests';
import { ANNOTATION, annotation } from '../annotations.js';
import type { HealthStatus } from '../application/types.js';
import { HEALTH_ORDER, type HealthStatusCode } from '../vocabulary.js';
import { HEALTH_CHECKS } from './registry.js';

/** Keeps a hook from disappearing before its outcome was read. */
const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/**
 * Health of one live object by the rules of Argo CD; undefined for kinds that have no notion of it.
 * Something that is going away is Progressing whatever its kind.
 */
export function objectHealth(object: KubeObject): HealthStatus | undefined {
  if (
    object.metadata.deletionTimestamp !== undefined &&
    !object.metadata.finalizers?.includes(HOOK_FINALIZER)
  ) {
    return { status: 'Progressing', message: 'Pending deletion' };
  }
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  return HEALTH_CHECKS.get(`${group}/${object.kind}`)?.(object);
}

/** The worse of two. */
export function worseHealth(a: HealthStatusCode, b: HealthStatusCode): HealthStatusCode {
  return HEALTH_ORDER.indexOf(a) >= HEALTH_ORDER.indexOf(b) ? a : b;
}

/** One direct object of an application, as its health counts. */
export interface HealthPart {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined when the object is not in the cluster. */
  readonly live: KubeObject | undefined;
  readonly hook: boolean;
  /** Health if already known; computed from `live` otherwise. */
  readonly health?: HealthStatus | undefined;
}

/** At most this many objects are named as the cause. */
const MAX_CAUSES = 3;

/**
 * Health of an application: the worst of its direct objects (never their children). Hooks and objects that opt out
 * don't count. A missing object doesn't count unless all are missing; a child application counts only when it is known.
 */
export function applicationHealth(parts: readonly HealthPart[]): HealthStatus {
  let worst: HealthStatusCode = 'Healthy';
  let causes: string[] = [];
  const counted = parts.filter((part) => !part.hook);
  if (counted.length > 0 && counted.every((part) => part.live === undefined)) return { status: 'Missing' };
  for (const part of counted) {
    if (!part.live || annotation(part.live, ANNOTATION.ignoreHealthcheck) === 'true') continue;
    const health = part.health ?? objectHealth(part.live);
    if (!health) continue;
    if (part.kind === 'Application' && (health.status === 'Missing' || health.status === 'Unknown')) continue;
    const cause = `${part.kind}:${part.namespace ? `${part.namespace}/` : ''}${part.name}`;
    if (health.status === worst) causes.push(cause);
    else if (worseHealth(health.status, worst) === health.status) {
      worst = health.status;
      causes = [cause];
    }
  }
  if (worst === 'Healthy') return { status: worst };
  const more = causes.length > MAX_CAUSES ? ` and ${causes.length - MAX_CAUSES} more` : '';
  return { status: worst, message: `Caused by ${causes.slice(0, MAX_CAUSES).join(', ')}${more}` };
}
