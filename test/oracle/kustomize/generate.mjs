#!/usr/bin/env node
// Writes random kustomizations from a seed, to be compared with the referee by compare.mjs.
//
//   node test/oracle/kustomize/generate.mjs <folder> [seed] [count]
//
// Every case is a base or two and an overlay that use fields, patches, generators, replacements and components at random.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, seedText = '1', countText = '300'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/kustomize/generate.mjs <folder> [seed] [count]');
  process.exit(2);
}
let state = Number(seedText);
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (probability) => random() < probability;
const some = (list, probability = 0.4) => list.filter(() => chance(probability));

const NAMES = ['web', 'db', 'cache', 'api'];
const NAMESPACES = ['', '', '', 'default', 'prod', 'dev'];
const SCALARS = [
  'x',
  '"5"',
  '5',
  'true',
  '"true"',
  'yes',
  '1.10',
  '0777',
  'null',
  '',
  '~',
  '2001-01-01',
  '"a: b"',
  '1e3',
  'a b',
  '$(VAR)',
  '{}',
  '[]',
  '12345678901234567890',
  '|\n      two\n      lines',
  '>-\n      a\n        b\n      c',
];
const LABELS = ['app', 'tier', 'example.com/x'];

const metadata = (name, extra = '') => {
  const namespace = pick(NAMESPACES);
  const labels = some(LABELS, 0.3)
    .map((key) => `    ${key}: ${pick(['a', 'b', '"1"'])}\n`)
    .join('');
  const annotations = some(LABELS, 0.2)
    .map((key) => `    ${key}: ${pick(['a', '5', 'true', 'null', '"x"'])}\n`)
    .join('');
  return `metadata:\n  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}${labels === '' ? '' : `  labels:\n${labels}`}${annotations === '' ? (chance(0.1) ? '  annotations: {}\n' : '') : `  annotations:\n${annotations}`}${extra}`;
};

const env = () =>
  some(['A', 'B', 'C'], 0.5)
    .map(
      (name) =>
        `        - name: ${name}\n          ${chance(0.6) ? `value: ${pick(['"1"', 'x', '$(VAR)', '"$(VAR)-y"'])}` : `valueFrom: {${pick(['configMapKeyRef', 'secretKeyRef'])}: {name: ${pick(NAMES)}, key: k}}`}\n`,
    )
    .join('');
const container = (name) => {
  const list = env();
  const ports = chance(0.4)
    ? `        ports:\n${some(['80', '81', '82'], 0.6)
        .map(
          (port) =>
            `        - containerPort: ${port}\n${chance(0.5) ? `          protocol: ${pick(['TCP', 'UDP'])}\n` : ''}`,
        )
        .join('')}`
    : '';
  return `      - name: ${name}\n        image: ${pick(['nginx', 'nginx:1.0', 'reg.io:5000/nginx:2', 'busybox@sha256:abc', 'a/b/c'])}\n${list === '' ? '' : `        env:\n${list}`}${ports.endsWith('ports:\n') ? '' : ports}${chance(0.3) ? `        envFrom:\n        - configMapRef: {name: ${pick(NAMES)}}\n` : ''}${chance(0.2) ? `        args: ["--a=$(VAR)", ${pick(['b', '"1"'])}]\n` : ''}`;
};
const podSpec = () =>
  `    spec:\n${chance(0.3) ? `      serviceAccountName: ${pick(NAMES)}\n` : ''}      containers:\n${some(['main', 'side', 'extra'], 0.5).map(container).join('') || container('main')}${chance(0.4) ? `      volumes:\n      - name: v\n        ${pick(['configMap: {name: ', 'secret: {secretName: ', 'persistentVolumeClaim: {claimName: '])}${pick(NAMES)}}\n` : ''}`;

const KINDS = {
  Deployment: (name) =>
    `apiVersion: apps/v1\nkind: Deployment\n${metadata(name)}spec:\n${chance(0.5) ? '  replicas: 1\n' : ''}  selector:\n    matchLabels: {app: ${name}}\n  template:\n    metadata:\n      labels: {app: ${name}}\n${podSpec()}`,
  StatefulSet: (name) =>
    `apiVersion: apps/v1\nkind: StatefulSet\n${metadata(name)}spec:\n  serviceName: ${pick(NAMES)}\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n${podSpec()}`,
  CronJob: (name) =>
    `apiVersion: batch/v1\nkind: CronJob\n${metadata(name)}spec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - {name: main, image: nginx}\n`,
  Service: (name) =>
    `apiVersion: v1\nkind: Service\n${metadata(name)}spec:\n  selector: {app: ${name}}\n  ports:\n${
      some(['80', '81', '82'], 0.6)
        .map((port) => `  - port: ${port}\n    name: p${port}\n`)
        .join('') || '  - port: 1\n'
    }`,
  ConfigMap: (name) =>
    `apiVersion: v1\nkind: ConfigMap\n${metadata(name)}data:\n${
      some(['k', 'l', 'm', 'n'], 0.6)
        .map((key) => `  ${key}: ${pick(SCALARS)}\n`)
        .join('') || '  k: v\n'
    }`,
  Secret: (name) => `apiVersion: v1\nkind: Secret\n${metadata(name)}type: Opaque\ndata: {k: dg==}\n`,
  ServiceAccount: (name) => `apiVersion: v1\nkind: ServiceAccount\n${metadata(name)}`,
  Ingress: (name) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\n${metadata(name)}spec:\n  rules:\n  - host: ${pick(['a.b', '$(VAR)'])}\n    http: {paths: [{path: /, backend: {service: {name: ${pick(NAMES)}, port: {number: 80}}}}]}\n`,
  RoleBinding: (name) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${pick(['RoleBinding', 'ClusterRoleBinding'])}\n${metadata(name)}roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${pick(['Role', 'ClusterRole'])}, name: ${pick(NAMES)}}\nsubjects:\n- {kind: ServiceAccount, name: ${pick([...NAMES, 'default'])}${chance(0.5) ? `, namespace: ${pick(['default', 'prod', 'dev'])}` : ''}}\n`,
  Role: (name) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${pick(['Role', 'ClusterRole'])}\n${metadata(name)}rules: [{apiGroups: [""], resources: [secrets], resourceNames: [${pick(NAMES)}], verbs: [get]}]\n`,
  HorizontalPodAutoscaler: (name) =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${metadata(name)}spec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${pick(NAMES)}}\n`,
  Namespace: (name) => `apiVersion: v1\nkind: Namespace\n${metadata(name)}`,
  Custom: (name) =>
    `apiVersion: example.com/v1\nkind: Custom\n${metadata(name)}spec:\n  list: [{name: a, value: ${pick(SCALARS.slice(0, 16))}}, {name: b}]\n  nested:\n    empty:\n    text: ${pick(SCALARS.slice(0, 16))}\n`,
};
const KIND_NAMES = Object.keys(KINDS);

const smPatch = (name, kind) => {
  const head = `apiVersion: ${kind === 'Deployment' || kind === 'StatefulSet' ? 'apps/v1' : 'v1'}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${chance(0.2) ? `  annotations: {p: ${pick(['q', '5', 'null'])}}\n` : ''}`;
  if (kind === 'ConfigMap')
    return `${head}data:\n  ${chance(0.1) ? '$patch: replace\n  ' : ''}k: ${pick(SCALARS)}\n  new: ${pick(SCALARS)}\n`;
  if (kind === 'Service')
    return `${head}spec:\n  ports:\n  - port: ${pick(['80', '90'])}\n    ${pick(['targetPort: 5', '$patch: delete', 'name: changed'])}\n`;
  if (chance(0.1)) return `${head}$patch: delete\n`;
  return `${head}spec:\n  ${chance(0.5) ? `replicas: ${pick(['3', 'null'])}\n  ` : ''}template:\n    spec:\n      containers:\n${
    some(['main', 'side', 'fresh'], 0.6)
      .map((item) =>
        chance(0.2) ? `      - {name: ${item}, $patch: ${pick(['delete', 'replace'])}}\n` : container(item),
      )
      .join('') || container('side')
  }`;
};
const jsonPatch = (kind) =>
  `${
    some(['a', 'b'], 0.7)
      .map(
        (key) =>
          `- op: ${pick(['add', 'replace', 'add'])}\n  path: ${pick(kind === 'Deployment' ? [`/metadata/annotations/${key}`, '/spec/replicas', '/spec/template/spec/containers/0/image', '/spec/template/spec/containers/-'] : [`/metadata/annotations/${key}`, '/metadata/labels', '/data', '/spec'])}\n  value: ${pick(['x', '5', '{a: b}', '{name: j, image: i}'])}\n`,
      )
      .join('') || '- {op: add, path: /metadata/annotations, value: {}}\n'
  }`;
const target = () =>
  `{${[`kind: ${pick(['Deployment', 'ConfigMap', '.*', 'Service|Secret', 'Stateful.*'])}`, ...(chance(0.5) ? [`name: ${pick([...NAMES, '.*b', 'pre-.*'])}`] : []), ...(chance(0.2) ? ['labelSelector: "app in (a,web)"'] : []), ...(chance(0.1) ? ['namespace: prod'] : [])].join(', ')}}`;

const fields = (write, resources, isComponent) => {
  const lines = [];
  if (chance(0.3)) lines.push(`namePrefix: ${pick(['pre-', 'x'])}`);
  if (chance(0.2)) lines.push(`nameSuffix: ${pick(['-suf', '-two'])}`);
  if (chance(0.4)) lines.push(`namespace: ${pick(['prod', 'dev', 'default'])}`);
  if (chance(0.2)) lines.push(`commonLabels: {${pick(LABELS)}: common}`);
  if (chance(0.3))
    lines.push(
      `labels:\n- pairs: {${pick(LABELS)}: l, other: "1"}\n${chance(0.4) ? '  includeSelectors: true\n' : ''}${chance(0.3) ? '  includeTemplates: true' : ''}`.trimEnd(),
    );
  if (chance(0.2)) lines.push('commonAnnotations: {note: "yes", m: "1"}');
  if (chance(0.3))
    lines.push(
      `images:\n- name: ${pick(['nginx', 'a/b/c', 'reg.io:5000/nginx', '.*box'])}\n  ${pick(['newTag: v9', 'newName: new/name', 'digest: sha256:def', 'newTag: "1"\n  newName: z'])}`,
    );
  const scalable = resources.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  if (chance(0.15) && scalable.length > 0) lines.push(`replicas: [{name: ${pick(scalable).name}, count: 7}]`);
  for (const [kind, file] of [
    ['configMapGenerator', 'cm'],
    ['secretGenerator', 'sec'],
  ])
    if (chance(0.3)) {
      write(`${file}.env`, 'E=1\n# c\nF = 2\n');
      lines.push(
        `${kind}:\n- name: ${pick([...NAMES, 'gen'])}\n  ${pick(['literals: [a=b, "c=\'d\'"]', `envs: [${file}.env]`, `files: [${file}.env, k=${file}.env]`])}${chance(0.06) ? `\n  behavior: ${pick(['merge', 'replace', 'create'])}` : ''}${chance(0.2) ? '\n  options: {disableNameSuffixHash: true, labels: {o: p}}' : ''}${chance(0.2) ? '\n  namespace: prod' : ''}`,
      );
    }
  if (chance(0.1)) lines.push('generatorOptions: {disableNameSuffixHash: true, annotations: {g: h}}');
  const patches = [];
  while (chance(0.45)) {
    const patchable = resources.filter(({ kind }) =>
      ['Deployment', 'StatefulSet', 'ConfigMap', 'Service'].includes(kind),
    );
    const strategic = chance(0.6) && patchable.length > 0;
    const { kind, name } = pick(patchable) ?? { kind: 'Deployment', name: 'web' };
    const text = strategic ? smPatch(name, kind) : jsonPatch(kind);
    const file = `patch${patches.length}.yaml`;
    const inline = chance(0.4);
    if (!inline) write(file, text);
    const what = inline
      ? `patch: |-\n${text
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}`)
          .join('\n')}`
      : `path: ${file}`;
    patches.push(
      `- ${what}${strategic && chance(0.6) ? '' : `\n  target: ${strategic || kind !== 'Deployment' ? target() : '{kind: Deployment}'}`}${chance(0.1) ? '\n  options: {allowNameChange: true}' : ''}`,
    );
  }
  if (patches.length > 0) lines.push(`patches:\n${patches.join('\n')}`);
  if (chance(0.2)) {
    const { kind, name } = pick(resources) ?? { kind: 'ConfigMap', name: 'web' };
    lines.push(
      `replacements:\n- source: {kind: ${kind === 'Custom' ? 'Custom' : kind}, name: ${name}${chance(0.5) ? `, fieldPath: ${pick(['metadata.name', 'data.k', 'spec.template.spec.containers.0.image', 'metadata.labels.app'])}` : ''}}\n  targets:\n  - select: ${target()}\n    fieldPaths: [${pick(['metadata.annotations.r', '"spec.template.spec.containers.[name=main].image"', 'spec.template.spec.containers.*.image', 'data.k', 'spec.replicas'])}]\n    options: {${chance(0.6) ? 'create: true' : ''}${chance(0.3) ? 'delimiter: ":", index: 1' : ''}}`.replace(
        'truedelimiter',
        'true, delimiter',
      ),
    );
  }
  if (chance(0.2) && !isComponent) {
    const { kind, name } = pick(resources) ?? { kind: 'ConfigMap', name: 'web' };
    if (kind !== 'Custom' && !kind.includes('Role'))
      lines.push(
        `vars:\n- name: VAR\n  objref: {kind: ${kind}, name: ${name}, apiVersion: ${kind === 'ConfigMap' || kind === 'Service' || kind === 'Secret' ? 'v1' : 'apps/v1'}}`,
      );
  }
  if (chance(0.05))
    lines.push(
      `buildMetadata: [${some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], 0.6).join(', ')}]`,
    );
  if (chance(0.1)) lines.push(`sortOptions: {order: ${pick(['fifo', 'legacy'])}}`);
  return lines.join('\n');
};

for (let index = 0; index < Number(countText); index++) {
  const root = join(folder, String(index).padStart(4, '0'));
  const writer = (sub) => (file, text) => {
    const path = join(root, sub, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const all = [];
  const level = (sub, bases, isComponent = false) => {
    const write = writer(sub);
    const own = isComponent
      ? []
      : Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
          kind: pick(KIND_NAMES),
          name: pick(NAMES),
        }));
    const unique = own.filter(
      (item, at) => own.findIndex((other) => other.kind === item.kind && other.name === item.name) === at,
    );
    if (unique.length > 0)
      write('resources.yaml', unique.map(({ kind, name }) => KINDS[kind]?.(name)).join('---\n'));
    all.push(...unique);
    const list = [...(unique.length > 0 ? ['resources.yaml'] : []), ...bases];
    const components = !isComponent && sub === 'overlay' && chance(0.25) ? ['../component'] : [];
    write(
      'kustomization.yaml',
      `apiVersion: kustomize.config.k8s.io/${isComponent ? 'v1alpha1' : 'v1beta1'}\nkind: ${isComponent ? 'Component' : 'Kustomization'}\n${list.length > 0 ? `resources: [${list.join(', ')}]\n` : ''}${components.length > 0 ? `components: [${components.join(', ')}]\n` : ''}${fields(write, all, isComponent)}\n`,
    );
  };
  level('base', []);
  if (chance(0.4)) level('other', []);
  level('component', [], true);
  level('middle', ['../base']);
  level('overlay', [pick(['../base', '../middle'])]);
}
