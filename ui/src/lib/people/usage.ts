// What an account used, told by day. Knows how lines add up and how days follow; draws nothing.

export interface UsageLine {
  /** UTC's, as YYYY-MM-DD. */
  day: string
  /** Empty for the chat app. */
  key_id: string
  model: string
  requests: number
  prompt_tokens: number
  cached_tokens: number
  completion_tokens: number
  engine_s: number
  money: number
}

export interface Bound {
  /** Such as `tokens_per_day`. */
  name: string
  quota: number
  used: number
  left: number
  resets_s: number
}

export interface UsageReport {
  since: string
  until: string
  /** Whether the operator has named a price; else every `money` is 0. */
  priced: boolean
  lines: UsageLine[]
  /** By key; the empty one is the account's. */
  bounds: Record<string, Bound[]>
  keys: { id: string; name: string; hint: string; revoked: boolean }[]
}

export interface Sum {
  name: string
  requests: number
  read: number
  written: number
  engine_s: number
  money: number
}

const DAY_MS = 86_400_000

/** Every day from the first to the last, also those without use. */
export function daysOf(report: Pick<UsageReport, 'since' | 'until'>): string[] {
  const days: string[] = []
  const last = Date.parse(report.until)
  for (let day = Date.parse(report.since); day <= last; day += DAY_MS) days.push(new Date(day).toISOString().slice(0, 10))
  return days
}

/** One sum for each name, in the order of the names. */
export function summed(lines: readonly UsageLine[], names: readonly string[], nameOf: (line: UsageLine) => string): Sum[] {
  const sums = new Map<string, Sum>(names.map((name) => [name, { name, requests: 0, read: 0, written: 0, engine_s: 0, money: 0 }]))
  for (const line of lines) {
    const sum = sums.get(nameOf(line))
    if (!sum) continue
    sum.requests += line.requests
    sum.read += line.prompt_tokens
    sum.written += line.completion_tokens
    sum.engine_s += line.engine_s
    sum.money += line.money
  }
  return [...sums.values()]
}
