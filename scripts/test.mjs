// `npm test`: installs, builds and runs the tests. Arguments after `--` go to vitest.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  ROOT,
  assertNode,
  build,
  environment,
  fail,
  foreground,
  install,
  pinnedNode,
} from './lib/workspace.mjs';

/** Programs some tests need, and where Debian has them. */
const TOOLS = [
  { name: 'git', found: () => runs('git', ['--version']), from: 'git' },
  { name: 'a Redis server', found: () => runs('redis-server', ['--version']), from: 'redis-server' },
  {
    name: 'a PostgreSQL server',
    found: () => runs('pg_ctl', ['--version']) || existsSync('/usr/lib/postgresql'),
    from: 'postgresql',
  },
  { name: 'kubectl', found: () => runs('kubectl', ['version', '--client']), from: 'kubernetes-client' },
  {
    name: 'Chromium',
    found: () =>
      ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync) ||
      process.env.CHROMIUM_PATH !== undefined,
    from: 'chromium',
  },
];

assertNode();
const missing = TOOLS.filter((tool) => !tool.found());
if (missing.length > 0 && process.env.CI === 'true')
  fail(
    `CI skips no test, but this machine lacks ${missing.map((tool) => tool.name).join(', ')} (Debian: apt-get install ${missing.map((tool) => tool.from).join(' ')}).`,
  );
for (const tool of missing)
  console.log(
    `Without ${tool.name} on this machine the tests that need it are skipped (Debian: apt-get install ${tool.from}).`,
  );
install();
build();
foreground(pinnedNode(), [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)], {
  cwd: ROOT,
  env: environment(),
});

function runs(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
