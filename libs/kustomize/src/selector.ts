import { RE2JS } from 're2js';
import type { Selector } from './kustomization.js';
import { kustomizeError, messageOf } from './kustomize-error.js';
import { nearMiss } from './nearest.js';
import { parseLabelSelector } from './label-selector.js';
import type { Resource } from './resource.js';
import { effectiveNamespace, type Gvk } from './resource-id.js';
import type { ResourceSet } from './resource-set.js';

/** Patterns of this kind match nothing but themselves. */
const LITERAL = /^[A-Za-z0-9_/-]*$/;

/** A test for a whole text; an empty pattern accepts everything. */
export function textMatcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  if (LITERAL.test(pattern)) return (text) => text === pattern;
  const compiled = compilePattern(`^(?:${pattern})$`);
  return (text) => compiled.matcher(text).find();
}

/** Compiles a pattern in Go's syntax, whose matching takes linear time whatever the pattern. */
export function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw kustomizeError(
      'pattern',
      `'${pattern}' is not a regular expression: ${messageOf(error)}`,
      {},
      error,
    );
  }
}

/** A test of group, version and kind. */
export function kindMatcher(selector: Selector): (gvk: Gvk) => boolean {
  const group = textMatcher(selector.group);
  const version = textMatcher(selector.version);
  const kind = textMatcher(selector.kind);
  return (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind);
}

/** A test of labels and annotations. */
export function metadataMatcher(selector: Selector): (resource: Resource) => boolean {
  const { labelSelector, annotationSelector } = selector;
  // Read when the first resource asks: a selector that nobody comes to may say anything.
  let labels: ((labels: ReadonlyMap<string, string>) => boolean) | undefined;
  let annotations: typeof labels;
  return (resource) =>
    (!labelSelector || (labels ??= parseLabelSelector(labelSelector))(resource.metadataMap('labels'))) &&
    (!annotationSelector ||
      (annotations ??= parseLabelSelector(annotationSelector))(resource.metadataMap('annotations')));
}

/** The resources a selector picks, by their first or their current name and namespace. */
export function selectResources(set: ResourceSet, selector: Selector): Resource[] {
  const name = textMatcher(selector.name);
  const namespace = textMatcher(selector.namespace);
  const kind = kindMatcher(selector);
  const metadata = metadataMatcher(selector);
  return set.list.filter((resource) => {
    const { id, originalId } = resource;
    return (
      (namespace(effectiveNamespace(originalId)) || namespace(effectiveNamespace(id))) &&
      (name(originalId.name) || name(id.name)) &&
      kind(id) &&
      metadata(resource)
    );
  });
}

/** Warns of a target that selects nothing when one resource is close to what it names: the original passes over it. */
export function warnOfMiss(set: ResourceSet, target: Selector, field: string, warnings?: string[]): void {
  // Short names are near to each other by chance, and a pattern is near to nothing.
  const { name = '' } = target;
  const near = name.length >= 4 && LITERAL.test(name) ? nearMiss(target, set.ids()) : undefined;
  if (near !== undefined)
    warnings?.push(`${field}: the target ${JSON.stringify(target)} selects nothing; did you mean ${near}?`);
}
