#!/usr/bin/env node
// Puts charts into kustomizations in every way helmCharts has, builds them with `kustomize build --enable-helm` and in
// process, and compares byte for byte.
//
//   node test/oracle/kustomize/compare-charts.mjs [--kustomize PATH] [--helm PATH] [--show N] <chart folder>...
//
// Needs the built libraries (npm run build:node), kustomize 5.8.1 and helm; without them the script says so and ends well.
// The exit code is 1 when anything differs.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MemoryFileTree } from '../../../libs/manifests/dist/index.js';
import { renderChart, textRenderer } from '../../../libs/helm/dist/index.js';
import { buildKustomization, chartRenderOptions } from '../../../libs/kustomize/dist/index.js';

const options = { kustomize: 'kustomize', helm: 'helm', show: 3 };
const charts = [];
for (let i = 2; i < process.argv.length; i++) {
  const argument = process.argv[i] ?? '';
  if (argument === '--kustomize') options.kustomize = process.argv[++i];
  else if (argument === '--helm') options.helm = process.argv[++i];
  else if (argument === '--show') options.show = Number(process.argv[++i]);
  else charts.push(resolve(argument));
}
for (const tool of [options.kustomize, options.helm]) {
  if (!spawnSync(tool, ['version']).error) continue;
  console.log(`skipped: there is no ${tool}`);
  process.exit(0);
}
const helmVersion = execFileSync(options.helm, ['version', '--short'], { encoding: 'utf8' }).trim();
console.log(
  `referee: kustomize ${execFileSync(options.kustomize, ['version'], { encoding: 'utf8' }).trim()}, helm ${helmVersion}`,
);

/** A helm that was built with `go install` says another default than a released one. */
const KUBE_VERSION = '1.33.0';

/** Lines of an entry, and other files beside it. */
const CASES = {
  plain: ['releaseName: r'],
  namespaced: ['releaseName: r', 'namespace: other'],
  crds: ['releaseName: r', 'includeCRDs: true'],
  'without hooks': ['releaseName: r', 'skipHooks: true'],
  'without tests': ['releaseName: r', 'skipTests: true'],
  'other cluster': ['releaseName: r', 'kubeVersion: 1.28.0', 'apiVersions: [monitoring.coreos.com/v1]'],
  'name template': ['nameTemplate: "{{ \\"from-template\\" | trunc 8 }}"'],
  'own values': ['releaseName: r', 'valuesFile: own.yaml'],
  'additional values': ['releaseName: r', 'additionalValuesFiles: [own.yaml, more.yaml]'],
  override: [
    'releaseName: r',
    'valuesInline: {nameOverride: inline, fullnameOverride: null}',
    'valuesMerge: override',
  ],
  merge: ['releaseName: r', 'valuesInline: {nameOverride: inline, added: {by: merge}}', 'valuesMerge: merge'],
  replace: ['releaseName: r', 'valuesInline: {nameOverride: inline}', 'valuesMerge: replace'],
  devel: ['releaseName: r', 'devel: true', 'version: ">0.0.0-0"'],
  'wrong merge': ['releaseName: r', 'valuesMerge: wrong'],
  'two names': ['releaseName: r', 'nameTemplate: x'],
};

function readTree(root) {
  const files = new Map();
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
    if (lstatSync(join(root, name)).isFile()) files.set(name, readFileSync(join(root, name)));
  return new MemoryFileTree(files);
}

function ours(root) {
  const chance = { random: () => 0.5, now: () => 0 };
  try {
    return buildKustomization({
      tree: readTree(root),
      path: '',
      inflateHelm: {
        render: (request) =>
          renderChart({
            ...chartRenderOptions(request, {
              nameFromTemplate: (template) =>
                textRenderer({ missingKey: 'default', ...chance })(template, {}),
              nameSuffix: '0',
              kubeVersion: KUBE_VERSION,
            }),
            tree: request.tree,
            path: request.chartPath,
            helmCompat: helmVersion.includes('v3') ? 3 : 4,
            ...chance,
          }).text,
      },
    }).text;
  } catch (error) {
    return { error: error.message };
  }
}

const counts = { same: 0, refused: 0, different: 0 };
for (const chart of charts) {
  const name = /^name:\s*"?([^"\s]+)/m.exec(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))?.[1] ?? 'chart';
  for (const [title, lines] of Object.entries(CASES)) {
    const root = mkdtempSync(join(tmpdir(), 'lotse-charts-'));
    mkdirSync(join(root, 'charts'));
    cpSync(chart, join(root, 'charts', name), { recursive: true });
    writeFileSync(join(root, 'own.yaml'), 'nameOverride: own\nown: {a: 1}\n');
    writeFileSync(join(root, 'more.yaml'), 'nameOverride: more\n');
    writeFileSync(
      join(root, 'kustomization.yaml'),
      `namePrefix: p-\nhelmCharts:\n- name: ${name}\n${lines.map((line) => `  ${line}\n`).join('')}`,
    );
    const theirs = spawnSync(
      options.kustomize,
      ['build', '--enable-helm', '--helm-command', options.helm, '--helm-kube-version', KUBE_VERSION, root],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    const mine = ours(root);
    rmSync(root, { recursive: true });
    if (theirs.status !== 0 && typeof mine !== 'string') counts.refused++;
    else if (theirs.status === 0 && theirs.stdout === mine) counts.same++;
    else if (++counts.different <= options.show) {
      console.log(`--- ${name}, ${title}`);
      const left = theirs.stdout.split('\n');
      const right = typeof mine === 'string' ? mine.split('\n') : [];
      const at = left.findIndex((line, index) => line !== right[index]);
      if (theirs.status !== 0) console.log(`  referee: ${theirs.stderr.trim().slice(0, 400)}`);
      if (typeof mine !== 'string') console.log(`  ours: ${mine.error}`);
      if (theirs.status === 0 && typeof mine === 'string')
        console.log(
          `  line ${at + 1}\n  - ${left.slice(at, at + 3).join('\n  - ')}\n  + ${right.slice(at, at + 3).join('\n  + ')}`,
        );
    }
  }
}
console.log(
  `${charts.length} charts, ${Object.keys(CASES).length} ways each: ${counts.same} equal, ${counts.refused} refused by both, ${counts.different} different`,
);
process.exitCode = counts.different === 0 ? 0 : 1;
