import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption } from 'vite';

const API_PATHS = ['/api', '/healthz', '/readyz', '/metrics'];

/** `LOTSE_FAKE=full|empty|failing|huge vite` develops without a server; otherwise requests go to `LOTSE_API`. */
export default defineConfig(async ({ command }) => {
  const plugins: PluginOption[] = [react()];
  const fake = process.env['LOTSE_FAKE'];
  if (command === 'serve' && fake) {
    const { fakeServer } = await import('./dev/fake-server.js');
    plugins.push(fakeServer(fake));
  }
  const target = process.env['LOTSE_API'] ?? 'http://127.0.0.1:8080';
  return {
    root: import.meta.dirname,
    plugins,
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: ['chrome123', 'firefox128', 'safari17.5'],
      // The content-security policy allows no data: URLs for scripts or styles, so nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          // What every page needs travels in two files instead of thirty; the first changes only with dependencies.
          codeSplitting: {
            groups: [
              {
                name: 'vendor',
                test: /node_modules.(react|react-dom|scheduler|@tanstack|(socket|engine)\.io-(client|parser)|@socket\.io)[\\/]/,
              },
              { name: 'base', test: /src.(api|app|keyboard|kit|live|status)[\\/]/ },
            ],
          },
        },
      },
    },
    server: fake
      ? {}
      : {
          proxy: {
            ...Object.fromEntries(API_PATHS.map((path) => [path, { target }])),
            '/socket.io': { target, ws: true },
          },
        },
  };
});
