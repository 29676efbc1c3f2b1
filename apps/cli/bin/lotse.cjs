#!/usr/bin/env node
// CommonJS, as Node starts it without its loader of modules, which takes longer than most commands.
const { statSync } = require('node:fs');
const module_ = require('node:module');
const { homedir } = require('node:os');
const { join } = require('node:path');

// A command is over before code that took long to optimize has paid for it; what runs on and on still gets there. What an
// engine older than Node 24's makes of the name of this setting is a complaint on standard error.
if (Number.parseInt(process.versions.v8, 10) >= 13)
  require('node:v8').setFlagsFromString('--invocation-count-for-turbofan=20000');
// Compiled code is kept between runs (Node 22 and newer) in a folder of this user, where nobody else can put any.
module_.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lotse'));

const path = (name) => join(__dirname, '..', name);
const changed = (name) => statSync(path(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const compiled = ['.', '../../libs/helm', '../../libs/kustomize', '../../libs/manifests'].map((folder) =>
  changed(`${folder}/tsconfig.tsbuildinfo`),
);
// The bundle starts faster, unless the sources were compiled again since.
const isBundleNewest = changed('dist/bundle/main.cjs') > Math.max(...compiled);
const main = isBundleNewest ? require(path('dist/bundle/main.cjs')) : import('../dist/main.js');

Promise.resolve(main).then(({ run }) => run(process.argv.slice(2)));
