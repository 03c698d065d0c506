// The last deed that can be taken back, for as long as it is offered. Knows time; knows no deed.

const OFFERED_MS = 10_000

export interface Undoable {
  /** What was done, as a sentence. */
  words: string
  undo: () => Promise<unknown>
}

export class Undoing {
  last = $state.raw<Undoable | null>(null)
  #end: ReturnType<typeof setTimeout> | undefined

  offer(deed: Undoable): void {
    this.last = deed
    this.go()
  }

  /** Nobody is hurried while they are at it. */
  hold(): void {
    clearTimeout(this.#end)
  }

  go(): void {
    this.hold()
    this.#end = setTimeout(() => this.dismiss(), OFFERED_MS)
  }

  dismiss(): void {
    this.hold()
    this.last = null
  }

  async undo(): Promise<void> {
    const deed = this.last
    this.dismiss()
    await deed?.undo()
  }
}
