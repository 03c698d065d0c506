// How the interface becomes static files. Knows where they go; build_ui.py knows when.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin } from 'vite'
import { drawingPage, oneFormOfFonts } from './drawing-page.ts'
import { offline } from './offline.ts'

const BEFORE_PAINT = 'before-paint.js'

/** Puts a blocking script with a hashed name into the head: the theme must stand before the first paint, and the
 * page's policy allows no inline script. */
function beforePaint(): Plugin {
  return {
    name: 'seawall-before-paint',
    apply: 'build',
    buildStart() {
      const source = readFileSync(new URL(`src/${BEFORE_PAINT}`, import.meta.url), 'utf8')
      this.emitFile({ type: 'asset', name: BEFORE_PAINT, source })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const asset = Object.values(bundle ?? {}).find((each) => each.type === 'asset' && each.names.includes(BEFORE_PAINT))
        if (!asset) throw new Error(`${BEFORE_PAINT} was not emitted`)
        return [{ tag: 'script', attrs: { src: `/static/${asset.fileName}` }, injectTo: 'head' }]
      },
    },
  }
}

export default defineConfig(({ mode }) => ({
  base: '/static/',
  plugins: [svelte(), beforePaint(), drawingPage(), oneFormOfFonts(), offline()],
  // Vitest would otherwise take Svelte's server build.
  ...(mode === 'test' ? { resolve: { conditions: ['browser'] }, test: { testTimeout: 60_000 } } : {}),
  build: {
    outDir: '../src/seawall/web/static',
    emptyOutDir: true,
    // Nothing becomes a data: URL; the page's policy stays short and the names stay cacheable.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
}))
