#!/usr/bin/env -S node --min-semi-space-size=64 --v8-pool-size=1
// Room for new values from the start, so that most of them are never collected, and one thread beside the command: more of
// them take from each other what they save.
// CommonJS, as Node starts it without its loader of modules, which takes longer than most commands.
require('./engine-settings.cjs');
const { statSync } = require('node:fs');
const { join } = require('node:path');

const path = (name) => join(__dirname, '..', name);
const changed = (name) => statSync(path(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const compiled = ['.', '../../libs/helm', '../../libs/kustomize', '../../libs/manifests'].map((folder) =>
  changed(`${folder}/tsconfig.tsbuildinfo`),
);

/** The bundle starts faster, unless the sources were compiled again since. */
function load() {
  const isBundleNewest = changed('dist/bundle/main.cjs') > Math.max(...compiled);
  const kept = isBundleNewest
    ? require('./load-bundle.cjs').loadBundle(path('dist/bundle'), true)
    : undefined;
  if (kept) return kept.main;
  // Another Node than the one that built: what it compiles is kept between runs (Node 22 and newer) in a folder of this
  // user, where nobody else can put any.
  const cache = process.env.XDG_CACHE_HOME || join(require('node:os').homedir(), '.cache');
  require('node:module').enableCompileCache?.(join(cache, 'lotse'));
  return isBundleNewest ? require(path('dist/bundle/main.cjs')) : import('../dist/main.js');
}

Promise.resolve(load()).then(({ run }) => run(process.argv.slice(2)));
