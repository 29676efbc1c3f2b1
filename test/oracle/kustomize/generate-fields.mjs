#!/usr/bin/env node
// Writes random kustomizations that use every field there is, current and deprecated, to be compared by compare.mjs.
//
//   node test/oracle/kustomize/generate-fields.mjs <folder> [seed] [count]
//
// A case is a base with resources that refer to each other, a component and two overlays. Each level takes some fields, each
// field one of many contents, some of them wrong: what the referee refuses must be refused as well.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, seedText = '1', countText = '300'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/kustomize/generate-fields.mjs <folder> [seed] [count]');
  process.exit(2);
}
let state = Number(seedText) * 7919 + 13;
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (probability) => random() < probability;
const some = (list, probability = 0.4) => list.filter(() => chance(probability));
const list = (make, most = 3) => Array.from({ length: 1 + Math.floor(random() * most) }, make);
const json = (value) => JSON.stringify(value);

const NAMES = ['web', 'db', 'conf', 'sec'];
const KINDS = ['Deployment', 'ConfigMap', 'Service', 'Custom', 'Secret', 'RoleBinding', 'Job', 'Ingress'];
const apiVersionOf = (kind) =>
  ({
    Deployment: 'apps/v1',
    Custom: 'example.com/v1',
    Job: 'batch/v1',
    Ingress: 'networking.k8s.io/v1',
    RoleBinding: 'rbac.authorization.k8s.io/v1',
    Role: 'rbac.authorization.k8s.io/v1',
  })[kind] ?? 'v1';

const metadata = (name) => ({
  name,
  ...(chance(0.3) ? { namespace: pick(['prod', 'dev', 'default', '']) } : {}),
  ...(chance(0.4)
    ? {
        labels: Object.fromEntries(
          some(['app', 'tier', 'env'], 0.6).map((key) => [key, pick(['a', 'b', '1'])]),
        ),
      }
    : {}),
  ...(chance(0.3)
    ? { annotations: { note: pick(['x', '5', 'a:b/c', '$(VAR)', '{"k": "v"}', 'k: v']) } }
    : {}),
});
const podSpec = () => ({
  ...(chance(0.4) ? { serviceAccountName: pick(NAMES) } : {}),
  ...(chance(0.2) ? { imagePullSecrets: [{ name: 'sec' }] } : {}),
  ...(chance(0.2) ? { priorityClassName: 'web' } : {}),
  containers: some(['web', 'side', 'x'], 0.6)
    .concat('last')
    .map((name) => ({
      name,
      image: pick(['nginx', 'nginx:1.2', 'r.io:5000/a/nginx@sha256:aa', 'busybox:1', 'r.io/a']),
      ...(chance(0.5)
        ? {
            env: [
              { name: 'A', value: pick(['1', 'x', '$(VAR)', 'http://$(VAR):$(PORT)/']) },
              { name: 'B', valueFrom: { configMapKeyRef: { name: 'conf', key: 'k' } } },
            ],
          }
        : {}),
      ...(chance(0.3)
        ? {
            ports: [
              { containerPort: 80, protocol: 'TCP' },
              { containerPort: 80, protocol: 'UDP' },
            ],
          }
        : {}),
      ...(chance(0.3)
        ? { envFrom: [{ secretRef: { name: 'sec' } }, { configMapRef: { name: 'conf' } }] }
        : {}),
      ...(chance(0.3) ? { command: ['run', '--at=$(VAR)', '--n=$(PORT)'] } : {}),
      ...(chance(0.2)
        ? {
            volumeMounts: [
              { mountPath: '/a', name: 'v' },
              { mountPath: '/b', name: 'v' },
            ],
          }
        : {}),
    })),
  ...(chance(0.5)
    ? {
        volumes: [
          { name: 'v', configMap: { name: 'conf' } },
          {
            name: 's',
            projected: { sources: [{ secret: { name: 'sec' } }, { configMap: { name: 'conf' } }] },
          },
          { name: 'p', persistentVolumeClaim: { claimName: 'db' } },
        ],
      }
    : {}),
});
const template = () => ({ metadata: { labels: { app: 'web' } }, spec: podSpec() });
const SPECS = {
  Deployment: () => ({
    spec: {
      ...(chance(0.5) ? { replicas: 2 } : {}),
      selector: { matchLabels: { app: 'web' } },
      template: template(),
    },
  }),
  Job: () => ({ spec: { template: template() } }),
  ConfigMap: () => ({
    data: {
      k: pick(['v', 'a:b:c', '{"x": {"y": "z"}}', 'x:\n  y: z\n  l:\n  - 1\n', '12', 'true']),
      ...(chance(0.5) ? { n: 'a/b/c' } : {}),
    },
  }),
  Secret: () => ({ type: 'Opaque', stringData: { k: pick(['v', '1']) } }),
  Service: () => ({
    spec: {
      selector: { app: 'web' },
      ports: [
        { port: 80, name: 'http' },
        { port: 81, name: 'b' },
      ],
    },
  }),
  Ingress: () => ({
    spec: {
      rules: [
        {
          host: 'a.b',
          http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    },
  }),
  RoleBinding: () => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: pick(NAMES) },
    subjects: [
      {
        kind: 'ServiceAccount',
        name: pick([...NAMES, 'default']),
        ...(chance(0.6) ? { namespace: pick(['prod', 'dev']) } : {}),
      },
    ],
  }),
  Role: () => ({
    rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['sec'], verbs: ['get'] }],
  }),
  ServiceAccount: () => ({ secrets: [{ name: 'sec' }] }),
  Custom: () => ({
    spec: {
      ref: { name: 'conf' },
      list: [
        { name: 'a', value: 1 },
        { name: 'b', value: 'x' },
      ],
      text: pick(['$(VAR)', 'a', '5']),
      image: 'nginx:1',
    },
  }),
};
const resource = () => {
  const kind = pick([...KINDS, 'Role', 'ServiceAccount']);
  return { apiVersion: apiVersionOf(kind), kind, metadata: metadata(pick(NAMES)), ...SPECS[kind]() };
};
const unique = (resources) => {
  const seen = new Set();
  return resources.filter(({ kind, metadata: { name } }) => {
    const id = `${kind}/${name}`;
    return chance(0.01) || (!seen.has(id) && seen.add(id));
  });
};

const selector = () => ({
  ...(chance(0.8) ? { kind: pick([...KINDS, '.*', 'Deployment|Job', 'Conf.*', 'deployment']) } : {}),
  ...(chance(0.4) ? { name: pick([...NAMES, 'w.*', '.*b', 'p-web', '(web|db)', 'we']) } : {}),
  ...(chance(0.15) ? { namespace: pick(['prod', 'default', '.*', 'dev']) } : {}),
  ...(chance(0.1) ? { group: pick(['apps', '.*', 'example.com']) } : {}),
  ...(chance(0.1) ? { version: pick(['v1', 'v.*', 'v1beta1']) } : {}),
  ...(chance(0.1)
    ? {
        labelSelector: pick([
          'app=a',
          'app in (a, b)',
          '!app',
          'tier notin (a),env',
          'app==b',
          'app!=b',
          'bad selector,,',
        ]),
      }
    : {}),
  ...(chance(0.05) ? { annotationSelector: pick(['note=x', '!note']) } : {}),
});
const strategic = (all) => {
  const known = pick(all) ?? { kind: 'Deployment', metadata: { name: 'web' } };
  const head = {
    apiVersion: apiVersionOf(known.kind),
    kind: known.kind,
    metadata: {
      name: chance(0.95) ? known.metadata.name : 'nobody',
      ...(known.metadata.namespace && chance(0.9) ? { namespace: known.metadata.namespace } : {}),
    },
  };
  if (chance(0.05)) return { ...head, $patch: 'delete' };
  if (chance(0.2))
    head.metadata = {
      ...head.metadata,
      annotations: pick([{ p: 'q' }, { note: null }, null, { $patch: 'replace', a: 'b' }]),
    };
  const container = () =>
    pick([
      { name: 'web', image: 'changed' },
      { name: 'side', $patch: 'delete' },
      { name: 'last', $patch: 'replace', image: 'only' },
      { name: 'fresh', image: 'new', env: [{ name: 'A', value: 'z' }] },
      {
        name: 'last',
        env: [
          { name: 'A', $patch: 'delete' },
          { name: 'C', value: 'c' },
        ],
      },
      { name: 'last', ports: [{ containerPort: 80, protocol: 'UDP', hostPort: 5 }, { containerPort: 81 }] },
      { name: 'last', volumeMounts: [{ mountPath: '/b', name: 'w' }], command: ['other'] },
      { name: 'last', env: null },
      { $patch: 'replace' },
    ]);
  switch (known.kind) {
    case 'Deployment':
    case 'Job':
      return {
        ...head,
        spec: pick([
          { template: { spec: { containers: list(container) } } },
          { replicas: pick([3, null, '4']) },
          {
            template: {
              spec: {
                volumes: [
                  { name: 'v', configMap: null, emptyDir: {} },
                  { name: 'n', emptyDir: {} },
                ],
              },
            },
          },
          {
            template: { spec: { $patch: 'merge', nodeName: 'n' } },
            $patch: pick(['merge', 'replace', 'nonsense']),
          },
          { selector: null, template: { metadata: { labels: { app: null, x: 'y' } } } },
        ]),
      };
    case 'Service':
      return {
        ...head,
        spec: {
          ports: pick([
            [{ port: 80, targetPort: 8 }],
            [{ port: 82 }],
            [{ port: 81, $patch: 'delete' }],
            null,
          ]),
        },
      };
    case 'ConfigMap':
      return {
        ...head,
        data: pick([
          { k: 'w' },
          { k: null },
          { k: 5 },
          { l: 'multi\nline\n' },
          null,
          { $patch: 'replace', z: 'y' },
          { $patch: 'delete' },
        ]),
      };
    default:
      return {
        ...head,
        spec: pick([
          { list: [{ name: 'c' }] },
          { text: null },
          { ref: { $patch: 'delete' } },
          { list: [{ name: 'a', value: 2 }], more: [{ n: null }] },
        ]),
      };
  }
};
const operations = () =>
  list(() =>
    pick([
      { op: 'add', path: '/metadata/annotations/x', value: pick(['y', 5, true]) },
      { op: 'add', path: '/metadata/labels', value: { l: 'm' } },
      { op: 'replace', path: '/spec/replicas', value: 9 },
      { op: 'remove', path: '/metadata/labels' },
      { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'j', image: 'nginx' } },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'j:1' },
      { op: 'test', path: '/metadata/name', value: pick(NAMES) },
      { op: 'copy', from: '/metadata/name', path: '/metadata/annotations' },
      { op: 'move', from: '/spec', path: '/data' },
      { op: 'add', path: '/data', value: { z: '1' } },
      { op: 'replace', path: '/metadata/name', value: 'renamed' },
      { op: pick(['append', '']), path: '/spec' },
    ]),
  );
const yamlList = (items) => items.map((item) => `- ${json(item)}`).join('\n');
const fieldSpecs = () =>
  list(() => ({
    path: pick([
      'metadata/labels',
      'metadata/annotations',
      'spec/extra/labels',
      'spec/template/metadata/labels',
      'metadata/name',
      'spec/ref/name',
      'spec/list[]/value',
    ]),
    ...(chance(0.5) ? { create: true } : {}),
    ...(chance(0.4) ? { kind: pick(KINDS) } : {}),
  }));
const plugin = (write, all, kind) => {
  const head = (type) => ({
    apiVersion: 'builtin',
    kind: type,
    metadata: { name: 'plug', ...(chance(0.3) ? { namespace: 'plugged' } : {}) },
  });
  const value =
    kind === 'generators'
      ? pick([
          {
            ...head('ConfigMapGenerator'),
            name: 'made',
            literals: ['a=b'],
            ...(chance(0.3) ? { behavior: 'create' } : {}),
          },
          {
            ...head('SecretGenerator'),
            literals: ['a=b', 'c=d'],
            type: 't',
            options: { disableNameSuffixHash: true },
          },
          {
            ...head('IAMPolicyGenerator'),
            cloud: 'gke',
            kubernetesService: { name: 'k', namespace: 'n' },
            serviceAccount: { name: 's', projectId: 'p' },
          },
        ])
      : pick([
          {
            ...head('AnnotationsTransformer'),
            annotations: { a: 'b' },
            fieldSpecs: [{ path: 'metadata/annotations', create: true }],
          },
          { ...head('LabelTransformer'), labels: { a: 'b' }, fieldSpecs: fieldSpecs().slice(0, 1) },
          {
            ...head('NamespaceTransformer'),
            metadata: { name: 'n', namespace: 'moved' },
            unsetOnly: chance(0.5),
            setRoleBindingSubjects: pick(['none', 'defaultOnly', 'allServiceAccounts']),
            fieldSpecs: [{ path: 'metadata/namespace', create: true }],
          },
          { ...head('PrefixTransformer'), prefix: 'q-', fieldSpecs: [{ path: 'metadata/name' }] },
          {
            ...head('SuffixTransformer'),
            suffix: '-q',
            ...(chance(0.8) ? { fieldSpecs: [{ path: 'metadata/name', kind: pick(KINDS) }] } : {}),
          },
          {
            ...head('PrefixSuffixTransformer'),
            prefix: 'a-',
            suffix: '-z',
            fieldSpecs: [{ path: 'metadata/name' }],
          },
          {
            ...head('ImageTagTransformer'),
            imageTag: { name: 'nginx', newTag: 'p' },
            fieldSpecs: [{ path: 'spec/image' }],
          },
          {
            ...head('ReplicaCountTransformer'),
            replica: { name: 'web', count: 4 },
            fieldSpecs: [{ path: 'spec/replicas', create: true, kind: 'Deployment' }],
          },
          { ...head('PatchTransformer'), patch: json(strategic(all)) },
          { ...head('PatchTransformer'), patch: json(operations()), target: selector() },
          { ...head('PatchStrategicMergeTransformer'), patches: json(strategic(all)) },
          {
            ...head('PatchJson6902Transformer'),
            target: { version: 'v1', kind: 'ConfigMap', name: 'conf' },
            jsonOp: json(operations()),
          },
          { ...head('ReplacementTransformer'), replacements: [replacement(all)] },
          {
            ...head('ValueAddTransformer'),
            value: 'added',
            targets: [
              {
                fieldPath: pick(['metadata/annotations/where', 'metadata/namespace', 'spec/text', 'data/n']),
                ...(chance(0.3) ? { filePathPosition: 2 } : {}),
                ...(chance(0.5) ? { selector: selector() } : {}),
              },
            ],
          },
          { ...head('HashTransformer') },
          { apiVersion: 'example.com/v1', kind: 'External', metadata: { name: 'x' } },
        ]);
  if (chance(0.4)) return value;
  const file = `plugin${Math.floor(random() * 1e6)}.yaml`;
  write(file, json(value));
  return file;
};
const replacement = (all) => {
  const known = pick(all) ?? { kind: 'ConfigMap', metadata: { name: 'conf' } };
  const source = chance(0.15)
    ? { sourceValue: pick(['given', '5', 'a:b']) }
    : {
        source: {
          kind: known.kind,
          ...(chance(0.8) ? { name: known.metadata.name } : {}),
          ...(chance(0.1) ? { namespace: 'prod' } : {}),
          ...(chance(0.6)
            ? {
                fieldPath: pick([
                  'metadata.name',
                  'data.k',
                  'spec.replicas',
                  'spec.ports.0.port',
                  'spec.template.spec.containers.[name=last].image',
                  'metadata.labels',
                  'metadata.annotations.note',
                  'spec.selector',
                  'spec.list',
                  'metadata.namespace',
                ]),
              }
            : {}),
          ...(chance(0.25) ? { options: { delimiter: pick([':', '/']), index: pick([0, 1, 2]) } } : {}),
        },
      };
  const target = () => ({
    select: selector(),
    ...(chance(0.2) ? { reject: [selector()] } : {}),
    ...(chance(0.9)
      ? {
          fieldPaths: list(
            () =>
              pick([
                'metadata.annotations.new',
                'metadata.annotations.[note]',
                'metadata.annotations.note',
                'data.k',
                'data.k.x.y',
                'data.n',
                'spec.replicas',
                'spec.template.spec.containers.*.image',
                'spec.template.spec.containers.[name=last].image',
                'spec.template.spec.containers.[name=l.*].env.[name=A].value',
                'spec.template.spec.containers.0.command.1',
                'spec.template.spec.containers.[name=added].image',
                'spec.ports.*.name',
                'spec.ports.[port=80].name',
                'spec.selector',
                'spec.list',
                'spec.new.deep.field',
                'metadata.labels.[example.com/x]',
                'metadata.name',
                'metadata.namespace',
                'subjects.*.namespace',
                'roleRef.name',
              ]),
            2,
          ),
        }
      : {}),
    ...(chance(0.5)
      ? {
          options: {
            ...(chance(0.7) ? { create: true } : {}),
            ...(chance(0.4) ? { delimiter: pick([':', '/', '.']), index: pick([0, 1, -1, 9]) } : {}),
          },
        }
      : {}),
  });
  return { ...source, targets: list(target, 2) };
};

/** One content for every field; the writer puts files beside the kustomization. */
const FIELDS = {
  namePrefix: () => pick(['p-', 'x', '']),
  nameSuffix: () => pick(['-s', '-two']),
  namespace: () => pick(['prod', 'dev', 'default', 'new']),
  commonLabels: () => ({ [pick(['app', 'tier', 'new'])]: pick(['common', '1']) }),
  labels: () =>
    list(
      () => ({
        pairs: { [pick(['app', 'env', 'l'])]: pick(['l', '2']) },
        ...(chance(0.3) ? { includeSelectors: true } : {}),
        ...(chance(0.3) ? { includeTemplates: true } : {}),
        ...(chance(0.3) ? { fields: fieldSpecs() } : {}),
      }),
      2,
    ),
  commonAnnotations: () => ({ note: pick(['common', 'true']), more: 'x' }),
  patchesStrategicMerge: (write, all) =>
    list(() => {
      if (chance(0.5)) return json(strategic(all));
      const file = `psm${Math.floor(random() * 1e6)}.yaml`;
      write(file, list(() => json(strategic(all)), 2).join('\n---\n'));
      return file;
    }, 2),
  patchesJson6902: (write) =>
    list(() => {
      const target = {
        group: pick(['apps', '']),
        version: 'v1',
        kind: pick(['Deployment', 'ConfigMap']),
        name: pick(NAMES),
      };
      if (chance(0.5)) return { target, patch: json(operations()) };
      write('ops.yaml', yamlList(operations()));
      return { target, path: 'ops.yaml' };
    }, 1),
  patches: (write, all) =>
    list(() => {
      const isJson = chance(0.4);
      const text = isJson ? yamlList(operations()) : json(strategic(all));
      const file = `patch${Math.floor(random() * 1e6)}.yaml`;
      const inline = chance(0.5);
      if (!inline) write(file, text);
      return {
        ...(inline ? { patch: text } : { path: file }),
        ...(isJson || chance(0.3) ? { target: selector() } : {}),
        ...(chance(0.15) ? { options: { allowNameChange: chance(0.7), allowKindChange: chance(0.4) } } : {}),
      };
    }),
  images: () =>
    list(
      () => ({
        name: pick(['nginx', 'busybox', 'r.io:5000/a/nginx', 'r.io/a', '.*', 'nginx|busybox']),
        ...pick([
          { newTag: '9' },
          { newName: 'n/m' },
          { digest: 'sha256:bb' },
          { newTag: 'v', digest: 'sha256:cc' },
          { tagSuffix: '-x' },
          { newName: 'z', newTag: '1.0' },
          {},
        ]),
      }),
      2,
    ),
  imageTags: () => [{ name: 'nginx', newTag: 'old' }],
  replacements: (write, all) =>
    list(() => {
      if (chance(0.8)) return replacement(all);
      write('replacement.yaml', chance(0.5) ? json(replacement(all)) : yamlList([replacement(all)]));
      return { path: 'replacement.yaml' };
    }, 2),
  replicas: () => [{ name: pick(['web', 'db']), count: pick([0, 5]) }],
  vars: () =>
    some(
      [
        { name: 'VAR', objref: { kind: 'Service', name: 'web', apiVersion: 'v1' } },
        {
          name: 'PORT',
          objref: { kind: 'Service', name: 'web', apiVersion: 'v1' },
          fieldref: { fieldpath: pick(['spec.ports[0].port', 'metadata.name']) },
        },
      ],
      0.8,
    ),
  sortOptions: () =>
    pick([
      { order: 'fifo' },
      { order: 'legacy' },
      { order: 'legacy', legacySortOptions: { orderFirst: ['Service'], orderLast: ['ConfigMap', 'Role'] } },
      { order: 'other' },
    ]),
  crds: (write) => {
    write(
      'crd.json',
      json({
        'example.com/v1.Custom': { Schema: { properties: { spec: { $ref: 'example.com/v1.Spec' } } } },
        'example.com/v1.Spec': {
          Schema: {
            properties: {
              ref: {
                'x-kubernetes-object-ref-api-version': 'v1',
                'x-kubernetes-object-ref-kind': 'ConfigMap',
                'x-kubernetes-object-ref-name-key': 'name',
                type: 'object',
              },
            },
          },
        },
      }),
    );
    return ['crd.json'];
  },
  configMapGenerator: (write) => list(() => generator(write), 2),
  secretGenerator: (write) => [
    { ...generator(write), ...(chance(0.3) ? { type: 'kubernetes.io/tls' } : {}) },
  ],
  generatorOptions: () =>
    pick([
      { disableNameSuffixHash: true },
      { labels: { g: 'h' }, annotations: { g: 'i' } },
      { immutable: true },
    ]),
  configurations: (write) => {
    write(
      'config.yaml',
      json(
        pick([
          {
            nameReference: [
              { kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ kind: 'Custom', path: 'spec/ref/name' }] },
            ],
          },
          { namePrefix: [{ path: 'spec/text', kind: 'Custom' }] },
          { commonLabels: [{ path: 'spec/labels', create: true, kind: 'Custom' }] },
          { images: [{ path: 'spec/image', kind: 'Custom' }] },
          { varReference: [{ path: 'spec/text', kind: 'Custom' }] },
          { namespace: [{ path: 'spec/namespace', kind: 'Custom', create: true }] },
          { replicas: [{ path: 'spec/size', kind: 'Custom', create: true }] },
          { commonAnnotations: [{ path: 'spec/notes', create: true }] },
          { nonsense: [] },
        ]),
      ),
    );
    return ['config.yaml'];
  },
  openapi: (write) => {
    if (chance(0.3)) return { version: pick(['v1.21.2', 'v1.20.4']) };
    write(
      'schema.json',
      json({
        definitions: {
          'v1.Custom': {
            properties: {
              spec: {
                properties: {
                  list: {
                    type: 'array',
                    items: { type: 'object' },
                    'x-kubernetes-patch-merge-key': 'name',
                    'x-kubernetes-patch-strategy': 'merge',
                  },
                },
              },
            },
            'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Custom' }],
          },
        },
      }),
    );
    return { path: 'schema.json' };
  },
  generators: (write, all) => list(() => plugin(write, all, 'generators'), 2),
  transformers: (write, all) => list(() => plugin(write, all, 'transformers'), 2),
  validators: (write, all) => [plugin(write, all, 'validators')],
  buildMetadata: () => some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], 0.5),
  metadata: () => ({ name: 'itself', labels: { a: 'b' } }),
};
const generator = (write) => {
  write('gen.env', 'E=1\n#c\n F=2=3 \nG\n');
  write('gen.txt', 'line one\nline two\n');
  return {
    name: pick(['conf', 'sec', 'made']),
    ...(chance(0.3) ? { behavior: pick(['merge', 'replace', 'create', 'wrong']) } : {}),
    ...pick([
      { literals: ['a=b', 'c="d e"', "k='x'"] },
      { files: ['gen.txt', 'k=gen.env'] },
      { envs: ['gen.env'] },
      { env: 'gen.env' },
      {},
      { literals: ['k=a', 'l'] },
    ]),
    ...(chance(0.2)
      ? {
          options: pick([
            { disableNameSuffixHash: true },
            { labels: { o: 'p' } },
            { immutable: true, annotations: { o: 'q' } },
          ]),
        }
      : {}),
    ...(chance(0.2) ? { namespace: 'prod' } : {}),
  };
};

const RARE = new Set([
  'openapi',
  'validators',
  'imageTags',
  'sortOptions',
  'crds',
  'buildMetadata',
  'metadata',
  'generators',
  'patchesJson6902',
  'vars',
]);
const WRONG = [
  { resource: ['x'] },
  { namePrefix: 5 },
  { images: {} },
  { patches: ['x'] },
  { labels: { a: 'b' } },
  { NamePrefix: 'case-' },
  { replicas: [{ name: 'web', count: 'many' }] },
];

for (let index = 0; index < Number(countText); index++) {
  const root = join(folder, String(index).padStart(5, '0'));
  const all = [];
  const level = (sub, resources, kind, probability) => {
    const write = (file, text) => {
      const path = join(root, sub, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    const own = kind === 'Kustomization' && (sub === 'base' || chance(0.4)) ? unique(list(resource, 5)) : [];
    if (own.length > 0)
      write(
        'own.yaml',
        chance(0.1) ? json({ apiVersion: 'v1', kind: 'List', items: own }) : own.map(json).join('\n---\n'),
      );
    all.push(...own);
    const fields = Object.keys(FIELDS).filter((field) =>
      chance(RARE.has(field) ? probability / 3 : probability),
    );
    const paths = [...(own.length > 0 ? ['own.yaml'] : []), ...resources];
    const file = {
      ...(chance(0.9) || kind === 'Component'
        ? { apiVersion: `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`, kind }
        : {}),
      ...(paths.length > 0
        ? chance(0.05) && own.length === 0
          ? { bases: paths }
          : { resources: paths }
        : {}),
      ...(kind === 'Kustomization' && sub !== 'base' && chance(0.3) ? { components: ['../component'] } : {}),
      ...Object.fromEntries(fields.map((field) => [field, FIELDS[field](write, all)])),
      ...(chance(0.02) ? pick(WRONG) : {}),
    };
    // Plugins in place are texts.
    for (const field of ['generators', 'transformers', 'validators'])
      if (file[field])
        file[field] = file[field].map((entry) => (typeof entry === 'string' ? entry : json(entry)));
    write(chance(0.9) ? 'kustomization.yaml' : pick(['kustomization.yml', 'Kustomization']), json(file));
  };
  level('base', [], 'Kustomization', 0.08);
  level('component', [], 'Component', 0.12);
  level('middle', ['../base'], 'Kustomization', 0.12);
  level('overlay', [pick(['../base', '../middle', '../middle'])], 'Kustomization', 0.16);
}
