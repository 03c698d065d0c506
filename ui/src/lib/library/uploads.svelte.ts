// Files on their way to a message. Knows their turn and progress; knows neither what may be sent nor how it looks.

import type { Attachment } from '../shapes'
import type { Trouble } from '../trouble'
import type { Added } from './shapes'

export interface Upload {
  key: number
  file: File
  /** Between 0 and 1; null while it waits for its turn. */
  sent: number | null
  trouble: Trouble | null
}

/** Sends one file: told how far it is, until the server has taken it. */
export type SendFile = (file: File, progress: (share: number) => void, signal: AbortSignal) => Promise<Added>

export interface Message {
  attached: Attachment[]
}

/** One at a time: the server takes two of an account, and another page may be sending too. */
export class Uploads {
  all = $state<Upload[]>([])
  #message: Message
  #send: SendFile
  #explain: (fault: unknown) => Trouble
  #taken: (added: Added) => void
  #abort: AbortController | null = null
  #current = -1
  #next = 0

  constructor(message: Message, send: SendFile, explain: (fault: unknown) => Trouble, taken: (added: Added) => void) {
    this.#message = message
    this.#send = send
    this.#explain = explain
    this.#taken = taken
  }

  get busy(): boolean {
    return this.all.some((each) => !each.trouble)
  }

  add(files: Iterable<File>): void {
    for (const file of files) this.all.push({ key: this.#next++, file, sent: null, trouble: null })
    void this.#go()
  }

  again(key: number): void {
    const upload = this.all.find((each) => each.key === key)
    if (!upload) return
    upload.trouble = null
    void this.#go()
  }

  drop(key: number): void {
    this.all = this.all.filter((each) => each.key !== key)
    if (key === this.#current) this.#abort?.abort()
  }

  async #go(): Promise<void> {
    if (this.#abort) return
    for (let next = this.#waiting(); next; next = this.#waiting()) await this.#one(next)
    this.#abort = null
  }

  #waiting(): Upload | undefined {
    return this.all.find((each) => each.sent === null && !each.trouble)
  }

  async #one(upload: Upload): Promise<void> {
    this.#abort = new AbortController()
    this.#current = upload.key
    upload.sent = 0
    try {
      const added = await this.#send(upload.file, (share) => (upload.sent = share), this.#abort.signal)
      this.#message.attached = [...this.#message.attached, added]
      this.all = this.all.filter((each) => each.key !== upload.key)
      this.#taken(added)
    } catch (fault) {
      upload.sent = null
      if (!this.#abort.signal.aborted) upload.trouble = this.#explain(fault)
    }
  }
}

/** As people say sizes, in the reader's language. */
export function sizeOf(bytes: number, language: string): string {
  const [value, unit]: [number, string] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  const digits = bytes >= 1e6 && bytes < 1e7 ? 1 : 0
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: bytes < 1000 ? 'long' : 'short', maximumFractionDigits: digits }).format(value)
}
