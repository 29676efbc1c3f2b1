// `npm run dev`: the compiler, the server and the dashboard, each starting anew when its sources change.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, assertNode, build, environment, install, pinnedNode } from './lib/workspace.mjs';

assertNode();
install();
build();

const node = pinnedNode();
const children = [
  [
    'compiler',
    [
      join(ROOT, 'node_modules/typescript7/bin/tsc'),
      '-b',
      'apps/server',
      'apps/cli',
      '--watch',
      '--preserveWatchOutput',
    ],
  ],
  [
    'server',
    [
      '--watch',
      '--watch-preserve-output',
      '--enable-source-maps',
      join(ROOT, 'apps/server/dist/main.js'),
      ...process.argv.slice(2),
    ],
  ],
  ['dashboard', [join(ROOT, 'node_modules/vite/bin/vite.js'), '--config', 'apps/web/vite.config.ts']],
].map(([name, args]) => ({
  name,
  child: spawn(node, args, { cwd: ROOT, env: environment(), stdio: 'inherit' }),
}));

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
for (const { name, child } of children)
  child.on('exit', (status) => {
    if (!ending) console.error(`The ${name} ended (${status ?? 'by a signal'}); stopping the rest.`);
    end('SIGTERM');
  });

function end(signal) {
  if (ending) return;
  ending = true;
  for (const { child } of children) child.kill(signal);
}
