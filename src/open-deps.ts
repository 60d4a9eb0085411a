/** Opens what operations work with, for the service and for the command line. */
import type { Logger } from 'pino'
import { type DatabaseClock, databaseClock } from './clock.ts'
import type { Config, SecretKey } from './config.ts'
import { createHasher } from './crypto/hasher.ts'
import { createKeyRing } from './crypto/key-ring.ts'
import type { Deps } from './deps.ts'
import { openKeys } from './keys.ts'
import { createMailer } from './mail/create-mailer.ts'
import type { Database } from './store/database.ts'
import { readSchemaState } from './store/schema.ts'

export interface OpenDeps extends Deps {
  clock: DatabaseClock
}

/** The schema is older than this release needs. */
export class SchemaTooOld extends Error {}

/** @throws SchemaTooOld, or KeyMismatch when the keys do not fit the database. */
export async function openDeps(config: Config, db: Database, secretKeys: SecretKey[], log: Logger): Promise<OpenDeps> {
  if ((await readSchemaState(db)) === 'older')
    throw new SchemaTooOld('the database schema is older than this release; run: npm run migrate')
  const clock = databaseClock(db)
  await clock.adjust()
  const keys = await openKeys(db, createKeyRing(secretKeys), clock)
  return { config, db, clock, keys, hasher: createHasher(config.passwordHash), mailer: createMailer(config), log }
}
