import { describe, expect, it } from 'vitest';
import { createCluster } from '../cluster.js';
import { Namespaces, type ResourceType } from '../clients/resource-type.js';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding } from '../types/index.js';
import { installRbac } from './install-rbac.js';
import { ruleAllowsResource, ruleAllowsUrl, uncoveredRules } from './rbac-rules.js';

const rbac = <T extends ClusterRole | RoleBinding>(
  resource: string,
  kind: string,
  namespaced: boolean,
): ResourceType<T> => ({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource,
  kind,
  namespaced,
});
const ClusterRoles = rbac<ClusterRole>('clusterroles', 'ClusterRole', false);
const RoleBindings = rbac<RoleBinding>('rolebindings', 'RoleBinding', true);
const ClusterRoleBindings = rbac<ClusterRoleBinding>('clusterrolebindings', 'ClusterRoleBinding', false);

function start() {
  const cluster = createCluster({ controllers: [] });
  for (const name of ['default', 'team', 'kube-system']) {
    if (cluster.store.get('/namespaces', `/${name}`)) continue;
    cluster.client.create(Namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const { authorizer } = installRbac(cluster);
  cluster.settle();
  const may = (
    user: string,
    groups: readonly string[],
    verb: string,
    target: string,
    namespace = '',
    name = '',
  ): boolean => {
    const [resourcePart = '', group = ''] = target.split('@');
    const [resource = '', subresource = ''] = resourcePart.split('/');
    const question = { verb, group, version: 'v1', resource, subresource, namespace, name };
    return authorizer.authorize({ user: { user, groups }, ...question }).allowed;
  };
  const bind = (role: string, user: string, namespace?: string): void => {
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    };
    const name = `${user}-${role}`;
    if (namespace === undefined)
      cluster.client.create(ClusterRoleBindings, {
        ...binding,
        kind: 'ClusterRoleBinding',
        metadata: { name },
      });
    else
      cluster.client.create(RoleBindings, { ...binding, kind: 'RoleBinding', metadata: { name, namespace } });
  };
  return { cluster, authorizer, may, bind };
}

describe('RBAC', () => {
  it('lets masters do everything and strangers nothing', () => {
    const { may, authorizer } = start();
    expect(may('root', ['system:masters'], 'delete', 'nodes')).toBe(true);
    expect(may('bob', ['system:authenticated'], 'list', 'pods', 'default')).toBe(false);
    const read = (groups: string[], path: string) =>
      authorizer.authorize({ user: { user: 'x', groups }, verb: 'get', path }).allowed;
    expect(read(['system:unauthenticated'], '/version')).toBe(true);
    expect(read(['system:unauthenticated'], '/apis/apps')).toBe(false);
    expect(read(['system:authenticated'], '/apis/apps')).toBe(true);
  });

  it.each([
    ['view', 'list', 'pods', true],
    ['view', 'list', 'secrets', false],
    ['view', 'create', 'pods', false],
    ['view', 'get', 'pods/log', true],
    ['edit', 'create', 'deployments@apps', true],
    ['edit', 'get', 'secrets', true],
    ['edit', 'create', 'rolebindings@rbac.authorization.k8s.io', false],
    ['admin', 'create', 'rolebindings@rbac.authorization.k8s.io', true],
    ['admin', 'list', 'pods', true],
    ['admin', 'create', 'nodes', false],
    ['cluster-admin', 'impersonate', 'users', true],
  ])('%s may %s %s: %s', (role, verb, target, expected) => {
    const { may, bind } = start();
    bind(role, 'bob', 'team');
    expect(may('bob', [], verb, target, 'team')).toBe(expected);
    expect(may('bob', [], verb, target, 'default')).toBe(false);
    expect(may('bob', [], verb, target)).toBe(false);
  });

  it('adds the rules of a labelled role to the roles that aggregate it', () => {
    const { cluster, may, bind } = start();
    bind('view', 'bob');
    cluster.client.create(ClusterRoles, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'see-apps', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
      rules: [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get'] }],
    });
    expect(may('bob', [], 'get', 'applications@argoproj.io', 'team')).toBe(false);
    cluster.settle();
    expect(may('bob', [], 'get', 'applications@argoproj.io', 'team')).toBe(true);
  });

  it('knows service accounts by their user names', () => {
    const { cluster, may } = start();
    cluster.client.create(RoleBindings, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'sa', namespace: 'team' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
    });
    expect(may('system:serviceaccount:default:robot', [], 'list', 'pods', 'team')).toBe(true);
    expect(may('system:serviceaccount:team:robot', [], 'list', 'pods', 'team')).toBe(false);
  });
});

const rule = (group: string, resource: string, verb: string, name?: string): PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
  ...(name !== undefined && { resourceNames: [name] }),
});

describe('rules', () => {
  const asked = { verb: 'get', group: '', resource: 'pods', subresource: '', name: 'a' };
  it.each([
    [rule('', 'pods', 'get'), {}, true],
    [rule('*', '*', '*'), {}, true],
    [rule('', 'pods', 'get', 'a'), {}, true],
    [rule('', 'pods', 'get', 'b'), {}, false],
    [rule('', 'pods', 'get', 'a'), { name: '' }, false],
    [rule('', 'pods', 'get'), { subresource: 'log' }, false],
    [rule('', 'pods/log', 'get'), { subresource: 'log' }, true],
    [rule('', '*/log', 'get'), { subresource: 'log' }, true],
    [rule('apps', 'pods', 'get'), {}, false],
  ])('%j asked for %j: %s', (given, change, expected) => {
    expect(ruleAllowsResource(given, { ...asked, ...change })).toBe(expected);
  });

  it('matches URLs whole or by a trailing star', () => {
    const urls = { verbs: ['get'], nonResourceURLs: ['/healthz', '/api/*'] };
    expect(ruleAllowsUrl(urls, 'get', '/healthz')).toBe(true);
    expect(ruleAllowsUrl(urls, 'get', '/healthz/ping')).toBe(false);
    expect(ruleAllowsUrl(urls, 'get', '/api/v1')).toBe(true);
    expect(ruleAllowsUrl(urls, 'post', '/api/v1')).toBe(false);
  });

  it('finds what a set of rules does not cover', () => {
    const owned = [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'list'] }];
    const wanted = [{ apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get'] }];
    expect(uncoveredRules(owned, wanted)).toEqual([rule('', 'nodes', 'get')]);
    expect(uncoveredRules([rule('*', '*', '*')], wanted)).toEqual([]);
  });
});

describe('the reason of a decision', () => {
  const asked = (user: string, namespace: string) => ({
    user: { user, groups: ['system:authenticated'] },
    verb: 'list',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: '',
    namespace,
    name: '',
  });

  it('names the binding, the role and whom of its subjects it is about', () => {
    const { authorizer, bind } = start();
    bind('view', 'ann', 'team');
    expect(authorizer.authorize(asked('ann', 'team')).reason).toBe(
      'RBAC: allowed by RoleBinding "ann-view/team" of ClusterRole "view" to User "ann"',
    );
  });

  it('names the roles that are bound and not there', () => {
    const { authorizer, bind } = start();
    bind('lost', 'ann', 'team');
    bind('gone', 'ann');
    expect(authorizer.authorize(asked('ann', 'team'))).toEqual({
      allowed: false,
      reason:
        'RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, clusterrole.rbac.authorization.k8s.io "lost" not found]',
    });
  });
});
