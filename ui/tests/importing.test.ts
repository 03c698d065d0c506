// An import that is followed to its end, and found again by a page that was loaded anew.

import { beforeEach, expect, test, vi } from 'vitest'
import { Unreachable } from '../src/lib/api'
import { Importing, type Host } from '../src/lib/library/importing.svelte'
import type { ImportReport, ImportState } from '../src/lib/library/shapes'

const REPORT: ImportReport = { imported: 2, folders: 0, prompts: 0, files: 0, skipped_count: 0, skipped: [] }
const FILE = new File(['[]'], 'conversations.json')

function state(name: ImportState['state'], share = 0, more: Partial<ImportState> = {}): ImportState {
  return { state: name, share, conversations: Math.round(share * 10), report: null, error: null, ...more }
}

/** A page whose service tells these states, one after another. */
function page(told: (ImportState | Error)[]) {
  const done = vi.fn(() => Promise.resolve())
  const next = () => {
    const one = told.shift() ?? state('none')
    return one instanceof Error ? Promise.reject(one) : Promise.resolve(one)
  }
  const host = {
    api: { importState: next },
    send: () => next(),
    explain: (fault: unknown) => ({ code: (fault as { code?: string }).code ?? 'unknown', text: String(fault) }),
    mine: () => 'ada',
    done,
  } as unknown as Host
  return { importing: new Importing(host), done }
}

beforeEach(() => {
  vi.useFakeTimers()
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  })
})

test('it is followed to its report, also while the service is away for a moment', async () => {
  const { importing, done } = page([state('running'), state('running', 0.5), new Unreachable('away'), state('done', 1, { report: REPORT })])
  const whole = importing.bringIn(FILE)
  await vi.advanceTimersByTimeAsync(1500)
  expect([importing.phase, importing.share, importing.conversations]).toEqual(['reading', 0.5, 5])
  await vi.advanceTimersByTimeAsync(2500)
  await whole
  expect([importing.phase, importing.report, done.mock.calls.length]).toEqual(['idle', REPORT, 1])
})

test('a page that is loaded anew goes on with it, and tells its end once', async () => {
  const before = page([state('running'), state('running', 0.2)])
  void before.importing.bringIn(FILE)
  await vi.advanceTimersByTimeAsync(1100)
  before.importing.leave()
  const { importing } = page([state('running', 0.7), state('done', 1, { report: REPORT })])
  const looked = importing.look()
  await vi.advanceTimersByTimeAsync(1100)
  await looked
  expect(importing.report).toEqual(REPORT)
  const later = page([state('done', 1, { report: REPORT })])
  await later.importing.look()
  expect(later.importing.report).toBeNull()
})

test('one that the service has forgotten is said to be lost', async () => {
  const before = page([state('running'), state('running')])
  void before.importing.bringIn(FILE)
  await vi.advanceTimersByTimeAsync(100)
  before.importing.leave()
  const { importing, done } = page([state('none')])
  await importing.look()
  expect([importing.lost, importing.phase, done.mock.calls.length]).toEqual([true, 'idle', 0])
})

test('a refusal is told in its own words', async () => {
  const { importing } = page([state('running'), state('refused', 0, { error: { message: 'Damaged.', code: 'unreadable_file' } })])
  const whole = importing.bringIn(FILE)
  await vi.advanceTimersByTimeAsync(1100)
  await whole
  expect(importing.trouble?.code).toBe('unreadable_file')
})
