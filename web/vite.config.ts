// The build goes into the Python package, which serves it. The page runs under `script-src 'self'; style-src 'self'`,
// so nothing here may put a script or a style into the HTML itself.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  // Relative addresses: the page also works below a path (a notebook's proxy).
  base: './',
  build: {
    outDir: '../src/sightline/webapp',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: true,
  },
  server: { proxy: { '/api': process.env['SIGHTLINE_SERVER'] ?? 'http://127.0.0.1:6006' } },
  // Tests: modules compiled as for the browser (test/client.ts), on the browser's build of Svelte, which Node would not pick by itself.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: {
    include: ['src/**/*.test.ts'],
    environment: './test/client.ts',
    server: { deps: { inline: [/^svelte/] } },
    // Thousands of random cases take longer than the usual 5 s on a machine that has other work.
    testTimeout: 30_000,
  },
});
