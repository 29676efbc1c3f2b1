import { defineConfig } from 'vite';

/** Packs the compiled command line with all it needs into few files: hundreds of small ones take longer to load than to run. */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true },
  build: {
    ssr: 'dist/main.js',
    outDir: 'dist/bundle',
    target: 'node20',
    minify: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs', keepNames: true },
    },
  },
});
