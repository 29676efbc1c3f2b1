import type { AdmissionRequest } from './admission-request.js';
import { matchesSelector } from '../selectors/label-selector.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ParamKind, ParamRef } from '../types/index.js';
import type { AdmissionContext } from './plugin.js';

/** A binding that can't be used as it is written; the policy's failurePolicy decides what becomes of the request. */
export class BindingProblem extends Error {
  constructor(problem: string) {
    super(`failed to configure binding: ${problem}`);
    this.name = 'BindingProblem';
  }
}

/**
 * The objects a policy is evaluated with, once for each: `[null]` without parameters, none when there are none and that is
 * allowed (policy/generic CollectParams). Throws a BindingProblem.
 */
export function collectParams(
  kind: ParamKind | undefined,
  reference: ParamRef | undefined,
  request: AdmissionRequest,
  { store, registry }: AdmissionContext,
): readonly (StoredObject | null)[] {
  if (!kind || !reference) return [null];
  const resource = registry.findKind(kind.apiVersion ?? '', kind.kind ?? '');
  if (!resource)
    throw new BindingProblem(
      `paramKind kind \`${kind.apiVersion ?? ''}, Kind=${kind.kind ?? ''}\` not known`,
    );
  const own = request.resource.namespaced ? request.object.metadata.namespace : undefined;
  const namespace = resource.namespaced ? reference.namespace || own : undefined;
  if (resource.namespaced && !namespace)
    throw new BindingProblem(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  if (!resource.namespaced && reference.namespace)
    throw new BindingProblem('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  const key = `${resource.group}/${resource.resource}` as const;
  let found: StoredObject[];
  if (reference.name) {
    const named = store.get(key, objectName(namespace, reference.name));
    found = named ? [named] : [];
  } else if (reference.selector) {
    const { selector } = reference;
    found = [...store.table(key).objects.values()].filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        matchesSelector(selector, metadata.labels),
    );
  } else throw new BindingProblem('one of name or selector must be provided');
  if (found.length === 0 && reference.parameterNotFoundAction !== 'Allow')
    throw new BindingProblem('no params found for policy binding with `Deny` parameterNotFoundAction');
  return found;
}
