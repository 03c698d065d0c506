// What the bridge is told. Knows the JSON's shape alone; times end in _s, in Unix seconds where they are moments.

import type { Shield } from '../shapes'

export interface PromiseKept {
  within_s: number
  over_s: number
  asked: number
  /** Null where nobody asked. */
  success: number | null
  first_token_p50_s: number | null
  first_token_p95_s: number | null
}

export interface ClassRow {
  class: Shield['classes'][number]['class']
  asked_per_s: number
  served_per_s: number
  refused_per_s: number
  held: number
  waiting: number
  expected_wait_s: number
}

export interface EngineMember {
  name: string
  ready: boolean
  slots: number
  in_flight: number
  restarts: number
  trouble: string | null
}

export interface Cost {
  currency: string
  over_s: number
  tokens: number
  per_hour: number | null
  per_million_tokens: number | null
  watt_hours_per_million_tokens: number | null
  month_at_this_rate: number | null
  budget_per_month: number | null
}

/** A sentence in each language of the app, by its tongue: en, zh. */
export type Sentence = Record<string, string>

export interface Share {
  low: number
  middle: number
  high: number
}

export interface VerdictTold {
  kind: 'normal' | 'surge' | 'attack' | 'both' | 'unclear'
  since_s: number
  attack: Share
  surge: Share
  sentence: Sentence
  evidence: Sentence[]
  would_change: Sentence[]
}

export interface Heaviest {
  network: string
  requests: number
  engine_ms: number
}

export interface AlarmTold {
  cause: string
  /** Tells two of one cause apart, such as a pool's members. */
  about: string
  since_s: number
  /** Its cause is not seen any more; it is over once that has lasted. */
  is_gone: boolean
  sentence: Sentence
  advice: Sentence
}

export interface AlarmsTold {
  going_on: AlarmTold[]
  mailboxes: number
  webhooks: number
  signed: boolean
}

export interface Reading {
  at_s: number
  promise: PromiseKept
  classes: ClassRow[]
  tokens_per_s: Record<string, number>
  refusals: { code: string; count: number }[]
  engine: { ready: boolean; slots: number; held: number; waiting: number; kv_use: number; members: EngineMember[] }
  shield: Shield
  entrance: Record<string, number>
  records: { healthy: boolean; lag_s: number; trouble: string | null }
  cost: Cost
  verdict?: VerdictTold | null
  heaviest?: Heaviest[]
  alarms?: AlarmsTold
}

/** A list a column, all of one length; `null` where nothing was measured. */
export type History = Record<string, (number | null)[]> & { posture?: never }

export interface Treated {
  network: string
  treatment: 'slow' | 'challenge' | 'block'
  until_unix_s: number | null
  reason: string
}

export interface Rehearsal {
  state: 'none' | 'running' | 'ended' | 'failed' | 'stopped'
  mix: string
  length: '' | 'quick' | 'full'
  mixes: string[]
  began_s: number
  ended_s: number
  promises: { promise: string; limit: string; values: (number | string | null)[]; verdict: string }[]
  why: string
}

/** The operator's word on gate and waiting room; null is what is left to the settings. */
export interface Entrance {
  stands: boolean
  shut: boolean
  signups_per_min: number | null
  passes_per_min: number | null
  order: 'in_order' | 'by_lot' | null
  until_unix_s: number | null
  by: string
  guests: boolean
  waiting: number
}
