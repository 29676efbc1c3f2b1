import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from './build-kustomization.js';
import { setTextStyle, textStyle } from './entry-marks.js';
import { own, ownAll, share } from './shared-values.js';
import type { ValueMap } from './values.js';

describe('shared values', () => {
  it('are frozen all the way down, and copied by the one who writes', () => {
    const value = share({ a: { b: [{ c: 1 }] } });
    expect(Object.isFrozen(value.a.b[0])).toBe(true);
    const mine = own(value);
    expect(mine).not.toBe(value);
    expect(mine.a).toBe(value.a);
    expect(own(mine)).toBe(mine);
    const all = ownAll(mine);
    expect(all).toBe(mine);
    expect(all.a).not.toBe(value.a);
    expect(all).toEqual(value);
  });

  it('keep how they were written, and nobody changes that', () => {
    const map: ValueMap = { a: 'x' };
    setTextStyle(map, 'a', 'double');
    share(map);
    expect(textStyle(own(map), 'a')).toBe('double');
    expect(() => setTextStyle(map, 'a', 'single')).toThrow(TypeError);
  });
});

const BASE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: me
      containers:
      - name: web
        image: nginx:1.0
        env:
        - {name: A, value: $(NAME)}
        - {name: B, valueFrom: {configMapKeyRef: {name: settings, key: k}}}
      volumes:
      - {name: v, configMap: {name: settings}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {k: v, json: '{"a": "b"}', empty: }
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: me}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bind}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects:
- {kind: ServiceAccount, name: default, namespace: x}
- {kind: ServiceAccount, name: me, namespace: x}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com, annotations: {a: 5}}
spec:
  group: example.com
  conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: s, namespace: x}}}}
  versions:
  - {name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}}
`;

/** Everything that writes to resources; each is built between two builds of the base alone. */
const CHANGES: readonly string[] = [
  'namePrefix: p-',
  'nameSuffix: -s',
  'namespace: other',
  'commonLabels: {x: z}',
  'labels: [{pairs: {app: other}, includeTemplates: true}]',
  'labels: [{pairs: {x: z}, fields: [{path: spec/versions/schema/labels, create: true}]}]',
  'commonAnnotations: {x: z}',
  'images: [{name: nginx, newTag: "2"}]',
  'replicas: [{name: web, count: 5}]',
  'configMapGenerator: [{name: settings, behavior: merge, literals: [k=w]}]',
  'vars: [{name: NAME, objref: {kind: ConfigMap, name: settings, apiVersion: v1}}]',
  `patches: [{target: {kind: CustomResourceDefinition}, patch: '[{"op": "add", "path": "/spec/versions/0/served", "value": true}]'}]`,
  `patches: [{target: {kind: ".*"}, patch: '[{"op": "replace", "path": "/metadata", "value": {"name": "n"}}]'}]`,
  'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web, env: [{name: A, value: z}]}]}}}}"}]',
  'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web, $patch: delete}]}}}}"}]',
  'patches: [{patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: null, $patch: replace}}"}]',
  'patches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {k: z, l: m}}"}]',
  'replacements: [{sourceValue: z, targets: [{select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=web].env.*.value", spec.new.field], options: {create: true}}]}]',
  'replacements: [{sourceValue: z, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.json.a]}]}]',
  'replacements: [{sourceValue: z, targets: [{select: {kind: CustomResourceDefinition}, fieldPaths: ["spec.versions.0.schema.openAPIV3Schema.type"]}]}]',
  'transformers: ["{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: z, targets: [{fieldPath: spec/template/spec/nodeName}]}"]',
  'transformers: ["{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: t, namespace: other}, setRoleBindingSubjects: allServiceAccounts, fieldSpecs: [{path: spec/conversion/webhook/clientConfig/service/namespace, kind: CustomResourceDefinition}]}"]',
  'buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]',
];

describe('two builds that read the same file', () => {
  const build = (kustomization: string): string =>
    buildKustomization({
      tree: new MemoryFileTree({
        'base.yaml': BASE,
        'kustomization.yaml': `resources: [base.yaml]\n${kustomization}\n`,
      }),
      path: '',
    }).text;

  it.each(CHANGES)('do not see each other: %s', (change) => {
    const before = build('sortOptions: {order: fifo}');
    const changed = build(change);
    expect(changed).not.toBe(build(''));
    expect(build('sortOptions: {order: fifo}')).toBe(before);
    expect(build(change)).toBe(changed);
  });

  it('come to what a build in a fresh tree with another file name comes to', () => {
    for (const change of CHANGES) {
      const tree = new MemoryFileTree({
        [`b${CHANGES.indexOf(change)}.yaml`]: BASE,
        'kustomization.yaml': `resources: [b${CHANGES.indexOf(change)}.yaml]\n${change}\n`,
      });
      const fresh = buildKustomization({ tree, path: '' }).text;
      expect(build(change).replaceAll('base.yaml', '')).toBe(
        fresh.replaceAll(`b${CHANGES.indexOf(change)}.yaml`, ''),
      );
    }
  });
});
