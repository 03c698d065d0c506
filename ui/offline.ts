// The service worker as a file. Knows which files open the app and what they were built from; src/offline knows what is kept.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const OF_THE_PAGE = /(?:src|href)="(\/static\/[^"]+)"/g

/** Its name stays the same, and its content changes with each build: that is how browsers notice a new one. */
export function offline(): Plugin {
  return {
    name: 'seawall-offline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (page?.type !== 'asset') throw new Error('index.html was not emitted')
      const html = String(page.source)
      const files = [...new Set(Array.from(html.matchAll(OF_THE_PAGE), ([, file]) => file))]
      const worker = readFileSync(new URL('src/offline/worker.js', import.meta.url), 'utf8')
      const build = createHash('sha256').update(html).update(worker).digest('hex').slice(0, 12)
      const source = `const BUILD = ${JSON.stringify(build)}\nconst FILES = ${JSON.stringify(files)}\n${worker}`
      this.emitFile({ type: 'asset', fileName: 'worker.js', source })
    },
  }
}
