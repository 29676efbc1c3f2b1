#!/usr/bin/env node
// Changes a kustomization with `kustomize edit` and builds it, gives the same changes as an application's source has them
// to the build in process, and compares byte for byte.
//
//   node test/oracle/kustomize/compare-edits.mjs [--kustomize PATH]
//
// Needs the built libraries (npm run build:node) and kustomize 5.8.1; without it the script says so and ends well.
// The exit code is 1 when anything differs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemoryFileTree } from '../../../libs/manifests/dist/index.js';
import { buildKustomization } from '../../../libs/kustomize/dist/index.js';

const at = process.argv.indexOf('--kustomize');
const kustomize = at < 0 ? 'kustomize' : (process.argv[at + 1] ?? '');
if (spawnSync(kustomize, ['version']).error) {
  console.log(`skipped: there is no ${kustomize}`);
  process.exit(0);
}

const FILES = {
  'kustomization.yaml': `resources: [d.yaml]
namePrefix: old-
commonLabels: {app: old}
commonAnnotations: {note: old}
labels:
- pairs: {tier: web}
  includeTemplates: true
images:
- {name: nginx, newTag: "1.0"}
replicas:
- {name: web, count: 1}
`,
  'd.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {x: y}}
  template:
    metadata: {labels: {x: y}}
    spec: {containers: [{name: a, image: nginx}, {name: b, image: "redis:5"}]}
`,
  'comp/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
commonAnnotations: {from: comp}
`,
};

const DIGEST = `sha256:${'a'.repeat(64)}`;
const images = (...list) => [{ images: list }, ['set', 'image', ...list]];
const labels = (commonLabels, flags, ...words) => [
  {
    commonLabels,
    forceCommonLabels: flags.includes('--force'),
    labelWithoutSelector: flags.includes('--without-selector'),
    labelIncludeTemplates: flags.includes('--include-templates'),
  },
  ['add', 'label', ...flags, ...words],
];
const CASES = [
  [{ namePrefix: 'p-' }, ['set', 'nameprefix', '--', 'p-']],
  [{ nameSuffix: '-s' }, ['set', 'namesuffix', '--', '-s']],
  [{ namespace: 'ns' }, ['set', 'namespace', '--', 'ns']],
  images('nginx:2'),
  images('nginx=other/nginx:3'),
  images(`redis=r@${DIGEST}`),
  images('nginx=*:9'),
  images('nginx=x:*'),
  images('host:5000/nginx:2'),
  images('nginx:2', 'redis:6'),
  [{ replicas: [{ name: 'web', count: 5 }] }, ['set', 'replicas', 'web=5']],
  [{ replicas: [{ name: 'none', count: '2' }] }, ['set', 'replicas', 'none=2']],
  labels({ a: '1' }, [], 'a:1'),
  labels({ app: 'new' }, [], 'app:new'),
  labels({ app: 'new' }, ['--force'], 'app:new'),
  labels({ a: '1' }, ['--without-selector'], 'a:1'),
  labels({ a: '1' }, ['--without-selector', '--include-templates'], 'a:1'),
  labels({ tier: 'db' }, ['--without-selector', '--include-templates'], 'tier:db'),
  labels({ tier: 'db' }, ['--force', '--without-selector', '--include-templates'], 'tier:db'),
  labels({ app: 'db' }, ['--without-selector'], 'app:db'),
  [{ commonAnnotations: { a: '1:2' } }, ['add', 'annotation', 'a:1:2']],
  [{ commonAnnotations: { note: 'x' } }, ['add', 'annotation', 'note:x']],
  [
    { commonAnnotations: { note: 'x' }, forceCommonAnnotations: true },
    ['add', 'annotation', '--force', 'note:x'],
  ],
  [{ components: ['comp'] }, ['add', 'component', 'comp']],
  [{ components: ['nowhere'] }, ['add', 'component', 'nowhere']],
];

function referee(command) {
  const folder = mkdtempSync(join(tmpdir(), 'lotse-edits-'));
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  try {
    execFileSync(kustomize, ['edit', ...command], options);
    return execFileSync(kustomize, ['build', '.'], options);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ours(edits) {
  try {
    return buildKustomization({ tree: new MemoryFileTree(FILES), path: '', edits }).text;
  } catch {
    return undefined;
  }
}

const counts = { equal: 0, refused: 0, different: 0 };
for (const [edits, command] of CASES) {
  const [theirs, mine] = [referee(command), ours(edits)];
  if (theirs === undefined && mine === undefined) counts.refused++;
  else if (theirs === mine) counts.equal++;
  else {
    counts.different++;
    console.log(`--- ${command.join(' ')}\nreferee:\n${theirs ?? 'refused'}\nours:\n${mine ?? 'refused'}`);
  }
}
console.log(`${counts.equal} equal, ${counts.refused} refused by both, ${counts.different} different`);
process.exitCode = counts.different === 0 ? 0 : 1;
