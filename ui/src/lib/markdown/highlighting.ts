// Colours for code; fetched when an answer has some. Knows these languages and no others; guesses none.

import highlighter from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import dockerfile from 'highlight.js/lib/languages/dockerfile'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import kotlin from 'highlight.js/lib/languages/kotlin'
import lua from 'highlight.js/lib/languages/lua'
import makefile from 'highlight.js/lib/languages/makefile'
import markdown from 'highlight.js/lib/languages/markdown'
import nginx from 'highlight.js/lib/languages/nginx'
import php from 'highlight.js/lib/languages/php'
import powershell from 'highlight.js/lib/languages/powershell'
import python from 'highlight.js/lib/languages/python'
import r from 'highlight.js/lib/languages/r'
import ruby from 'highlight.js/lib/languages/ruby'
import rust from 'highlight.js/lib/languages/rust'
import scss from 'highlight.js/lib/languages/scss'
import shell from 'highlight.js/lib/languages/shell'
import sql from 'highlight.js/lib/languages/sql'
import swift from 'highlight.js/lib/languages/swift'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { Fence } from './fence'

const LANGUAGES = {
  ...{ bash, c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, lua, makefile, markdown, nginx, php },
  ...{ powershell, python, r, ruby, rust, scss, shell, sql, swift, typescript, xml, yaml },
}
// Some grammars take seconds over what is not really code.
const LONGEST = 40_000

export class Highlighter {
  #colours = highlighter.newInstance()
  #fence = new Fence({ ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'] })

  constructor() {
    for (const [name, grammar] of Object.entries(LANGUAGES)) this.#colours.registerLanguage(name, grammar)
  }

  /** The code as safe HTML, or null where it is not for us: an unknown language, or too long. */
  html(code: string, language: string): string | null {
    if (code.length > LONGEST || !this.#colours.getLanguage(language)) return null
    const { value } = this.#colours.highlight(code, { language, ignoreIllegals: true })
    return this.#fence.safe(value)
  }
}
