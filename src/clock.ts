/** The time. Operations ask for it once and pass it on, to SQL too, so that tests can freeze it and replicas agree. */
import { type Database, readDatabaseTime } from './store/database.ts'

export interface Clock {
  now(): Date
}

export interface DatabaseClock extends Clock {
  /** Measures again how far this process' clock is off the database's. */
  adjust(): Promise<void>
}

/** Process time plus the measured offset from the database's clock. */
export function databaseClock(db: Database): DatabaseClock {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    async adjust() {
      const before = Date.now()
      const databaseTime = await readDatabaseTime(db)
      const roundTrip = Date.now() - before
      const measured = Math.round(databaseTime - (before + roundTrip / 2))
      // Within the measurement's uncertainty (and a clock's tick) there is no offset. Clocks that agree stay together: a token
      // that seems to be issued milliseconds in the future is refused by strict verifiers.
      offset = Math.abs(measured) <= roundTrip + 1 ? 0 : measured
    },
  }
}
