// A diagram's source to a picture, drawn in a frame that may do nothing else. Knows the frame's messages; draws nothing itself.
//
// The frame is sandboxed without this page's origin and its own policy allows no network. What comes back is shown as an
// image, in which neither scripts run nor anything is loaded.

export interface Drawing {
  svg: string
  width: number
  height: number
}

const PAGE = '/static/drawing.html'
const PATIENCE_MS = 15_000
const LARGEST = 2_000_000
const COLOURS = ['surface', 'sand', 'ink', 'muted', 'line', 'accent'] as const

/** Throws where it cannot be drawn, or takes too long. `place` tells the colours. */
export async function drawn(source: string, place: HTMLElement): Promise<Drawing> {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-scripts')
  frame.className = 'unseen easel'
  frame.title = ''
  frame.tabIndex = -1
  frame.setAttribute('aria-hidden', 'true')
  frame.src = PAGE
  try {
    return await answerOf(frame, { source, colours: coloursAt(place) })
  } finally {
    frame.remove()
  }
}

/** The picture, once the browser has read it. Throws where it cannot. */
export async function picture({ svg, width, height }: Drawing, alt: string): Promise<HTMLElement> {
  const image = document.createElement('img')
  image.alt = alt
  image.width = width
  image.height = height
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  return image
}

function answerOf(frame: HTMLIFrameElement, task: unknown): Promise<Drawing> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(late)
      removeEventListener('message', heard)
      settle()
    }
    const heard = ({ source, data }: MessageEvent) => {
      if (source !== frame.contentWindow) return
      if (data === 'ready') return frame.contentWindow?.postMessage(task, '*')
      end(() => (isDrawing(data) ? resolve(data) : reject(new Error('not drawn'))))
    }
    const late = setTimeout(() => end(() => reject(new Error('took too long'))), PATIENCE_MS)
    addEventListener('message', heard)
    document.body.append(frame)
  })
}

function isDrawing(data: unknown): data is Drawing {
  const { svg, width, height } = (data ?? {}) as Partial<Drawing>
  return typeof svg === 'string' && svg.length <= LARGEST && Number.isFinite(width) && Number.isFinite(height)
}

function coloursAt(place: HTMLElement): Record<string, string> {
  const style = getComputedStyle(place)
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
}
