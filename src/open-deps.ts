/** Opens what operations work with, for the service and for the command line. */
import type { Logger } from 'pino'
import { type DatabaseClock, databaseClock } from './clock.ts'
import type { Config } from './config.ts'
import type { SecretKey } from './config-values.ts'
import { createHasher } from './crypto/hasher.ts'
import { createKeyRing } from './crypto/key-ring.ts'
import type { Deps } from './deps.ts'
import { openKeys } from './keys/open-keys.ts'
import { createMailer } from './mail/create-mailer.ts'
import type { Database } from './store/database.ts'
import { ensureEventPartition } from './store/events.ts'
import { readSchemaState } from './store/schema.ts'

export interface OpenDeps extends Deps {
  clock: DatabaseClock
}

const REMEDIES = {
  older: 'the database schema is older than this release; migrate it: npm run migrate, or on Kubernetes helm upgrade',
  too_new:
    'the database schema is too new for this release: a later one has taken away what this one needs; start that',
}

/** This release cannot serve the schema of the database. */
export class SchemaMismatch extends Error {
  readonly state: keyof typeof REMEDIES
  constructor(state: keyof typeof REMEDIES) {
    super(REMEDIES[state])
    this.state = state
  }
}

/** @throws SchemaMismatch */
export async function requireServableSchema(db: Database): Promise<void> {
  const state = await readSchemaState(db)
  if (state === 'older' || state === 'too_new') throw new SchemaMismatch(state)
}

/** @throws SchemaMismatch, or KeyMismatch when the keys do not fit the database. */
export async function openDeps(config: Config, db: Database, secretKeys: SecretKey[], log: Logger): Promise<OpenDeps> {
  await requireServableSchema(db)
  const clock = databaseClock(db)
  await clock.adjust()
  // Before anything is recorded: events that lie in the default partition keep their month from getting its own.
  await ensureEventPartition(db, clock.now())
  const keys = await openKeys(db, createKeyRing(secretKeys), clock)
  const mailer = await createMailer(config)
  return { config, db, clock, keys, hasher: createHasher(config.passwordHash), mailer, log }
}
