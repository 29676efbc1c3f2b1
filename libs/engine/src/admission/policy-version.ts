import { conversionOf, storageOf } from '../api/conversion/conversions.js';
import type { AdmissionRequest } from './admission-request.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import type { MatchResources, RuleWithOperations } from '../types/index.js';
import { ruleMatches, selectorsMatch } from './match-rules.js';
import type { AdmissionContext } from './plugin.js';

/**
 * The version of the resource that the rules name: the request's own, or another one the same objects are served in unless
 * the match is to be exact. Undefined when no rule is about the request.
 */
export function versionByRules(
  rules: readonly RuleWithOperations[],
  matchPolicy: string | undefined,
  request: AdmissionRequest,
  context: AdmissionContext,
): ResourceInfo | undefined {
  const { requested = request.resource } = request;
  if (rules.some((rule) => ruleMatches(rule, { ...request, resource: requested }))) return requested;
  if (matchPolicy === 'Exact') return undefined;
  const others = equivalents(requested, context);
  for (const rule of rules) {
    const found = others.find((resource) => ruleMatches(rule, { ...request, resource }));
    if (found) return found;
  }
  return undefined;
}

/** The version in which a policy or its binding wants to see a request; undefined when it is none of its business. */
export function versionForPolicy(
  match: MatchResources | undefined,
  request: AdmissionRequest,
  context: AdmissionContext,
): ResourceInfo | undefined {
  if (!match) return request.requested ?? request.resource;
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = match;
  if (!selectorsMatch(match, request, context.store)) return undefined;
  if (versionByRules(excludeResourceRules, matchPolicy, request, context)) return undefined;
  return resourceRules.length === 0
    ? (request.requested ?? request.resource)
    : versionByRules(resourceRules, matchPolicy, request, context);
}

/** The other versions the same objects are served in. */
function equivalents(resource: ResourceInfo, { registry }: AdmissionContext): ResourceInfo[] {
  const key = resourceKey(storageOf(registry, resource));
  return [...registry.all()].filter(
    (other) =>
      other !== resource &&
      (resourceKey(other) === key || conversionOf(other) !== undefined) &&
      resourceKey(storageOf(registry, other)) === key,
  );
}
