import { describe, expect, it } from 'vitest';
import { BUILT_IN_POLICY, decide, joinPolicies, matchesGlob, parsePolicy } from './policy.js';

const policy = joinPolicies(
  parsePolicy(BUILT_IN_POLICY),
  parsePolicy(`
# teams
p, role:dev, applications, *, dev/*, allow
p, role:dev, applications, delete, dev/keep, deny
p, role:dev, applications, action/apps/Deployment/restart, dev/*, allow
g, alice, role:dev
g, team-b, role:readonly
`),
);

describe('a policy', () => {
  it.each([
    ['admin', 'applications', 'delete', 'any/app', true],
    ['admin', 'settings', 'update', '*', true],
    ['alice', 'applications', 'sync', 'dev/web', true],
    ['alice', 'applications', 'delete', 'dev/web', true],
    ['alice', 'applications', 'delete', 'dev/keep', false],
    ['alice', 'applications', 'sync', 'prod/web', false],
    ['alice', 'repositories', 'get', '*', false],
    ['team-b', 'applications', 'get', 'prod/web', true],
    ['team-b', 'applications', 'sync', 'prod/web', false],
    ['team-b', 'audit', 'get', '*', false],
    ['nobody', 'applications', 'get', 'dev/web', false],
    ['constructor', 'applications', 'get', 'dev/web', false],
  ])('lets %s do %s %s on %s: %s', (subject, resource, action, object, allowed) => {
    expect(decide(policy, [subject], resource, action, object)).toBe(allowed);
  });

  it('is denied by one rule whatever others allow', () => {
    const both = joinPolicies(
      parsePolicy('p, a, *, *, *, allow'),
      parsePolicy('p, a, clusters, *, prod, deny'),
    );
    expect(decide(both, ['a'], 'clusters', 'get', 'prod')).toBe(false);
    expect(decide(both, ['a'], 'clusters', 'get', 'test')).toBe(true);
  });

  it('follows roles in roles, also in circles', () => {
    const circle = parsePolicy('g, a, b\ng, b, c\ng, c, a\np, c, applications, get, *, allow');
    expect(decide(circle, ['a'], 'applications', 'get', 'x/y')).toBe(true);
  });

  it.each([
    'p, a, b',
    'x, a, b, c, d',
    'p, a, applications, get, *, maybe',
    'g, a',
    'g, a, b, c',
    'p, , applications, get, *',
  ])('names the line that is wrong: %s', (line) => {
    expect(() => parsePolicy(`# fine\n${line}`)).toThrowError(/Line 2 of the policy/);
  });
});

describe('a glob', () => {
  it.each([
    ['*', 'a/b', true],
    ['dev/*', 'dev/a/b', true],
    ['dev/*', 'prod/dev/a', false],
    ['*/web', 'dev/web', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['', '', true],
    ['a*b*c', 'a--b--c', true],
    ['a*b*c', 'a--c--b', false],
  ])('%j on %j: %s', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  it('takes no time on patterns made to take it', () => {
    const started = performance.now();
    expect(matchesGlob(`${'a*'.repeat(50)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
