/** What is measured: a running process, and the calls by which it is asked. */
import { generateSync } from 'otplib'
import type { Load } from '../harness/load.ts'
import type { Process } from '../harness/processes.ts'

/** A kind of call. Each gives the next one: another user, another token. */
export interface Source extends Pick<Load, 'next' | 'answered'> {
  /** Makes what the calls use up: tokens, steps. Called before each run; takes no part in it. */
  prepare?: () => Promise<void>
  /** How many calls there are; absent: any number. */
  amount?: number
}

export interface Subject {
  name: string
  process: Process
  signIn: Source
  /** Asked while others sign in. */
  during: Record<string, Source>
  refresh?: Source
  /** Looks a session up, each in its way. */
  lookUps: Record<string, Source>
  secondFactor?: Source
  /** Starts another process of it. @returns seconds to the first answer, and resident MB soon after. */
  start(): Promise<Process>
}

/** Seconds for which a TOTP code is the current one. */
const STEP = 30

/** What gives the current code of this secret, and makes each once: many users have the same. */
export function currentCode(secret: string): () => string {
  let made = { step: -1, code: '' }
  return () => {
    const step = Math.floor(Date.now() / 1000 / STEP)
    if (step !== made.step) made = { step, code: generateSync({ secret }) }
    return made.code
  }
}

/** Numbers from 1 to this, again and again. */
export function counter(most: number): () => number {
  let last = 0
  return () => {
    last = (last % most) + 1
    return last
  }
}

/** As many as nobody signs in to twice in the same moment. */
export const USERS = 2000

/** As many as no run gets through: a token that is shown again would be taken for stolen. */
export const SESSIONS = 300_000

/** Those behind them, for pgbench alone: it rotates sessions without telling anybody. */
export const SESSIONS_OF_PGBENCH = [SESSIONS + 1, SESSIONS + 100_000] as const
