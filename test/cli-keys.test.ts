import { sql } from 'kysely'
import t from 'tap'
import { sealEvents } from '../src/jobs/seal-events.ts'
import { startTestApp } from './support/app.ts'
import { FrozenClock } from './support/clock.ts'
import { BY_CLI, commandSettings, lastEvent, linesOf, runCommand } from './support/command-line.ts'
import { createUser, login } from './support/users.ts'

// The commands go by the database's time.
const app = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })

const run = (args: string[]) => runCommand(args, commandSettings(app.database))

t.test('audit verify ends with 0 for a sound log and with 2 for one that was tampered with', async (t) => {
  await sealEvents(app.deps)
  const sound = await run(['audit', 'verify'])
  t.match(sound, { code: 0, stdout: /^\d+ events verified, positions 1 to \d+: no fault\nhead \d+:[0-9a-f]{64}\n$/ })
  t.match(await lastEvent(app, 'audit_verified'), { ...BY_CLI, details: { faults: 0 } })
  const head = /head (\S+)/.exec(sound.stdout)?.[1] ?? ''
  await sealEvents(app.deps)
  const { id, details } = await lastEvent(app, 'audit_verified')
  await sql`update events set details = '{}' where id = ${id}`.execute(app.db)
  const tampered = await run(['audit', 'verify', '--head', head])
  t.equal(tampered.code, 2)
  t.match(linesOf(tampered.stdout), [/^position \d+: event \d+ \(audit_verified, /, /: faults: 1$/, /^head /])
  t.match(await lastEvent(app, 'audit_verified'), { outcome: 'failure', details: { faults: 1 } })
  await sql`update events set details = ${JSON.stringify(details)} where id = ${id}`.execute(app.db)
  t.match(await run(['audit', 'verify', '--head', head.replace(/:../, ':00')]), { code: 2, stdout: /was written anew/ })
  t.match(await run(['audit', 'verify', '--from', '2', '--to', '3']), { code: 0, stdout: /^2 events verified/ })
})

t.test('keys rotate publishes a successor once, and --leaked switches at once', async (t) => {
  const { stdout: status } = await run(['keys', 'status'])
  t.match(
    status,
    /^secret keys, oldest first\n {2}t1 {2}first: new things are made under it; .*1 signing keys, .*\nsigning keys, /,
  )
  t.match(status, /\n {2}\S{43} {2}signing for \d+ days; its successor signs from \S+Z\n$/)
  const { stdout: first } = await run(['keys', 'rotate'])
  const [, kid = ''] = /^(\S{43}) is published and signs from \S+Z\n$/.exec(first) ?? []
  t.match(await run(['keys', 'rotate']), { code: 0, stdout: `${kid} waits already and signs from` })
  t.match((await run(['keys', 'status'])).stdout, `${kid}  next: signs from`)
  t.match(await lastEvent(app, 'signing_key_created'), { ...BY_CLI, details: { kid, reason: 'requested' } })

  const leaked = await run(['keys', 'rotate', '--leaked'])
  t.match(leaked, { code: 0, stdout: new RegExp(`^\\S{43} signs from now on\nwithdrawn: .*${kid}`) })
  t.match(leaked.stdout, 'Clients refresh')
  t.match(await lastEvent(app, 'signing_key_created'), { ...BY_CLI, details: { reason: 'leaked' } })
  await app.deps.keys.signing.reload()
  t.equal((await login(app, await createUser(app))).body.status, 'authenticated')
})
