/**
 * A copy of the database opens nothing: the whole journey is played, every secret that it saw is collected, and none of
 * them may stand in any table, in clear or in a usual encoding.
 */
import { sql } from 'kysely'
import t from 'tap'
import { newApiKey } from '../src/crypto/api-key.ts'
import { open } from '../src/crypto/sealed.ts'
import { openEnrolment } from '../src/crypto/totp.ts'
import { keyMaker, keysAs, keyWith, tokenOf } from './support/api-keys.ts'
import { startTestApp, type TestApp, testSecretKeys } from './support/app.ts'
import { Authenticator } from './support/authenticator.ts'
import type { Answer } from './support/client.ts'
import {
  changePassword,
  enable,
  refresh,
  regenerate,
  tokenAfterPassword,
  verify,
  verifySetup,
} from './support/two-factor.ts'
import { createUser, gist, login, NEW_PASSWORD } from './support/users.ts'

interface Secret {
  name: string
  bytes: Buffer
}

/** Everything in the database: each row as text, and the bytes of each bytea beside it. */
interface Dump {
  text: string
  bytes: Buffer
}

const app = await startTestApp(t)
const secrets: Secret[] = []
const note = (name: string, value: string | Buffer) => secrets.push({ name, bytes: Buffer.from(value as string) })
const usedCodes: string[] = []

t.test('the journey', async (t) => {
  const user = await createUser(app, { state: 'temporary', password: 'kx7f-2rha-w9ct-e4gs', email: 'eve@example.com' })
  note('temporary password', user.password)
  const change = step(await login(app, user))
  for (const bad of ['short-1', 'mismatch-of-passwords']) {
    note('refused password', bad)
    t.equal((await changePassword(app, change, bad, { confirm_password: 'another' })).status, 400)
  }
  note('password', NEW_PASSWORD)
  const first = session(await changePassword(app, change, NEW_PASSWORD))
  const changed = { ...user, password: NEW_PASSWORD }

  note('wrong password', 'wrong-guess-of-someone')
  t.equal(gist(await login(app, { ...user, password: 'wrong-guess-of-someone' })), '401 invalid_credentials')
  t.equal(gist(await enable(app, changed, first.access_token, 'wrong-guess-of-someone')), '403 wrong_password')

  const dropped = offer(await enable(app, changed, first.access_token))
  const accepted = offer(await enable(app, changed, first.access_token))
  t.not(dropped.secret, accepted.secret)
  const authenticator = new Authenticator(accepted.provisioning_uri)
  const present = (steps = 0) => {
    const code = authenticator.code(app.clock.now(), steps)
    usedCodes.push(code)
    return code
  }
  t.equal((await verifySetup(app, changed, first.access_token, present())).status, 200)

  app.clock.advance(60)
  const codeStep = step(await login(app, changed))
  const wrong = authenticator.wrongCode(app.clock.now())
  usedCodes.push(wrong)
  t.equal(gist(await verify(app, changed, codeStep, wrong)), '401 invalid_code')
  const second = session(await verify(app, changed, codeStep, present()))
  app.clock.advance(30)
  session(await refresh(app, second.refresh_token))
  session(await verify(app, changed, step(await login(app, changed)), accepted.backup_codes[0] ?? ''))
  const renewed = await regenerate(app, changed, second.access_token)
  for (const code of renewed.body.backup_codes) note('backup code', code)
  // One enrolment that stays pending, one step that stays open.
  const pending = await createUser(app)
  offer(await enable(app, pending, session(await login(app, pending)).access_token))
  note('step token', await tokenAfterPassword(app, changed))
})

t.test('the keys of services', async () => {
  const first = await keyWith(app, ['view_user'])
  const { token } = await keyMaker(app)
  const second = (await keysAs(app, { token }).regenerate(first.id, { overlap_seconds: 60 })).body
  for (const key of [first, second]) {
    note('API key', key.api_key)
    note('random part of an API key', key.api_key.slice(8))
    await app.call('GET', '/admin/users?limit=1', { apiKey: key.api_key })
    const issued = await tokenOf(app, key)
    note('access token of an API key', issued)
    note('signature of an access token of an API key', Buffer.from(issued.split('.')[2] ?? '', 'base64url'))
  }
  const unknown = newApiKey().key
  note('wrong API key', unknown)
  await app.call('GET', '/admin/users?limit=1', { apiKey: unknown })
})

t.test('the keys behind it', async (t) => {
  const { ring, lookupKey } = app.deps.keys
  for (const entry of testSecretKeys.split(',')) note('secret key', Buffer.from(entry.split(':')[1] ?? '', 'base64'))
  for (const purpose of ['seal', 'opaque-token'] as const) {
    note(`key for ${purpose}`, ring.derive(ring.primary, purpose) ?? '')
  }
  note('look-up key', lookupKey)
  for (const { kid, private_key } of await app.db.selectFrom('signing_keys').selectAll().execute()) {
    const { d } = JSON.parse(open(ring, `signing-key:${kid}`, private_key).toString())
    note('private signing key', d)
    note('private signing key', Buffer.from(d, 'base64url'))
  }
  for (const { id, totp_secret, totp_pending } of await app.db.selectFrom('users').selectAll().execute()) {
    for (const sealed of [totp_secret, totp_pending].filter((value) => value !== null)) {
      const { backupCodeKey } = openEnrolment(ring, id, sealed)
      note('key of backup codes', backupCodeKey)
    }
  }
  const kinds = Object.groupBy(secrets, (secret) => secret.name)
  t.strictSame(
    Object.fromEntries(Object.entries(kinds).map(([name, found]) => [name, found?.length])),
    {
      'temporary password': 1,
      'refused password': 2,
      password: 1,
      'wrong password': 1,
      'step token': 4,
      'access token': 5,
      'signature of an access token': 5,
      'refresh token': 5,
      'MAC of an opaque token': 8,
      'TOTP secret': 6,
      'backup code': 32,
      'API key': 2,
      'random part of an API key': 2,
      'access token of an API key': 2,
      'signature of an access token of an API key': 2,
      'wrong API key': 1,
      'secret key': 1,
      'key for seal': 1,
      'key for opaque-token': 1,
      'look-up key': 1,
      'private signing key': 2,
      'key of backup codes': 2,
    },
    'nothing was forgotten',
  )
})

t.test('no secret stands in any table, in clear or in a usual encoding', async (t) => {
  const dump = await dumpDatabase(app)
  for (const known of ['eve@example.com', 'two_factor_enabled', '$argon2id$', 'backup_codes']) {
    t.ok(dump.text.includes(known), `the dump holds ${known}`)
  }
  for (const { name, bytes } of secrets) t.strictSame(findSecret(dump, bytes), [], name)
})

t.test('no private key stands anywhere, readable or under base64', async (t) => {
  const { text, bytes } = await dumpDatabase(app)
  const runs = [...text.matchAll(/[\w+/-]{24,}={0,2}/g)].map(([run]) => run)
  t.ok(runs.length > 20, 'sealed values and hashes are looked into')
  const decoded = runs.map((run) =>
    Buffer.from(run.replaceAll('-', '+').replaceAll('_', '/'), 'base64').toString('latin1'),
  )
  for (const layer of [text, bytes.toString('latin1'), ...decoded]) {
    t.notMatch(layer, /PRIVATE KEY|"d"\s*:|otpauth:|totpSecret|backupCodeKey/)
  }
})

t.test('no event tells a code that was typed', async (t) => {
  const events = await rowsOf(app, 'public', 'events')
  t.ok(usedCodes.length >= 3 && events.length > 20)
  for (const code of usedCodes) t.notMatch(events.join('\n'), new RegExp(`\\b${code}\\b`))
})

t.test('the search finds secrets that are there, whatever their encoding', async (t) => {
  const probe = Buffer.from('a-planted-secret-\u00ff')
  const now = app.clock.now()
  t.strictSame(findSecret(await dumpDatabase(app), probe), [])
  for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
    const spelling = probe.toString(encoding)
    await app.db
      .updateTable('users')
      .set({ phone: `x ${spelling} x` })
      .execute()
    t.not(findSecret(await dumpDatabase(app), probe).length, 0, `${encoding} in a text`)
    await app.db.updateTable('users').set({ phone: null }).execute()

    const key = Buffer.concat([Buffer.from([0, 1]), Buffer.from(spelling), Buffer.from([2])])
    await app.db.insertInto('attempts').values({ key, failures: 1, last_failure_at: now, forget_at: now }).execute()
    t.not(findSecret(await dumpDatabase(app), probe).length, 0, `${encoding} in a bytea`)
    await app.db.deleteFrom('attempts').execute()
  }
})

function step(answer: Answer): string {
  note('step token', answer.body.step_token)
  noteMac(answer.body.step_token)
  return answer.body.step_token
}

function session(answer: Answer): { access_token: string; refresh_token: string } {
  if (gist(answer) !== '200 authenticated') throw new Error(`expected a session, got ${answer.text}`)
  const { access_token, refresh_token } = answer.body
  note('access token', access_token)
  note('signature of an access token', Buffer.from(access_token.split('.')[2], 'base64url'))
  note('refresh token', refresh_token)
  noteMac(refresh_token)
  return { access_token, refresh_token }
}

/** The id of an opaque token is stored; what proves it must not be. */
function noteMac(token: string): void {
  note('MAC of an opaque token', Buffer.from(token.slice(4), 'base64url').subarray(-32))
}

function offer({ body }: Answer): { provisioning_uri: string; secret: string; backup_codes: string[] } {
  note('TOTP secret', body.secret)
  note('TOTP secret', base32(body.secret))
  for (const code of body.backup_codes) note('backup code', code)
  return body
}

function base32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** Where the dump holds the secret, by encoding. */
function findSecret(dump: Dump, secret: Buffer): string[] {
  const spellings = {
    text: secret.toString('utf8'),
    hex: secret.toString('hex'),
    base64: secret.toString('base64').replace(/=+$/, ''),
    base64url: secret.toString('base64url'),
  }
  const lower = { text: dump.text.toLowerCase(), bytes: dump.bytes.toString('latin1').toLowerCase() }
  const found = Object.entries(spellings).flatMap(([encoding, spelling]) => {
    const places: string[] = []
    if (holds(lower.text, spelling)) places.push(`${encoding} in text`)
    if (holds(lower.bytes, Buffer.from(spelling).toString('latin1'))) places.push(`${encoding} in bytea`)
    return places
  })
  return dump.bytes.includes(secret) ? [...found, 'bytes in bytea'] : found
}

/**
 * Case does not count. Eight hex digits are found by chance within longer hex, so there they must stand alone; longer
 * secrets are found anywhere.
 */
function holds(haystack: string, spelling: string): boolean {
  const needle = spelling.toLowerCase()
  if (!/^[0-9a-f]{8}$/.test(needle)) return haystack.includes(needle)
  return new RegExp(`(?<![0-9a-f])${needle}(?![0-9a-f])`).test(haystack)
}

async function dumpDatabase({ db }: TestApp): Promise<Dump> {
  const tables = await sql<{ schema: string; name: string }>`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`.execute(db)
  const texts: string[] = []
  const values: Buffer[] = []
  for (const { schema, name } of tables.rows) {
    texts.push(name, ...(await rowsOf({ db }, schema, name)))
    values.push(...(await byteaOf({ db }, schema, name)))
  }
  return { text: texts.join('\n'), bytes: Buffer.concat(values.flatMap((value) => [value, Buffer.from('\n')])) }
}

async function rowsOf({ db }: Pick<TestApp, 'db'>, schema: string, name: string): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(
    db,
  )
  return rows.map(({ row }) => row)
}

async function byteaOf({ db }: Pick<TestApp, 'db'>, schema: string, name: string): Promise<Buffer[]> {
  const columns = await sql<{ column: string }>`
    select column_name as column from information_schema.columns
    where table_schema = ${schema} and table_name = ${name} and data_type = 'bytea'`.execute(db)
  const found: Buffer[] = []
  for (const { column } of columns.rows) {
    const { rows } = await sql<{ value: Buffer | null }>`
      select ${sql.ref(column)} as value from ${sql.table(`${schema}.${name}`)}`.execute(db)
    found.push(...rows.map(({ value }) => value).filter((value) => value !== null))
  }
  return found
}
