import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The page that the Electron window and the browser host both serve. */
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: '../../.vite/renderer',
    emptyOutDir: true,
    target: 'es2024',
    // The policy of the page allows no inline script, and there is nothing to polyfill.
    modulePreload: { polyfill: false },
    // A data: URL for a font or an image would need an exception in the policy.
    assetsInlineLimit: 0,
    // Loaded from this machine, one file is as fast as many.
    chunkSizeWarningLimit: 2_000,
  },
});
