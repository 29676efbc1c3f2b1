// Writes the engine's table of the roles and bindings that every cluster starts with, from a folder of YAML lists of them as
// `kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o yaml` prints them for a fresh cluster.
// Usage: npm run build:node && node scripts/generate-roles.mjs FOLDER
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@lotse/manifests';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/generate-roles.mjs FOLDER');
const AGGREGATE = 'rbac.authorization.k8s.io/aggregate-to-';
const objects = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && !name.includes('featuregates'))
  .flatMap((name) => parseYaml(readFileSync(join(folder, name), 'utf8')).items);

const words = (list) => (list ?? []).map((word) => (word === '' ? '""' : word)).join(' ');
/** `verbs | groups | resources | names`, or `verbs | urls`. */
const ruleText = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }) =>
  (nonResourceURLs
    ? [words(verbs), words(nonResourceURLs)]
    : [words(verbs), words(apiGroups), words(resources), ...(resourceNames ? [words(resourceNames)] : [])]
  ).join(' | ');
const aggregates = (labels) =>
  Object.keys(labels ?? {})
    .filter((label) => label.startsWith(AGGREGATE))
    .map((label) => label.slice(AGGREGATE.length));
const subjectText = ({ kind, name, namespace }) => [kind, name, ...(namespace ? [namespace] : [])].join(' ');
const key = ({ metadata }) => (metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name);
const sorted = (kind, entry) =>
  Object.fromEntries(
    objects
      .filter((object) => object.kind === kind)
      .map((object) => [key(object), entry(object)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const role = ({ metadata, rules, aggregationRule }) => ({
  ...(aggregates(metadata.labels).length > 0 && { into: aggregates(metadata.labels) }),
  ...(aggregationRule
    ? { from: aggregationRule.clusterRoleSelectors.flatMap(({ matchLabels }) => aggregates(matchLabels)) }
    : { rules: (rules ?? []).map(ruleText) }),
});
const binding = ({ roleRef, subjects }) => ({
  role: `${roleRef.kind} ${roleRef.name}`,
  subjects: (subjects ?? []).map(subjectText),
});
const table = {
  clusterRoles: sorted('ClusterRole', role),
  clusterRoleBindings: sorted('ClusterRoleBinding', binding),
  roles: sorted('Role', role),
  roleBindings: sorted('RoleBinding', binding),
};
const target = new URL('../libs/engine/src/auth/generated/', import.meta.url).pathname;
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'bootstrap-roles.json'), `${JSON.stringify(table, null, 1)}\n`);
