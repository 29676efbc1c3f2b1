#!/usr/bin/env node
import { statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept between runs (Node 22 and newer) in a folder of this user, where nobody else can put any.
module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lotse'));

const path = (name) => new URL(`../${name}`, import.meta.url);
const changed = (name) => statSync(path(name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const compiled = ['.', '../../libs/helm', '../../libs/kustomize', '../../libs/manifests'].map((folder) =>
  changed(`${folder}/tsconfig.tsbuildinfo`),
);
// The bundle starts faster, unless the sources were compiled again since.
const main =
  changed('dist/bundle/main.mjs') > Math.max(...compiled) ? 'dist/bundle/main.mjs' : 'dist/main.js';
const { run } = await import(path(main).href);

await run(process.argv.slice(2));
