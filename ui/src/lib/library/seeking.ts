// Brings one message before its reader's eyes. Knows how to find it on the page; knows no search.

/** A long conversation is drawn from its end, between frames: so many seconds are more than any takes. */
const PATIENCE_MS = 8_000
const SEEN_MS = 2_500
/** What is far away has the height that it is thought to have until it is near: the place is found in steps. */
const STEPS = 4

export async function seek(message_id: string, gone: () => boolean): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (!gone() && performance.now() < until) {
    const message = document.querySelector<HTMLElement>(`[data-message="${CSS.escape(message_id)}"]`)
    if (message) return show(message)
    await frame()
  }
}

const frame = () => new Promise(requestAnimationFrame)

async function show(message: HTMLElement): Promise<void> {
  message.dataset.sought = ''
  for (let step = 0; step < STEPS; step++) {
    await frame()
    message.scrollIntoView({ block: 'center' })
  }
  message.tabIndex = -1
  message.focus({ preventScroll: true })
  setTimeout(() => delete message.dataset.sought, SEEN_MS)
}
