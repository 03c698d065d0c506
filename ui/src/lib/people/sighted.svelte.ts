// Which section of a long page is being read. Knows the order of their ids; scrolls nothing.

/** Below the bar, and above the middle: what stands there is being read. */
const BAND = '-80px 0px -55% 0px'

export class Sighted {
  readonly #order: readonly string[]
  #seen = $state.raw<ReadonlySet<string>>(new Set())
  readonly #observer: IntersectionObserver | null

  constructor(order: readonly string[]) {
    this.#order = order
    const watches = typeof IntersectionObserver === 'function'
    this.#observer = watches ? new IntersectionObserver((entries) => this.#note(entries), { rootMargin: BAND }) : null
  }

  get id(): string | undefined {
    return this.#order.find((each) => this.#seen.has(each))
  }

  /** For a section that is labelled by the heading of its id. */
  watch = (section: HTMLElement): (() => void) => {
    this.#observer?.observe(section)
    return () => this.#observer?.unobserve(section)
  }

  #note(entries: IntersectionObserverEntry[]): void {
    const seen = new Set(this.#seen)
    for (const { target, isIntersecting } of entries) {
      const id = target.getAttribute('aria-labelledby') ?? ''
      if (isIntersecting) seen.add(id)
      else seen.delete(id)
    }
    this.#seen = seen
  }
}
