#!/usr/bin/env node
/**
 * Runs real controllers, as processes outside, against a served cluster and drives a scenario with each.
 *
 *   node test/oracle/operators/run.mjs --bin FOLDER --sources FOLDER [--only NAMES] [--kubectl PATH] [--keep]
 *
 * FOLDER of `--bin` holds the controllers, built from their public Go modules; that of `--sources` a folder with the sources
 * of each, for its definitions and roles. What is absent is skipped and said. Needs `npm run build:node`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { certManager } from './cert-manager.mjs';
import { Cluster } from './cluster.mjs';
import { controlPlane } from './control-plane.mjs';
import { kubePrometheus } from './kube-prometheus.mjs';
import { prometheusOperator } from './prometheus-operator.mjs';
import { rollouts } from './rollouts.mjs';

/** The scenarios: the controller that each needs, a folder of sources unless it brings none, and how the cluster is served. */
const SCENARIOS = {
  'prometheus-operator': { controller: 'prometheus-operator', run: prometheusOperator },
  'kube-prometheus': { controller: 'prometheus-operator', run: kubePrometheus },
  'cert-manager': { controller: 'cert-manager', run: certManager },
  'argo-rollouts': { controller: 'argo-rollouts', run: rollouts },
  'control-plane': {
    controller: 'kube-controller-manager',
    hasSources: false,
    served: ['--no-controllers'],
    run: controlPlane,
  },
};

const { values } = parseArgs({
  options: {
    bin: { type: 'string', default: '' },
    sources: { type: 'string', default: '' },
    only: { type: 'string' },
    kubectl: { type: 'string', default: 'kubectl' },
    keep: { type: 'boolean', default: false },
  },
});
let failed = 0;
for (const [name, { controller, run, hasSources = true, served }] of Object.entries(SCENARIOS)) {
  if (values.only && !values.only.split(',').includes(name)) continue;
  const binary = join(values.bin, controller);
  const sources = join(values.sources, name);
  const missing = [binary, ...(hasSources ? [sources] : [])].filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.log(`skipped ${name}: ${missing.join(' and ')} not there`);
    continue;
  }
  const cluster = await Cluster.start(values.kubectl, served);
  const step = (what) => console.log(`  ${what}`);
  console.log(name);
  try {
    await run(cluster, { binary, sources, bin: values.bin, step });
    console.log(`passed ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error.message}`);
  } finally {
    cluster.stop(values.keep);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
