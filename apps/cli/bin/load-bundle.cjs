const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

/** Digits of the digest that a file of the bundle begins with, in a comment; its compiled code begins with them, too. */
const DIGEST = 16;

/**
 * Loads a bundle of CommonJS files. What `keep-code.cjs` has kept beside a file is taken instead of compiling it, when it
 * belongs to this text and this Node: the functions that commands use are in it, where Node's own cache has only those
 * that are compiled at once. Undefined when `needsCode` and the first file has none that fits.
 */
exports.loadBundle = (folder, needsCode) => {
  const modules = new Map();
  const scripts = [];
  const load = (name) => {
    const known = modules.get(name);
    if (known) return known.exports;
    const filename = join(folder, name);
    const source = readFileSync(filename, 'latin1');
    const code = keptCode(filename, source);
    if (needsCode && scripts.length === 0 && !code) return undefined;
    const script = new Script(`(function (exports, require, module) {${source}\n})`, {
      filename,
      cachedData: code,
    });
    if (needsCode && scripts.length === 0 && script.cachedDataRejected) return undefined;
    scripts.push({ filename, script, digest: source.slice(2, 2 + DIGEST) });
    const module = { exports: {} };
    modules.set(name, module);
    const requireHere = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
    script.runInThisContext()(module.exports, requireHere, module);
    return module.exports;
  };
  const main = load('main.cjs');
  return main && { main, scripts };
};

function keptCode(filename, source) {
  try {
    const kept = readFileSync(`${filename}.code`);
    return source.startsWith(`/*${kept.toString('latin1', 0, DIGEST)}*/`) ? kept.subarray(DIGEST) : undefined;
  } catch {
    return undefined;
  }
}
