// The last step of a build: runs a few commands, and keeps the code that was compiled for them beside the bundle.
require('./engine-settings.cjs');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { loadBundle } = require('./load-bundle.cjs');

const examples = join(__dirname, '../../../examples');
const COMMANDS = [
  ['version', '--client'],
  ['template', 'example', join(examples, 'helm'), '--include-crds'],
  ['kustomize', join(examples, 'kustomize/overlays/production')],
];

async function keep() {
  const { main, scripts } = loadBundle(join(__dirname, '../dist/bundle'), false);
  const write = process.stdout.write;
  process.stdout.write = () => true;
  for (const command of COMMANDS) {
    await main.run(command);
    if (process.exitCode) throw new Error(`lotse ${command.join(' ')} ended with ${process.exitCode}`);
  }
  process.stdout.write = write;
  for (const { filename, script, digest } of scripts)
    writeFileSync(`${filename}.code`, Buffer.concat([Buffer.from(digest), script.createCachedData()]));
}

keep();
