// The server's HTTP, as typed verbs. Knows addresses, the CSRF token and how a refusal looks; keeps no other state.

import { BridgeApi } from './bridge/api'
import type { Standing } from './homes'
import { LibraryApi } from './library/api'
import { NoticesApi } from './notices/api'
import { OperatorsApi } from './operators/api'
import { PeopleApi } from './people/api'
import type { Credential } from './people/webauthn'
import type { Algorithm, Puzzle } from './puzzle'
import { serverEvents } from './sse'
import type * as shapes from './shapes'

/** The server said no, and why. `code` is the refusal's name in the docs. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly param: string | null = null,
    readonly retryAfter_s: number | null = null,
    /** The place that is kept, where one is. */
    readonly waiting: shapes.Place | null = null,
  ) {
    super(message)
  }
}

/** No answer came: the network or the server is away. */
export class Unreachable extends Error {}

/** The answer began, but its end never came. */
export class Cut extends Error {}

export class Api {
  csrfToken: string | null = null
  /** Is told while this browser solves a puzzle before it may ask. */
  solving: (on: boolean) => void = () => undefined
  readonly people = new PeopleApi((method, path, body) => this.#json(method, path, body))
  readonly operators = new OperatorsApi((method, path, body) => this.#json(method, path, body))
  readonly notices = new NoticesApi((method, path, body) => this.#json(method, path, body))
  readonly bridge = new BridgeApi((method, path, body) => this.#json(method, path, body))
  readonly library = new LibraryApi((method, path, body) => this.#json(method, path, body))

  bootstrap = () => this.#json<shapes.Bootstrap>('GET', '/api/bootstrap')

  standing = () => this.#json<shapes.Standing>('GET', '/api/entrance')
  puzzle = (action: string, algorithm: Algorithm) =>
    this.#json<Puzzle>('POST', '/api/entrance/challenge', { action, algorithm })
  takePlace = (action: string) => this.#json<shapes.Place>('POST', '/api/entrance/place', { action })
  lookAtPlace = (action: string, place: string) =>
    this.#json<shapes.Place>('POST', '/api/entrance/place/look', { action, place })
  setUp = (token: string, email: string, password: string) =>
    this.#json<shapes.SignedIn>('POST', '/api/setup', { token, email, password })
  signOut = () => this.#json<void>('POST', '/api/auth/logout')
  changePassword = (current: string, next: string) =>
    this.#json<void>('POST', '/api/account/password', { current, new: next })

  homes = () => this.#json<Standing>('GET', '/api/account/standing')
  forgetHome = (id: string) => this.#json<void>('DELETE', `/api/account/homes/${encodeURIComponent(id)}`)
  sendCode = () => this.#json<void>('POST', '/api/account/step-up', { kind: 'mail' })
  confirmCode = (kind: 'mail' | 'totp', code: string) => this.#json<void>('POST', '/api/account/step-up/confirm', { kind, code })
  confirmPasskey = (credential: Credential) => this.#json<void>('POST', '/api/account/step-up/confirm', { kind: 'passkey', credential })

  conversation = (id: string) => this.#json<shapes.OpenedConversation>('GET', `/api/conversations/${encodeURIComponent(id)}`)

  keys = () => this.#json<{ keys: shapes.Key[] }>('GET', '/api/keys')
  createKey = (wish: shapes.KeyWish) => this.#json<shapes.NewKey>('POST', '/api/keys', wish)
  changeKey = (id: string, wish: Partial<shapes.KeyWish>) => this.#json<shapes.Key>('PATCH', `/api/keys/${encodeURIComponent(id)}`, wish)
  revokeKey = (id: string) => this.#json<void>('DELETE', `/api/keys/${encodeURIComponent(id)}`)

  overview = () => this.#json<shapes.Overview>('GET', '/api/operator/overview')
  shield = () => this.#json<shapes.Shield>('GET', '/api/operator/shield')
  pinPosture = (posture: shapes.Shield['posture'] | 'auto', for_s: number | null) =>
    this.#json<shapes.Shield>('POST', '/api/operator/shield/posture', { posture, for_s })

  /** Asks, and hears the answer. Refusals before the first event are thrown as Refused. */
  async *chat(question: shapes.Question, signal: AbortSignal): AsyncGenerator<(shapes.ChatEvent & { number: number })[]> {
    const ask = () => this.#events<shapes.ChatEvent>('POST', '/api/chat', signal, question)
    try {
      yield* ask()
    } catch (fault) {
      if (!(fault instanceof Refused && fault.code === 'challenge_required' && (await this.#puzzled(signal)))) throw fault
      yield* ask()
    }
  }

  /** Solves the puzzle that is asked of accounts away from home in a network that operators challenge. */
  async #puzzled(signal: AbortSignal): Promise<boolean> {
    this.solving(true)
    try {
      const { proofOf } = await import('./puzzle')
      const proof = await proofOf((algorithm) => this.#json<Puzzle>('POST', '/api/account/puzzle', { algorithm }), signal)
      if (proof) await this.#json<void>('POST', '/api/account/puzzle/solved', { proof })
      return proof !== ''
    } finally {
      this.solving(false)
    }
  }

  /** Goes on hearing an answer, after that event: here, in another tab, on another device. */
  answer = (id: string, after: number, signal: AbortSignal) =>
    this.#events<shapes.ChatEvent>('GET', `/api/answers/${encodeURIComponent(id)}/events?after=${after}`, signal)

  /** Asks as somebody without an account, and hears the text in the batches in which it arrives. */
  async *askAsGuest(question: { model: string; messages: { role: string; content: string }[] }, pass: string, signal: AbortSignal): AsyncGenerator<string> {
    const shown = pass ? { 'X-Seawall-Pass': pass } : undefined
    const response = await this.#send('POST', '/v1/chat/completions', { ...question, stream: true }, signal, shown)
    if (!response.body) throw new Unreachable('no body')
    for await (const events of serverEvents(response.body)) {
      const chunks = events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as shapes.Chunk)
      const error = chunks.find((chunk) => chunk.error)?.error
      if (error) throw new Refused(error.message, response.status, error.code ?? '')
      yield chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? '').join('')
    }
  }

  guestPass = (ticket: { proof?: string; place?: string }) => this.#json<{ pass: string }>('POST', '/api/entrance/pass', ticket)

  stopAnswer = (id: string) => this.#json<void>('POST', `/api/answers/${encodeURIComponent(id)}/stop`)

  happenings = (signal: AbortSignal) => this.#events<shapes.AccountEvent>('GET', '/api/events', signal)

  /** The bridge's readings: `history` once, then a `reading` every two seconds. */
  readings = (signal: AbortSignal) => this.#events<{ event: string; data: unknown }>('GET', '/api/operator/live', signal)

  /** The report of an incident, handed to the browser as a file. */
  async report(id: string): Promise<void> {
    const response = await this.#send('POST', `/api/operator/incidents/${encodeURIComponent(id)}/report`)
    const file = URL.createObjectURL(await response.blob())
    const link = Object.assign(document.createElement('a'), { href: file, download: `seawall-incident-${id}.zip` })
    link.click()
    // The browser has taken it by then.
    setTimeout(() => URL.revokeObjectURL(file), 60_000)
  }

  showBranch = (id: string, leaf_id: string) =>
    this.#json<shapes.Conversation>('PATCH', `/api/conversations/${encodeURIComponent(id)}`, { leaf_id })

  /** Events in the batches in which they arrive, each with its number. */
  async *#events<E extends { event: string; data: unknown }>(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: unknown,
  ): AsyncGenerator<(E & { number: number })[]> {
    const response = await this.#send(method, path, body, signal)
    if (!response.body) throw new Unreachable('no body')
    try {
      yield [] // It is heard again, though nothing was said yet.
      for await (const events of serverEvents(response.body)) {
        yield events.map(({ event, data, id }) => ({ event, data: JSON.parse(data), number: Number(id) || 0 }) as E & { number: number })
      }
    } catch (fault) {
      throw signal.aborted ? fault : new Unreachable(String(fault))
    }
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#send(method, path, body)
    try {
      // Done, or taken on: there is nothing to tell.
      const text = await response.text()
      return (text === '' ? undefined : JSON.parse(text)) as T
    } catch (fault) {
      throw new Unreachable(String(fault))
    }
  }

  async #send(method: string, path: string, body?: unknown, signal?: AbortSignal, more: Record<string, string> = {}): Promise<Response> {
    const headers: Record<string, string> = { ...more }
    const file = body instanceof Blob ? body : null
    if (body !== undefined) headers['Content-Type'] = file ? file.type || 'application/octet-stream' : 'application/json'
    if (method !== 'GET' && this.csrfToken) headers['X-CSRF-Token'] = this.csrfToken
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' }
    if (body !== undefined) init.body = file ?? JSON.stringify(body)
    if (signal) init.signal = signal
    let response: Response
    try {
      response = await fetch(path, init)
    } catch (fault) {
      if (signal?.aborted) throw fault
      throw new Unreachable(String(fault))
    }
    if (!response.ok) throw refusalIn(response.status, await response.text().catch(() => ''), response.headers.get('Retry-After'))
    return response
  }
}

/** What a refusal's body and header tell. */
export function refusalIn(status: number, text: string, retryAfter: string | null): Refused {
  const body = bodyIn(text)
  const error = body?.error
  const header = Number(retryAfter ?? NaN)
  const retry = body?.retry_after_s ?? (Number.isFinite(header) ? header : null)
  return new Refused(error?.message ?? '', status, error?.code ?? `http_${status}`, error?.param ?? null, retry, body?.waiting ?? null)
}

function bodyIn(text: string): shapes.ErrorBody | null {
  try {
    return JSON.parse(text) as shapes.ErrorBody | null
  } catch {
    return null // Not of ours: a proxy's, or nothing.
  }
}
