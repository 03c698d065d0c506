// Formulas typeset by KaTeX; fetched when an answer has one. Knows TeX's bounds; finds no formula.

import DOMPurify from 'dompurify'
import katex, { type KatexOptions } from 'katex'
import 'katex/dist/katex.min.css'

const BOUNDS: KatexOptions = {
  // No links, pictures, classes or attributes of an answer's making.
  trust: false,
  strict: 'ignore',
  throwOnError: true,
  // A macro that calls itself ends here: KaTeX's 1,000 times a page of formulas would hold the page for seconds.
  maxExpand: 200,
  // In ems: \rule{9999em}{1em} may not cover the page.
  maxSize: 20,
}

const TAGS =
  'div span svg path line math semantics annotation mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover ' +
  'munder munderover mtable mtr mtd mlabeledtr mstyle menclose mpadded mphantom'
const ATTRIBUTES =
  'class style aria-hidden viewbox preserveaspectratio width height d x1 y1 x2 y2 stroke-width xmlns encoding display ' +
  'mathvariant stretchy accent accentunder fence separator lspace rspace minsize maxsize displaystyle scriptlevel columnalign ' +
  'columnspacing rowspacing columnlines rowlines linethickness notation depth voffset mathcolor mathbackground mathsize side ' +
  'largeop movablelimits symmetric linebreak'

/** Typesets an element whose text is TeX. False, and nothing changed, where KaTeX cannot read it. */
export function typeset(place: HTMLElement): boolean {
  const made = document.createElement('div')
  try {
    // Into a node and not a string: its sizes are set through the CSSOM, which the page's policy allows.
    katex.render(place.textContent ?? '', made, { ...BOUNDS, displayMode: place.classList.contains('display') })
  } catch {
    return false
  }
  DOMPurify.sanitize(made, { IN_PLACE: true, ALLOWED_TAGS: TAGS.split(' '), ALLOWED_ATTR: ATTRIBUTES.split(' '), ALLOW_DATA_ATTR: false })
  place.replaceChildren(...made.childNodes)
  return true
}
