// `npm run bench [-- group… --scale=0.05]`: builds what is not built, then runs the measurements on the project's own Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const node = join(root, 'node_modules/.bin/node');
const run = (command, args) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(node)) run('npm', ['ci', '--loglevel=error']);
run(node, ['node_modules/typescript7/bin/tsc', '-b']);
run(node, [
  'node_modules/vite/bin/vite.js',
  'build',
  '--config',
  'apps/cli/vite.config.ts',
  '--logLevel',
  'warn',
]);
run(node, [
  '--expose-gc',
  '--disable-warning=ExperimentalWarning',
  'test/bench/main.ts',
  ...process.argv.slice(2),
]);
