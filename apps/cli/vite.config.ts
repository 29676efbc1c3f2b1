import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Modules of Node that take milliseconds to load and that few commands call. */
const SLOW = [
  'child_process',
  'crypto',
  'fs/promises',
  'http',
  'https',
  'readline/promises',
  'stream',
  'stream/promises',
  'timers/promises',
  'zlib',
];

const LAZY = `export function lazy(module, name) {
  const load = () => {
    const loaded = process.getBuiltinModule(module);
    return name === 'default' ? loaded : loaded[name];
  };
  return new Proxy(function () {}, {
    apply: (_, self, given) => load()(...given),
    construct: (_, given) => new (load())(...given),
    get: (_, key) => load()[key],
  });
}`;

/**
 * Packs the compiled command line with all it needs into few files: hundreds of small ones take longer to load than to run.
 * They are CommonJS, which Node loads without starting its loader of modules.
 */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true },
  plugins: [lazyBuiltins(), asciiWithDigest(), keepCode()],
  build: {
    ssr: 'dist/main.js',
    outDir: 'dist/bundle',
    target: 'node20',
    minify: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        format: 'cjs',
        entryFileNames: '[name].cjs',
        chunkFileNames: '[name]-[hash].cjs',
        keepNames: true,
      },
    },
  },
});

/** Loads slow modules of Node when something of them is used for the first time. */
function lazyBuiltins(): Plugin {
  const virtual = '\0lotse:lazy';
  const names = `(?:node:)?(?:${SLOW.join('|')})`;
  const statement = new RegExp(`^import (?:(\\w+)|\\{([^}]*)\\}) from ['"](${names})['"];?$`, 'gm');
  return {
    name: 'lotse:lazy-builtins',
    enforce: 'pre',
    resolveId: (id) => (id === 'lotse:lazy' ? virtual : undefined),
    load: (id) => (id === virtual ? LAZY : undefined),
    transform(code) {
      const lazy = code.replaceAll(
        statement,
        (_, whole: string | undefined, named: string | undefined, module: string) =>
          [...(named ?? `default as ${whole}`).matchAll(/(\w+)(?: as (\w+))?/g)]
            .map(([, name, alias = name]) => `const ${alias} = $lazy('${module}', '${name}');`)
            .join(' '),
      );
      return lazy === code ? undefined : `import { lazy as $lazy } from 'lotse:lazy';\n${lazy}`;
    },
  };
}

/**
 * One character beyond Latin-1 doubles what a file takes in memory, and what reading it costs. The digest tells whether
 * kept code belongs to a file.
 */
function asciiWithDigest(): Plugin {
  return {
    name: 'lotse:ascii-with-digest',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const ascii = file.code.replaceAll(
          /[^\0-\x7F]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        file.code = `/*${createHash('sha256').update(ascii).digest('hex').slice(0, 16)}*/${ascii}`;
      }
    },
  };
}

/** Runs the command line once, for the code that its commands are compiled to. */
function keepCode(): Plugin {
  return {
    name: 'lotse:keep-code',
    closeBundle() {
      execFileSync(process.execPath, [join(import.meta.dirname, 'bin/keep-code.cjs')], { stdio: 'inherit' });
    },
  };
}
