// The composition root of the page: builds the parts and joins them. Knows who is signed in; draws nothing.

import { getContext, setContext } from 'svelte'
import { Announcer } from './announcer.svelte'
import { Api, Refused } from './api'
import { Conversations } from './conversations.svelte'
import { Happenings } from './happenings'
import { languageOf, Words, type Language } from './i18n/index.svelte'
import { keepForOffline } from './installing'
import { Library } from './library/library.svelte'
import { MarkdownLater } from './markdown/later.svelte'
import type { MyProfile } from './people/shapes'
import { Router } from './router.svelte'
import type { AccountEvent, Bootstrap, SignedIn } from './shapes'
import { Shortcuts } from './shortcuts.svelte'
import { forgetDrafts } from './storage'
import type { Surroundings, Talk } from './talk.svelte'
import { Talks } from './talks.svelte'
import { Theme, type ThemeChoice } from './theme.svelte'
import { troubleIn, troubleOf, type Trouble } from './trouble'

const CLOCK_MS = 30_000
const CHECK_AGAIN_MS = 5_000
const LOOK_AROUND_MS = 60_000
/** What happens elsewhere comes in handfuls: a question begins, changes its conversation, ends. */
const TOGETHER_MS = 250
const AMISS = ['records_unavailable', 'engine_unavailable']

export class App {
  readonly api = new Api()
  readonly words = new Words()
  readonly theme = new Theme()
  readonly router = new Router()
  readonly announcer = new Announcer()
  readonly shortcuts = new Shortcuts()
  readonly conversations = new Conversations(this.api.library)
  readonly markdown = new MarkdownLater()
  readonly happenings = new Happenings(this.api, (event) => this.#happened(event), () => void this.#comeBack())
  readonly t = this.words.t
  readonly library = new Library({
    api: this.api.library,
    conversations: this.conversations,
    csrfToken: () => this.api.csrfToken,
    t: this.t,
    explain: (fault) => this.explain(fault),
    say: (words) => this.announcer.say(words),
    settled: (conversation) => this.talks.settled(conversation),
    removed: (id) => this.talks.removed(id),
    back: (id) => this.talks.goTo(id),
    seen: (id) => this.talk.id === id,
  })

  /** What the server told last; null until it has. */
  facts = $state<Bootstrap | null>(null)
  /** Why it has told nothing. */
  trouble = $state<Trouble | null>(null)
  now_s = $state(Date.now() / 1000)
  /** This browser solves a puzzle before it may ask from here. */
  solving = $state(false)
  model = $state('')
  /** True after a session ended by itself, so that the sign-in page can say so. */
  signedOut = $state(false)
  readonly talks = new Talks(this.#surroundings(), this.conversations, this.router)

  #firstVersion = ''
  #checkAgain: ReturnType<typeof setTimeout> | undefined
  #together: ReturnType<typeof setTimeout> | undefined

  /** The service runs another version than the one that this page came with. */
  get outdated(): boolean {
    return this.facts !== null && this.facts.version !== this.#firstVersion
  }

  /** The conversation that is shown. */
  get talk(): Talk {
    return this.talks.shown
  }

  get me() {
    return this.facts?.me ?? null
  }

  async start(): Promise<void> {
    this.words.apply()
    this.theme.apply()
    this.api.solving = (on) => (this.solving = on)
    setInterval(() => (this.now_s = Date.now() / 1000), CLOCK_MS)
    setInterval(() => void this.#lookAround(), LOOK_AROUND_MS)
    for (const sign of ['online', 'offline']) addEventListener(sign, () => void this.#comeBack())
    // Whoever comes back to this page may have written on another in the meantime.
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#listen()
      else void this.#comeBack()
    })
    await this.refresh()
  }

  /** Asks the server how things are; while something is amiss it asks again by itself. */
  async refresh(): Promise<void> {
    try {
      const asked = this.conversations.asking()
      const facts = await this.api.bootstrap()
      this.trouble = null
      this.api.csrfToken = facts.csrf_token
      const changed = facts.me?.id !== this.facts?.me?.id
      this.facts = facts
      this.library.folders = facts.folders
      if (changed && facts.me) this.#dressFor(facts.me)
      if (changed) this.conversations.start(facts.conversations)
      else this.conversations.renew(facts.conversations, asked)
      this.#chooseModel(facts)
      if (facts.me) void this.markdown.ready()
      if (changed && facts.me) keepForOffline()
      this.#firstVersion ||= facts.version
      this.#listen()
    } catch (fault) {
      this.trouble = troubleOf(fault, this.words, Date.now() / 1000)
    }
    const facts = this.facts
    const amiss = this.trouble || (facts?.me && !(facts.engine_ready && facts.history_saved))
    clearTimeout(this.#checkAgain)
    if (amiss) this.#checkAgain = setTimeout(() => void this.refresh(), CHECK_AGAIN_MS)
  }

  /** After a time in which nothing was heard: the list and the open conversation are as the server has them. */
  async #comeBack(): Promise<void> {
    await this.refresh()
    if (this.me) await this.talk.renew()
  }

  /** How the service stands: a page that is left open learns of it without asking for all that it shows. */
  async #lookAround(): Promise<void> {
    if (document.hidden || !this.facts) return
    try {
      const standing = await this.api.standing()
      this.facts = { ...this.facts, ...standing }
    } catch {
      // Nothing new is known; what fails is told where somebody acts.
    }
  }

  async signedIn(answer: SignedIn): Promise<void> {
    this.api.csrfToken = answer.csrf_token
    this.signedOut = false
    await this.refresh()
  }

  async signOut(): Promise<void> {
    await this.api.signOut()
    this.left('/login')
  }

  /** The sentence for a fault. A session that has ended is noticed here, wherever it shows. */
  explain = (fault: unknown): Trouble => {
    const trouble = troubleOf(fault, this.words, Date.now() / 1000)
    if (trouble.code === 'not_signed_in' && this.me) {
      this.signedOut = true
      this.router.wanted = this.router.path
      this.#forgetPerson()
    }
    this.#lookInto(trouble)
    return trouble
  }

  /** The sentence for a refusal that is known by its code alone. */
  refusal = (code: string): Trouble => this.explain(new Refused('', 0, code))

  /** What one refusal tells of the whole service is told to everyone at the page, for as long as it lasts. */
  #lookInto(trouble: Trouble): Trouble {
    if (AMISS.includes(trouble.code)) void this.refresh()
    return trouble
  }

  speak(language: Language): void {
    this.words.choose(language)
    this.#remember({ language })
  }

  wear(theme: ThemeChoice): void {
    this.theme.choose(theme)
    this.#remember({ theme: theme === 'system' ? '' : theme })
  }

  /** What has become of one's own account, without asking for all again. */
  changed(change: Partial<MyProfile>): void {
    if (this.facts?.me) this.facts = { ...this.facts, me: { ...this.facts.me, ...change } }
  }

  /** After a deed that ended the session here. */
  left(to: string): void {
    forgetDrafts()
    this.#forgetPerson()
    this.router.wanted = null
    this.router.go(to)
  }

  /** The account's own language and theme go along with its person, from browser to browser. */
  #dressFor(me: MyProfile): void {
    if (me.language) this.words.choose(languageOf(me.language))
    if (me.theme) this.theme.choose(me.theme)
  }

  #remember(wish: Partial<Pick<MyProfile, 'language' | 'theme'>>): void {
    if (!this.me) return
    this.changed(wish)
    // This browser has it in any case; what is lost is only that the next one knows it too.
    this.api.people.prefer(wish).catch(() => undefined)
  }

  #forgetPerson(): void {
    this.api.csrfToken = null
    if (this.facts) this.facts = { ...this.facts, me: null, csrf_token: null, conversations: [], folders: [] }
    this.library.forget()
    this.conversations.start([])
    this.#listen()
    this.talks.forget()
  }

  #chooseModel(facts: Bootstrap): void {
    const offered = facts.models.some((each) => each.id === this.model)
    if (!offered) this.model = facts.model
  }

  #surroundings(): Omit<Surroundings, 'begun'> {
    return {
      api: this.api,
      trouble: (fault) => this.explain(fault),
      troubleIn: (event) => this.#lookInto(troubleIn(event.data, this.words, Date.now() / 1000)),
      ready: () => this.markdown.ready(),
      ended: (_talk, status) => this.announcer.say(this.t(`status.${status === 'streaming' ? 'complete' : status}`)),
      model: () => this.model,
    }
  }

  /** While a signed-in person looks at the page. */
  #listen(): void {
    this.happenings.listen(this.me !== null && !document.hidden)
  }

  /** What was done on another page of this person shows here. */
  #happened(happening: AccountEvent): void {
    this.talks.happened(happening)
    if (happening.event === 'account') this.library.prompts.forget()
    if (happening.event === 'removed') this.conversations.forget(happening.data.conversation_id)
    clearTimeout(this.#together)
    this.#together = setTimeout(() => void this.refresh(), TOGETHER_MS)
  }
}

const NAME = Symbol('app')
export const provideApp = (app: App): App => setContext(NAME, app)
export const useApp = (): App => getContext<App>(NAME)
