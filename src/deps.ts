/** What operations work with. Passed explicitly; nothing is global. */
import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Hasher } from './crypto/hasher.ts'
import type { Keys } from './keys/open-keys.ts'
import type { Mailer } from './mail/mailer.ts'
import type { Database } from './store/database.ts'

export interface Deps {
  config: Config
  db: Database
  clock: Clock
  keys: Keys
  hasher: Hasher
  mailer: Mailer
  log: Logger
}

/** Where a call came from, for the log of events and the list of sessions. */
export interface Source {
  /** Null for the command line. */
  ip: string | null
  /** The same as throttles count it: IPv6 by /64. */
  network: string
  userAgent: string | null
  requestId: string | null
}
