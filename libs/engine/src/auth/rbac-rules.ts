import { withoutTrailing } from '@lotse/manifests';
import type { PolicyRule } from '../types/index.js';

/** What a rule is asked about a resource. */
export interface ResourceQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(value) || list.includes('*'));

/** Whether a rule allows an action on a resource (component-helpers auth/rbac/validation, evaluation helpers). */
export function ruleAllowsResource(rule: PolicyRule, question: ResourceQuestion): boolean {
  const { verb, group, resource, subresource, name } = question;
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  if (!resourceMatches(rule.resources, resource, subresource)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (name !== '' && names.includes(name));
}

function resourceMatches(
  resources: readonly string[] | undefined,
  resource: string,
  subresource: string,
): boolean {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  return (
    resources !== undefined &&
    (resources.includes('*') ||
      resources.includes(wanted) ||
      (subresource !== '' && resources.includes(`*/${subresource}`)))
  );
}

/** Whether a rule allows a plain URL. */
export function ruleAllowsUrl(rule: PolicyRule, verb: string, path: string): boolean {
  if (!has(rule.verbs, verb)) return false;
  return (rule.nonResourceURLs ?? []).some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(withoutTrailing(url, '*'))),
  );
}

/**
 * Splits rules into their smallest parts and returns those that `owned` does not cover: what a user would give away without
 * having it (validation.Covers).
 */
export function uncoveredRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)));
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const verb of rule.verbs) {
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const names = rule.resourceNames ?? [];
        const base = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (names.length === 0) parts.push(base);
        else parts.push(...names.map((name) => ({ ...base, resourceNames: [name] })));
      }
    }
    for (const url of rule.nonResourceURLs ?? []) parts.push({ verbs: [verb], nonResourceURLs: [url] });
  }
  return parts;
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  const [verb = ''] = part.verbs;
  const [url] = part.nonResourceURLs ?? [];
  if (url !== undefined) {
    if (!has(owner.verbs, verb)) return false;
    return (owner.nonResourceURLs ?? []).some(
      (own) => own === url || (own.endsWith('*') && url.startsWith(own.slice(0, -1))),
    );
  }
  const [group = ''] = part.apiGroups ?? [];
  const [resource = ''] = part.resources ?? [];
  const [name] = part.resourceNames ?? [];
  const [base = '', subresource = ''] = resource.split('/');
  const names = owner.resourceNames ?? [];
  return (
    has(owner.verbs, verb) &&
    has(owner.apiGroups, group) &&
    (resourceMatches(owner.resources, base, subresource) || Boolean(owner.resources?.includes(resource))) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

/** A rule as error messages show it: `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`. */
export function describeRule(rule: PolicyRule): string {
  const list = (name: string, values: readonly string[] | undefined): string[] =>
    values && values.length > 0
      ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`]
      : [];
  return `{${[
    ...list('APIGroups', rule.apiGroups),
    ...list('Resources', rule.resources),
    ...list('ResourceNames', rule.resourceNames),
    ...list('NonResourceURLs', rule.nonResourceURLs),
    ...list('Verbs', rule.verbs),
  ].join(', ')}}`;
}
