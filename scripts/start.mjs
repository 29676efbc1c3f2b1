// `npm start`: installs, builds and starts what isn't yet. Arguments after `--` go to the server.
import { join } from 'node:path';
import { ROOT, assertNode, build, environment, foreground, install, pinnedNode } from './lib/workspace.mjs';

assertNode();
install();
build();
foreground(
  pinnedNode(),
  [
    '--enable-source-maps',
    '--disable-proto=delete',
    join(ROOT, 'apps/server/dist/main.js'),
    ...process.argv.slice(2),
  ],
  { env: environment() },
);
