// The page in which diagrams are drawn, as files. Knows its name and its script; web/pages.py gives it a policy of its own.
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const SCRIPT = 'drawing.js'
const PARTS = ['node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js', 'src/drawing/draw.js']

/** One classic script, because a frame without an origin cannot load modules; and a page of one line that loads it. */
export function drawingPage(): Plugin {
  return {
    name: 'seawall-drawing-page',
    apply: 'build',
    buildStart() {
      const source = PARTS.map((part) => readFileSync(new URL(part, import.meta.url), 'utf8')).join('\n')
      this.emitFile({ type: 'asset', name: SCRIPT, source })
    },
    generateBundle(_options, bundle) {
      const script = Object.values(bundle).find((each) => each.type === 'asset' && each.names.includes(SCRIPT))
      if (!script) throw new Error(`${SCRIPT} was not emitted`)
      const source = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Drawing</title><script src="/static/${script.fileName}" defer></script></html>\n`
      this.emitFile({ type: 'asset', fileName: 'drawing.html', source })
    },
  }
}

/** KaTeX names each font in three forms; every browser that this app runs in reads the smallest. */
export function oneFormOfFonts(): Plugin {
  return {
    name: 'seawall-one-form-of-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex[^/]*\.css/.test(id)) return null
      return { code: code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, ''), map: null }
    },
  }
}
