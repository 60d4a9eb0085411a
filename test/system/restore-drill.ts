/**
 * Backup and restore, for real: pg_dump of a database in use, pg_restore into a new server, and a start with the same
 * keys. What users hold, their passwords, authenticators, backup codes and refresh tokens, works as before.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/dev/free-port.ts'
import { type Postgres, postgresTool, query, startPostgres } from './debian-postgres.ts'
import {
  ADMIN,
  call,
  failingStart,
  migrate,
  productionSettings,
  type Settings,
  startReplica,
  succeed,
  urlsOf,
} from './production-service.ts'
import { run, type SystemCheck } from './system-check.ts'

export const restoreDrill: SystemCheck = {
  name: 'restore-drill',
  packages: ['postgresql', 'oathtool'],
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-drill-'))
    const port = await freePort('127.0.0.1')
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
    const own = <T extends { remove(): Promise<void> }>(thing: T) => {
      undo.push(thing.remove)
      return thing
    }
    try {
      const before = own(await startPostgres())
      const settings = productionSettings(`http://localhost:${port}`, folder, {})
      const dump = join(folder, 'identity.dump')
      const held = await liveAndDump(settings, before, port, dump, (stop) => undo.push(stop))
      const rights = await rightsIn(before)
      ok(`${before.version}: dumped by the owner's role while the service ran, then lost`)
      await before.remove()

      const after = own(await startPostgres())
      run(postgresTool('pg_restore'), ['--exit-on-error', `--dbname=${after.ownerUrl}`, dump])
      await query(after.ownerUrl, 'update instance set epoch = gen_random_uuid()')
      const migrated = migrate({ ...settings, ...urlsOf(after) })
      if (migrated !== 'The schema is up to date.') throw new Error(`migrate said "${migrated}"`)
      ok('restored into a new server by the owner; migrate finds the schema up to date')
      if ((await rightsIn(after)) !== rights) throw new Error('owners or rights differ after the restore')
      await refuseToChangeEvents(after)
      ok('owners, rights and row policies are the same; the runtime role still cannot change the audit trail')

      await checkKeys({ ...settings, ...urlsOf(after) }, port, ok)
      await usersGoOn({ ...settings, ...urlsOf(after) }, port, held, ok, (stop) => undo.push(stop))
    } finally {
      for (const step of undo.reverse()) await step()
    }
  },
}

interface Held {
  secret: string
  backupCodes: string[]
  accessToken: string
  /** Not refreshed after the dump. */
  refreshToken: string
  /** Refreshed after the dump: the dumped database does not know it yet. */
  newerRefreshToken: string
}

/** Users at work, a dump in the middle of it, and one more refresh before all is lost. */
async function liveAndDump(
  settings: Settings,
  postgres: Postgres,
  port: number,
  dump: string,
  onStarted: (stop: () => Promise<void>) => void,
): Promise<Held> {
  migrate({ ...settings, ...urlsOf(postgres) })
  const replica = await startReplica({ ...settings, ...urlsOf(postgres) }, port)
  onStarted(replica.kill)
  const base = `http://127.0.0.1:${port}`

  const { access_token: token, user } = await succeed(base, '/auth/login', { body: ADMIN })
  const offer = await succeed(base, `/2fa/enable/user/${user.id}`, { token, body: { password: ADMIN.password } })
  const code = oathtool(offer.secret, 'now')
  await succeed(base, `/2fa/verify-setup/user/${user.id}`, { token, body: { code } })
  const [first = '', ...backupCodes] = offer.backup_codes as string[]
  const secondFactor = async (given: string) => {
    const step = await succeed(base, '/auth/login', { body: ADMIN })
    return succeed(base, `/2fa/verify/user/${user.id}`, { token: step.step_token, body: { code: given } })
  }
  const refreshed = await secondFactor(first)
  const kept = await secondFactor(backupCodes.shift() ?? '')

  run(postgresTool('pg_dump'), ['--format=custom', `--file=${dump}`, postgres.ownerUrl])
  let newer: string
  do {
    // A session rotates at most once in ten seconds.
    await sleep(1000)
    const { refresh_token } = await succeed(base, '/auth/refresh', { body: { refresh_token: refreshed.refresh_token } })
    newer = refresh_token
  } while (newer === refreshed.refresh_token)
  await replica.stop()
  return {
    secret: offer.secret,
    backupCodes: [first, ...backupCodes],
    accessToken: kept.access_token,
    refreshToken: kept.refresh_token,
    newerRefreshToken: newer,
  }
}

/** Who owns what and who may do what, row policies included, in a form that can be compared. */
async function rightsIn({ ownerUrl }: Postgres): Promise<string> {
  const [row] = await query(
    ownerUrl,
    `select json_build_object(
      'relations', (select json_agg(json_build_array(oid::regclass, relowner::regrole, relrowsecurity,
          (select array_agg(a order by a) from unnest(relacl::text[]) a)) order by oid::regclass::text)
        from pg_class where relkind in ('r', 'p', 'v', 'S') and relnamespace::regnamespace::text in ('public', 'graphile_worker')),
      'functions', (select json_agg(json_build_array(oid::regprocedure, proowner::regrole,
          (select array_agg(a order by a) from unnest(proacl::text[]) a)) order by oid::regprocedure::text)
        from pg_proc where pronamespace::regnamespace::text in ('public', 'graphile_worker')
          and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')),
      'schemas', (select json_agg(json_build_array(nspname, nspowner::regrole,
          (select array_agg(a order by a) from unnest(nspacl::text[]) a)) order by nspname)
        from pg_namespace where nspname in ('public', 'graphile_worker')),
      'policies', (select json_agg(json_build_array(tablename, policyname, roles, cmd) order by tablename, policyname) from pg_policies)
    )::text as rights`,
  )
  return String(row?.['rights'])
}

async function refuseToChangeEvents({ runtimeUrl }: Postgres): Promise<void> {
  const [{ count } = {}] = await query(runtimeUrl, 'select count(*)::int as count from events')
  if (!(Number(count) > 5)) throw new Error(`the audit trail has ${count} events after the restore`)
  const outcome = await query(runtimeUrl, 'delete from events').then(
    () => 'deleted',
    (error: Error) => error.message,
  )
  if (!outcome.startsWith('permission denied')) throw new Error(`the runtime role could change the events: ${outcome}`)
}

/** Without the keys of the database there is no start, and the one line of it says what to do. */
async function checkKeys(settings: Settings, port: number, ok: (what: string) => void): Promise<void> {
  const another = randomBytes(32).toString('base64')
  const { SECRET_KEYS: _, ...without } = settings
  const cases: [string, Settings, string][] = [
    [
      'no keys',
      without,
      'SECRET_KEYS is required with a database of your own, like k1:BASE64; make one with: openssl rand -base64 32',
    ],
    [
      'another key of the same name',
      { ...settings, SECRET_KEYS: `k1:${another}` },
      'SECRET_KEYS has another key "k1" than the one this database was used with; restore the right one',
    ],
    [
      'a ring without the key',
      { ...settings, SECRET_KEYS: `k2:${another}` },
      'SECRET_KEYS lacks the key "k1", under which this database holds ',
    ],
  ]
  for (const [name, given, line] of cases) {
    const { status, complaints } = failingStart(given, port)
    const [complaint = ''] = complaints
    if (status !== 1 || complaints.length !== 1 || !complaint.startsWith(`omnicrm-identity: ${line}`)) {
      throw new Error(`${name}: ended with ${status} and said ${complaints.join('\n')}`)
    }
    ok(`${name}: no start, and ${complaint}`)
  }
}

async function usersGoOn(
  settings: Settings,
  port: number,
  held: Held,
  ok: (what: string) => void,
  onStarted: (stop: () => Promise<void>) => void,
): Promise<void> {
  const replica = await startReplica(settings, port)
  onStarted(replica.kill)
  const base = `http://127.0.0.1:${port}`
  const me = await succeed(base, '/auth/me', { token: held.accessToken })
  ok('with the same keys it starts, and an access token from before is accepted')

  await succeed(base, '/auth/refresh', { body: { refresh_token: held.refreshToken } })
  ok('a refresh token from before the dump refreshes')
  await succeed(base, '/auth/refresh', { body: { refresh_token: held.newerRefreshToken } })
  ok('a refresh token from after the dump does, too')

  const verify = async (code: string) => {
    const step = await succeed(base, '/auth/login', { body: ADMIN })
    return call(base, 'POST', `/2fa/verify/user/${me.id}`, { token: step.step_token, body: { code } })
  }
  const [used = '', unused = ''] = held.backupCodes
  const again = await verify(used)
  if (again.body.code !== 'invalid_code') throw new Error(`a used backup code answered ${again.status}`)
  for (const code of [oathtool(held.secret, 'now + 30 seconds'), unused]) {
    const { body } = await verify(code)
    if (body.status !== 'authenticated') throw new Error(`the second factor answered ${JSON.stringify(body)}`)
  }
  ok("password and oathtool's code sign in; so does an unused backup code, and a used one does not")
  await replica.stop()
}

function oathtool(secret: string, at: string): string {
  return run('oathtool', ['--totp', '-b', '-N', at, '-'], { input: secret })
}
