// Solves the puzzle that strangers are asked, beside the page. Knows altcha's workers; knows no form and no server.
//
// altcha's own widget refuses to run on plain http. Its scrypt worker does not: it brings WebAssembly of its own and
// needs no crypto.subtle. So the workers are taken, and fetched only where a puzzle is asked.

import pbkdf2 from 'altcha/workers/pbkdf2?url'
import scrypt from 'altcha/workers/scrypt?url'

export type Algorithm = 'SCRYPT' | 'PBKDF2/SHA-256'

export interface Puzzle {
  parameters: { algorithm: string; [name: string]: unknown }
  signature: string
}

interface Solution {
  counter: number
  derivedKey: string
}

const PROGRAMS: Record<string, string> = { SCRYPT: scrypt, 'PBKDF2/SHA-256': pbkdf2 }
const MOST_WORKERS = 4
const PATIENCE_MS = 120_000

/** What this browser can solve, the better first. Some forbid WebAssembly, and plain http has no crypto.subtle. */
function algorithms(): Algorithm[] {
  const able: Algorithm[] = []
  if (typeof WebAssembly === 'object') able.push('SCRYPT')
  if (globalThis.crypto?.subtle) able.push('PBKDF2/SHA-256')
  return typeof Worker === 'function' ? able : []
}

/** A solved puzzle of those that `ask` brings, by what this browser can; empty where it can solve none. */
export async function proofOf(ask: (algorithm: Algorithm) => Promise<Puzzle>, signal: AbortSignal): Promise<string> {
  for (const algorithm of algorithms()) {
    const puzzle = await ask(algorithm)
    try {
      return await solved(puzzle, signal)
    } catch (fault) {
      if (signal.aborted) throw fault
    }
  }
  return ''
}

/** The solved puzzle as the server takes it. Rejects when this browser cannot, or `signal` says stop. */
async function solved(puzzle: Puzzle, signal: AbortSignal): Promise<string> {
  const program = PROGRAMS[puzzle.parameters.algorithm]
  if (!program) throw new Error(`no worker solves ${puzzle.parameters.algorithm}`)
  const count = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 2))
  const workers = Array.from({ length: count }, () => new Worker(program))
  try {
    const solution = await first(workers, puzzle, signal)
    return btoa(JSON.stringify({ challenge: puzzle, solution }))
  } finally {
    for (const worker of workers) worker.terminate()
  }
}

/** Each worker tries every n-th counter; the first find counts. */
function first(workers: Worker[], challenge: Puzzle, signal: AbortSignal): Promise<Solution> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    workers.forEach((worker, position) => {
      worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject(data?.error ?? new Error('not solved')))
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage({ type: 'work', challenge, counterStart: position, counterStep: workers.length, timeout: PATIENCE_MS })
    })
  })
}
