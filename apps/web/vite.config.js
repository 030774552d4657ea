/** Builds the web UI into dist/web, from where query-service serves it. `npm run web` serves it while it is worked on. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const rolldownOptions = {
  // The libraries are pure functions: what is not used of them is left out, such as what needs Node's Buffer.
  treeshake: { moduleSideEffects: (id) => !id.includes('/libs/') },
  // "use client" in libraries is for servers that render; here everything is the client.
  onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
};

export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.cache/vite'),
  resolve: { alias: { '#domain': at('../../libs/domain/src/index.ts'), '#pictures': at('../../libs/pictures/src/index.ts') } },
  build: {
    outDir: at('../../dist/web'),
    emptyOutDir: true,
    // A stylesheet or picture inlined as data: would need a laxer policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions,
  },
  worker: { format: 'es', rolldownOptions },
  server: { port: 5173, proxy: { '/api': { target: 'http://127.0.0.1:8080', changeOrigin: true } } },
});
