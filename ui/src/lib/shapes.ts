// What the server sends and is sent. Knows the shapes of the HTTP contract; knows no transport.

import type { Folder, Manner } from './library/shapes'
import type { GateFacts, MyProfile } from './people/shapes'

export type Role = 'owner' | 'operator' | 'member'

export interface Me {
  id: string
  email: string
  role: Role
  created_at: number
}

export interface Model {
  id: string
  context_tokens: number | null
  /** It takes images. */
  vision?: boolean
}

export interface Conversation {
  id: string
  title: string
  model: string
  created_at: number
  updated_at: number
  /** The last message of the branch that was shown last. */
  leaf_id?: string | null
  pinned?: boolean
  archived?: boolean
  folder_id?: string | null
}

/** Opened, it also tells how its questions are asked. */
export type SettledConversation = Conversation & Partial<Manner>

/** A place in the line of those who want to register. `place` is the ticket; `ahead` between how many come before. */
export interface Place {
  state: 'waiting' | 'released' | 'over'
  place: string
  ahead: [number, number]
  wait_s: number
  later_than_told: boolean
  by_lot: boolean
  look_again_s: number
  kept_s: number
}

/** How the service stands, as far as everybody may know. */
export interface Standing {
  posture: 'normal' | 'elevated' | 'siege'
  signup_busy: boolean
  signup_puzzle: boolean
  /** What an operator tells everybody. */
  banner: { text_en: string; text_zh: string } | null
}

export interface Bootstrap extends Standing, GateFacts {
  me: MyProfile | null
  csrf_token: string | null
  needs_owner: boolean
  models: Model[]
  model: string
  conversations: Conversation[]
  folders: Folder[]
  /** Whether links may be made. */
  sharing: boolean
  engine_ready: boolean
  demonstration: boolean
  history_saved: boolean
  version: string
}

export interface SignedIn {
  me: Me
  csrf_token: string
}

export type Status = 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed'

export interface Attachment {
  id: string
  name: string
  kind: 'text' | 'pdf' | 'image'
  media_type: string
  size_bytes: number
}

export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  completion_tokens_details?: { reasoning_tokens?: number }
}

/** Seconds on the server's clock; null where that did not happen or is not known. */
export interface Timings {
  first_token_s: number | null
  reasoning_s: number | null
  total_s: number | null
  tokens_per_s: number | null
}

/** The first seven are always told; the others by what the message is. `parent_id` is what it follows: several with one
 *  parent are branches. */
export interface Message {
  id: string
  speaker: 'user' | 'assistant'
  text: string
  reasoning: string
  status: Status
  created_at: number
  model: string
  parent_id?: string | null
  finish?: string | null
  refusal?: string | null
  eased?: string[] | null
  usage?: Usage | null
  timings?: Timings | null
  attachments?: Attachment[]
}

/** What is asked for an answer: `text` null asks for a further one to the message that is `parent_id`. As `parent_id`,
 *  "" is the beginning of the conversation. */
export interface Question {
  conversation_id: string | null
  message_id: string
  parent_id?: string | null
  text: string | null
  model: string
  attachments?: string[]
  /** These go along with the question that makes a conversation. */
  instructions?: string
  sampling?: Manner['sampling']
  folder_id?: string
}

export interface ConversationPage {
  conversations: Conversation[]
  next: string | null
}

export interface OpenedConversation {
  conversation: SettledConversation
  messages: Message[]
}

export interface Key {
  id: string
  name: string
  hint: string
  created_at: number
  revoked_at: number | null
  /** Empty scopes or models stand for all of them. */
  scopes: KeyScope[]
  models: string[]
  expires_at: number | null
  last_used_at: number | null
}

export type KeyScope = 'chat' | 'embeddings' | 'models'

/** What a key may do. Left out of a new one, it is not narrowed; left out of a change, it stays. Null is no end. */
export interface KeyWish {
  name: string
  scopes?: KeyScope[]
  models?: string[]
  expires_in_s?: number | null
}

export interface NewKey extends Key {
  key: string
}

export interface AccountRow {
  id: string
  email: string
  role: Role
  disabled: boolean
  vouched: boolean
  /** Registered, and not let in yet. */
  pending: boolean
  created_at: number
}

export interface Overview {
  engine: {
    name: string
    ready: boolean
    slots: number
    in_flight: number
    restarts: number
    trouble: string | null
    models: (string | Model)[]
  }
  queue: { waiting: number }
  records: { healthy: boolean; lag_s: number }
}

export interface Shield {
  posture: 'normal' | 'elevated' | 'siege'
  since_unix_s: number
  because: '' | 'queue' | 'others' | 'kv' | 'loop' | 'refused' | 'verdict' | 'burning'
  automatic: 'normal' | 'elevated' | 'siege'
  pin: { posture: string; until_unix_s: number | null; by: string } | null
  pressure: Record<'queue' | 'others' | 'kv' | 'loop' | 'refused' | 'verdict', number>
  brownout: ('shorter answers' | 'lower reasoning effort' | 'a lighter model' | 'still shorter answers' | 'places in line')[]
  prices: Record<string, Record<'request_ms' | 'prompt_ms' | 'output_ms' | 'kv_ms', number>>
  price_error: number
  classes: {
    class: 'C0' | 'C1' | 'C1b' | 'C2' | 'C3' | 'C4'
    held: number
    waiting: number
    expected_wait_s: number
    admitted: number
    refused: number
    longest_answer: number
  }[]
}

/** A piece of an answer in OpenAI's form, as guests hear it. */
export interface Chunk {
  choices?: { delta?: { content?: string } }[]
  error?: ErrorBody['error']
}

/** The body of every refusal, in OpenAI's form. */
export interface ErrorBody {
  error: { message: string; type?: string; code?: string | null; param?: string | null }
  waiting?: Place
  retry_after_s?: number
}

export type ChatEvent =
  | { event: 'begun'; data: { conversation: Conversation; message_id: string; answer_id: string; parent_id?: string | null } }
  | { event: 'waiting'; data: { place: number; wait_s?: number | null; longer?: boolean } }
  | { event: 'eased'; data: { codes: string[] } }
  | { event: 'piece'; data: { text?: string; reasoning?: string } }
  | { event: 'state'; data: { message: Message } }
  | { event: 'done'; data: { status: Status; finish: string | null; saved: boolean; usage?: Usage; timings?: Timings } }
  | { event: 'error'; data: ErrorBody }

/** What happens to an account's conversations, told to all its pages. */
export type AccountEvent =
  | { event: 'changed' | 'removed'; data: { conversation_id: string } }
  | { event: 'begun' | 'ended'; data: { conversation_id: string; answer_id: string } }
  | { event: 'account'; data: object }
