/** One run of the service's purge, in a process of its own: says when it is ready, waits to be told, says when it is done. */
import { purgeExpired } from '../src/jobs/purge.ts'
import { openDatabase } from '../src/store/database.ts'

const db = openDatabase({ url: process.argv[2] ?? '', poolSize: 1, onIdleError: () => {} })
process.once('message', async () => {
  await purgeExpired({ db, clock: { now: () => new Date() } })
  await db.destroy()
  process.send?.('done', () => process.disconnect())
})
process.send?.('ready')
