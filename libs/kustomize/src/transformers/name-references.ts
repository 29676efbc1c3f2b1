import { getOwn } from '@lotse/manifests';
import { applyFieldSpec } from '../field-spec.js';
import { kustomizeError } from '../kustomize-error.js';
import { effectiveNamespace, formatId, type Gvk, isClusterScoped, isSelected } from '../resource-id.js';
import type { Resource } from '../resource.js';
import { referableFrom, type ResourceSet } from '../resource-set.js';
import type { NameReference } from '../transformer-config.js';
import { isMap, isNull, isScalar, textOf, type Value, type ValueMap } from '../values.js';

/** Gives references the new names of what they refer to. Resources are found by any name they had before. */
export function fixNameReferences(set: ResourceSet, references: readonly NameReference[]): void {
  for (const resource of set.list) checkSubjects(resource);
  const byOldName = new Map<string, Resource[]>();
  for (const resource of set.list)
    for (const name of new Set(resource.previous.map((previous) => previous.name))) {
      const known = byOldName.get(name);
      if (known) known.push(resource);
      else byOldName.set(name, [resource]);
    }
  if (byOldName.size === 0) return;
  for (const referrer of set.list) {
    const fixer = new ReferenceFixer(set, referrer, byOldName);
    const { originalId } = referrer;
    for (const reference of references)
      for (const spec of reference.fieldSpecs)
        if (isSelected(originalId, spec))
          applyFieldSpec(referrer.value, { path: spec.path }, (value) =>
            fixer.fix(value, reference, spec.path),
          );
  }
  set.touch();
}

/** A service account in a role binding may leave its namespace out, but not leave it blank. */
function checkSubjects(resource: Resource): void {
  const subjects = resource.kind === 'RoleBinding' ? getOwn(resource.value, 'subjects') : undefined;
  if (!Array.isArray(subjects)) return;
  for (const subject of subjects) {
    const namespace =
      isMap(subject) && textOf(getOwn(subject, 'kind')) === 'ServiceAccount'
        ? getOwn(subject, 'namespace')
        : undefined;
    if (namespace !== undefined && typeof namespace !== 'string')
      throw kustomizeError(
        'reference',
        `Invalid Input: namespace is blank for resource "${formatId(resource.id)}"`,
        {
          object: `RoleBinding ${resource.name}`,
          field: 'subjects.namespace',
        },
      );
  }
}

/** Fixes the references of one resource. */
class ReferenceFixer {
  readonly #set: ResourceSet;
  readonly #referrer: Resource;
  readonly #byOldName: ReadonlyMap<string, Resource[]>;
  readonly #referable: (target: Resource) => boolean;

  constructor(set: ResourceSet, referrer: Resource, byOldName: ReadonlyMap<string, Resource[]>) {
    this.#set = set;
    this.#referrer = referrer;
    this.#byOldName = byOldName;
    this.#referable = referableFrom(referrer);
  }

  fix(value: Value, target: Partial<Gvk>, path: string): Value {
    if (isNull(value)) return value;
    if (isScalar(value)) return this.#fixName(value, target, path);
    if (isMap(value)) return this.#fixMap(value, target, path);
    for (let i = 0; i < value.length; i++) {
      const item = value[i] ?? null;
      if (Array.isArray(item)) throw this.#fail(path, 'expected text or a map in the list');
      value[i] = this.fix(item, target, path);
    }
    return value;
  }

  #fail(path: string, problem: string): Error {
    return kustomizeError(
      'reference',
      `updating name reference in '${path}' field of '${formatId(this.#referrer.id)}': ${problem}`,
      {
        object: `${this.#referrer.kind} ${this.#referrer.name}`,
        field: path,
      },
    );
  }

  #fixName(value: Value, target: Partial<Gvk>, path: string): Value {
    const name = textOf(value);
    const referral = this.#select(name, this.#candidates(name), target, path, (a, b) => a.name === b.name);
    return referral === undefined || referral.name === name ? value : referral.name;
  }

  #fixMap(map: ValueMap, target: Partial<Gvk>, path: string): Value {
    const nameValue = getOwn(map, 'name');
    if (nameValue === undefined) throw this.#fail(path, "path config error; no 'name' field in node");
    const name = textOf(nameValue);
    let candidates = this.#candidates(name);
    const namespaceValue = getOwn(map, 'namespace');
    if (namespaceValue !== undefined) candidates = this.#inNamespace(candidates, textOf(namespaceValue));
    const referral = this.#select(
      name,
      candidates,
      target,
      path,
      (a, b) => a.name === b.name && a.namespace === b.namespace,
    );
    if (!referral || (referral.name === name && referral.namespace === '')) return map;
    map['name'] = referral.name;
    if (referral.namespace !== '') map['namespace'] = referral.namespace;
    return map;
  }

  /** Resources that once had the name and can be referred to from here. */
  #candidates(name: string): Resource[] {
    return this.#byOldName.get(name)?.filter(this.#referable) ?? [];
  }

  /** Those whose first namespace it was, or if nothing at all was there first, those that are there now. */
  #inNamespace(candidates: readonly Resource[], namespace: string): Resource[] {
    const original = (resource: Resource): boolean =>
      !isClusterScoped(resource.originalId) && effectiveNamespace(resource.originalId) === namespace;
    const anyOriginal = this.#set.list.some((resource) => this.#referable(resource) && original(resource));
    if (anyOriginal) return candidates.filter(original);
    return candidates.filter(
      (resource) => !isClusterScoped(resource.id) && effectiveNamespace(resource.id) === namespace,
    );
  }

  #select(
    name: string,
    all: readonly Resource[],
    target: Partial<Gvk>,
    path: string,
    identical: (a: Resource, b: Resource) => boolean,
  ): Resource | undefined {
    if (all.length === 0) return undefined;
    const referrer = this.#referrer;
    const role = path.endsWith('roleRef/name') ? roleReference(referrer) : undefined;
    const { id } = referrer;
    let candidates = all.filter((resource) => {
      const former = resource.previousIds;
      if (!former.some((previous) => isSelected(previous, target))) return false;
      if (role && !former.some((previous) => isSelected(previous, role))) return false;
      if (isClusterScoped(id) || isClusterScoped(resource.id) || resource.kind === 'ServiceAccount')
        return true;
      return effectiveNamespace(id) === effectiveNamespace(resource.id);
    });
    if (candidates.length === 1) return candidates[0];
    candidates = candidates.filter((resource) => sameAffixes(resource, referrer, true));
    if (candidates.length > 1)
      candidates = candidates.filter((resource) => sameAffixes(resource, referrer, false));
    const [first] = candidates;
    if (!first || candidates.length === 1 || candidates.every((resource) => identical(first, resource)))
      return first;
    throw this.#fail(
      path,
      `found multiple possible referrals for ${name}: ${candidates.map((resource) => formatId(resource.id)).join(', ')}; give them different names`,
    );
  }
}

function roleReference(referrer: Resource): Partial<Gvk> | undefined {
  const reference = getOwn(referrer.value, 'roleRef');
  if (!isMap(reference)) return undefined;
  const group = getOwn(reference, 'apiGroup');
  const kind = getOwn(reference, 'kind');
  if (group === undefined || isNull(group) || kind === undefined || isNull(kind)) return undefined;
  return { group: textOf(group), kind: textOf(kind) };
}

/** True when both got the same prefixes and suffixes last: they come from the same branch of overlays. */
function sameAffixes(a: Resource, b: Resource, emptyMatches: boolean): boolean {
  return sameEnding(a.prefixes, b.prefixes, emptyMatches) && sameEnding(a.suffixes, b.suffixes, emptyMatches);
}

function sameEnding(a: readonly string[], b: readonly string[], emptyMatches: boolean): boolean {
  if (a.length === 0 || b.length === 0) return emptyMatches || a.length === b.length;
  const length = Math.min(a.length, b.length);
  for (let i = 1; i <= length; i++) if (a.at(-i) !== b.at(-i)) return false;
  return true;
}
