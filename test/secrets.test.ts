/**
 * Nothing that opens anything is left behind. Every call of the service is made, with logs at `trace`; every secret that
 * went over the wire is noted; and none of them may stand in the log, the metrics or any table, in any usual spelling.
 */
import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import t from 'tap'
import { loadConfig } from '../src/config.ts'
import { newApiKey } from '../src/crypto/api-key.ts'
import { open } from '../src/crypto/sealed.ts'
import { openEnrolment } from '../src/crypto/totp.ts'
import { sealEvents } from '../src/jobs/seal-events.ts'
import { createLog } from '../src/log.ts'
import { startService } from '../src/service.ts'
import { usersAs } from './support/admin.ts'
import { keysAs, tokenOf } from './support/api-keys.ts'
import { startTestApp, testSecretKeys } from './support/app.ts'
import { Authenticator } from './support/authenticator.ts'
import type { Answer } from './support/client.ts'
import { FrozenClock } from './support/clock.ts'
import { deviceCookie, loginWith } from './support/devices.ts'
import { importRows, row } from './support/import.ts'
import { forgot, retryNow, workQueue } from './support/mail.ts'
import { startMailjet } from './support/mailjet.ts'
import { dumpDatabase, findSecret, prepare, Secrets } from './support/secrets.ts'
import { createTestDatabase } from './support/server.ts'
import {
  changePassword,
  disable,
  enable,
  readStatus,
  refresh,
  regenerate,
  verify,
  verifySetup,
} from './support/two-factor.ts'
import { gist, login, signIn, type TestUser } from './support/users.ts'

const secrets = new Secrets()
let written = ''
const sink = new Writable({
  write(chunk, _encoding, done) {
    written += chunk
    done()
  },
})
const log = createLog('trace', sink)
log.trace('from the most talkative level on')

const mailjet = await startMailjet(t)
const credentials = {
  MAILJET_API_KEY: randomBytes(16).toString('hex'),
  MAILJET_API_SECRET: randomBytes(16).toString('hex'),
}
const env = { ...mailjet.env, ...credentials, TRUST_PROXY: '1' }
const database = await createTestDatabase()
t.teardown(() => database.drop())

/** With what URLs, JSON and forms spell otherwise. */
const secretPassword = (name: string) => `${name} "Tür" & 100 %`
const boss = { id: 0, email: 'boss@example.com', password: secretPassword('bootstrap') }

await firstStart()
const app = secrets.watch(
  await startTestApp(t, { database, log, env, clock: new FrozenClock(new Date().toISOString()) }),
)
const admin = { token: (await signIn(app, boss)).access_token as string }
const users = usersAs(app, admin)

/** The service as it starts for real: with its jobs, its worker, and the first administrator. */
async function firstStart(): Promise<void> {
  const settings = { ...database.settings, SECRET_KEYS: testSecretKeys, LOG_LEVEL: 'trace', ...env }
  const config = loadConfig({ ...settings, BOOTSTRAP_ADMIN_EMAIL: boss.email, BOOTSTRAP_ADMIN_PASSWORD: boss.password })
  const opened = { url: database.url, directUrl: database.directUrl, secretKeys: config.database?.secretKeys ?? [] }
  const service = await startService(config, opened, log)
  await service.close()
}

/** The token of the newest mail to this address, which is delivered first. */
async function mailedToken(address: string): Promise<string> {
  await workQueue(app)
  const mails = mailjet.arrived(address)
  const [, token] = /\/(?:reset-password|confirm-email)\/(\S+)/.exec(mails.at(-1)?.TextPart ?? '') ?? []
  if (!token) throw new Error(`no link was mailed to ${address}`)
  secrets.noteToken(token)
  return token
}

async function reset(token: string, password: string): Promise<Answer> {
  return app.call('POST', '/auth/password/reset', {
    body: { token, new_password: password, confirm_password: password },
  })
}

/** Made by the administrator; the first password comes by the link of the welcome mail. */
async function newUser(name: string): Promise<TestUser> {
  const email = `${name}@example.com`
  const made = await users.create({
    email,
    first_name: 'Eve',
    last_name: 'Moss',
    phone: `+44 20 ${name}`,
    roles: ['customer_service_agent_1'],
  })
  const password = secretPassword(name)
  const token = await mailedToken(email)
  await app.call('POST', '/auth/password/reset/check', { body: { token } })
  if ((await reset(token, password)).status !== 200) throw new Error('no first password')
  return { id: made.body.id, email, password }
}

t.test('sign-in, sessions, passwords, addresses', async (t) => {
  mailjet.sending = 'reset'
  await t.rejects(newUser('first'), 'its mail fails, and the log says so')
  mailjet.sending = 'accept'
  await retryNow(app)
  const user = await newUser('eve')

  t.equal(gist(await login(app, { ...user, password: 'wrong guess of someone' })), '401 invalid_credentials')
  const nobody = { email: 'typed-by-mistake@example.com', password: 'guess at nobody' }
  secrets.note('unknown e-mail address', nobody.email)
  t.equal(gist(await login(app, nobody)), '401 invalid_credentials')
  t.equal(gist(await forgot(app, nobody.email)), '404 account_not_found')

  const first = await login(app, user, { remember_me: true })
  t.equal(gist(first), '200 authenticated')
  t.equal(
    gist(await loginWith(app, deviceCookie(first), { ...user, password: 'a wrong guess' })),
    '401 invalid_credentials',
  )
  const byCookie = await login(app, user, { token_delivery: 'cookie' })
  app.clock.advance(11)
  const renewed = await app.call('POST', '/auth/refresh', { cookie: byCookie.cookie?.value ?? '' })
  t.equal(renewed.status, 200)
  app.clock.advance(11)
  t.equal((await app.call('POST', '/auth/refresh', { cookie: renewed.cookie?.value ?? '' })).status, 200)
  app.clock.advance(11)
  t.equal(gist(await refresh(app, byCookie.cookie?.value ?? '')), '401 invalid_refresh_token', 'reuse')

  const { access_token: token } = first.body
  await app.call('GET', '/auth/me', { token })
  await app.call('PATCH', '/auth/me', { token, body: { phone: '+44 20 7946 0999' } })
  await signIn(app, user)
  const sessions = await app.call('GET', '/auth/sessions', { token })
  const other = sessions.body.items.find((session: { current: boolean }) => !session.current)
  t.equal((await app.call('DELETE', `/auth/sessions/${other.id}`, { token })).status, 204)
  t.equal((await app.call('DELETE', '/auth/sessions', { token })).status, 204)

  for (const bad of ['short-1', user.password])
    t.equal((await changePassword(app, token, bad, { current_password: user.password })).status, 400)
  const changed = { ...user, password: secretPassword('changed') }
  t.equal((await changePassword(app, token, changed.password, { current_password: 'not this one' })).status, 403)
  t.equal((await changePassword(app, token, changed.password, { current_password: user.password })).status, 200)

  const moved = { ...changed, email: 'eve.moved@example.com' }
  const body = { new_email: moved.email, password: changed.password }
  t.equal((await app.call('POST', '/auth/email/change', { token, body })).status, 202)
  const link = await mailedToken(moved.email)
  t.equal((await app.call('POST', '/auth/email/confirm', { body: { token: link } })).status, 200)

  t.equal((await forgot(app, moved.email)).status, 200)
  const found = { ...moved, password: secretPassword('found again') }
  t.equal((await reset(await mailedToken(moved.email), found.password)).status, 200)
  const last = await signIn(app, found)
  t.equal((await app.call('POST', '/auth/logout', { body: { refresh_token: last.refresh_token } })).status, 204)
})

t.test('the second factor', async (t) => {
  const user = await newUser('adam')
  const { access_token: token } = await signIn(app, user)
  t.equal(gist(await enable(app, user, token, 'no password of his')), '403 wrong_password')
  await enable(app, user, token)
  const offer = await enable(app, user, token)
  const authenticator = new Authenticator(offer.body.provisioning_uri)
  const code = () => {
    app.clock.advance(30)
    return authenticator.code(app.clock.now())
  }
  t.equal((await verifySetup(app, user, token, code())).status, 200)
  const step = async () => (await login(app, user)).body.step_token
  t.equal(gist(await verify(app, user, await step(), authenticator.wrongCode(app.clock.now()))), '401 invalid_code')
  t.equal(gist(await verify(app, user, await step(), code())), '200 authenticated')
  t.equal(gist(await verify(app, user, await step(), offer.body.backup_codes[0])), '200 authenticated')
  t.equal((await regenerate(app, user, token)).status, 200)
  t.equal((await readStatus(app, user, token)).status, 200)
  t.equal((await disable(app, user, token, code())).status, 200)
  // One enrolment that stays, one that stays pending, one step that stays open.
  const second = new Authenticator((await enable(app, user, token)).body.provisioning_uri)
  app.clock.advance(30)
  t.equal((await verifySetup(app, user, token, second.code(app.clock.now()))).status, 200)
  await step()
  const pending = await newUser('abel')
  t.equal((await enable(app, pending, (await signIn(app, pending)).access_token)).status, 200)
})

t.test('the administration', async (t) => {
  const { token } = admin
  const user = await newUser('cain')
  const { access_token: own } = await signIn(app, user)
  const authenticator = new Authenticator((await enable(app, user, own)).body.provisioning_uri)
  await verifySetup(app, user, own, authenticator.code(app.clock.now()))
  const acts = [
    users.list('?q=cain'),
    users.read(user.id),
    users.edit(user.id, { first_name: 'Caine' }),
    users.resetTwoFactor(user.id, { reason: 'Lost telephone' }),
    users.unlock(user.id),
    users.sessions(user.id),
    users.endSessions(user.id),
    app.call('GET', '/admin/policy', { token }),
    app.call('PUT', '/admin/policy', { token, body: { two_factor: { required_for_all: false, required_roles: [] } } }),
    app.call('GET', '/admin/mail', { token }),
    app.call('GET', '/admin/roles', { token }),
    app.call('POST', '/admin/roles', { token, body: { name: 'clerk', description: 'x', permissions: ['view_user'] } }),
  ]
  for (const answer of await Promise.all(acts)) t.ok(answer.status < 300, answer.text)
  t.equal((await app.call('PATCH', '/admin/roles/clerk', { token, body: { description: 'y' } })).status, 200)
  t.equal((await app.call('DELETE', '/admin/roles/clerk', { token })).status, 204)

  const temporary = (await users.resetPassword(user.id)).body.temporary_password
  const change = (await login(app, { ...user, password: temporary })).body.step_token
  t.equal(gist(await changePassword(app, change, secretPassword('forced'))), '200 authenticated')

  const fresh = await users.create({ email: 'new@example.com', first_name: 'N', last_name: 'U', roles: ['customer'] })
  t.equal((await users.welcome(fresh.body.id)).status, 202)
  await mailedToken('new@example.com')
  const body = { user_id: fresh.body.id, reason: 'Ticket 4711' }
  t.equal((await app.call('POST', '/auth/impersonate', { token, body })).status, 200)
  t.equal((await users.remove(fresh.body.id)).status, 204)
  t.equal((await app.call('GET', '/admin/audit-events?limit=200', { token })).status, 200)
  t.equal((await app.call('GET', '/admin/audit-events/export', { token })).status, 200)
})

t.test('services, and users who move in', async (t) => {
  const keys = keysAs(app, admin)
  const first = (await keys.create({ name: 'A service', permissions: ['view_user'] })).body
  const second = (await keys.regenerate(first.id, { overlap_seconds: 60 })).body
  t.equal((await keys.list()).status, 200)
  t.equal((await keys.read(first.id)).status, 200)
  t.equal((await keys.edit(first.id, { description: 'z' })).status, 200)
  for (const { api_key: apiKey } of [first, second])
    t.equal((await app.call('GET', '/admin/users?limit=1', { apiKey })).status, 200)
  await app.call('GET', '/admin/users?limit=1', { apiKey: newApiKey().key })
  const token = await tokenOf(app, second)
  const basic = Buffer.from(`${second.id}:${second.api_key}`).toString('base64')
  const headers = { authorization: `Basic ${basic}` }
  t.equal((await app.call('POST', '/auth/token', { form: { grant_type: 'client_credentials' }, headers })).status, 200)
  t.equal((await app.call('GET', '/auth/check', { token })).status, 204)
  const { refresh_token } = await signIn(app, boss)
  for (const path of ['/auth/introspect', '/auth/revoke'])
    t.equal((await app.call('POST', path, { form: { token: refresh_token }, apiKey: second.api_key })).status, 200)
  await sealEvents(app.deps)
  t.equal((await app.call('GET', '/auth/revocations', { apiKey: second.api_key })).status, 200)
  t.equal((await keys.revoke(first.id)).status, 204)

  const totp_secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  secrets.note('TOTP secret', totp_secret)
  // Werkzeug's hash of this password.
  const hash = 'pbkdf2:sha256:1000$6brOMGXdqLGe6TE9$b0ff76cad2364d8f69704744877df7226c58172c081e10b678fef1bbf4ad47be'
  const { reports } = await importRows(app, [row(70_000, { password_hash: hash, totp_secret })])
  t.equal(reports.length, 1)
  const moved = { id: 70_000, email: 'moved70000@example.com', password: 'gate-Otter-42' }
  t.equal(gist(await login(app, moved)), '200 two_factor_required')
})

t.test('what anybody may ask, and a database that goes away', async (t) => {
  for (const path of ['jwks.json', 'oauth-authorization-server', 'openid-configuration'])
    t.equal((await app.call('GET', `/.well-known/${path}`)).status, 200)
  for (const path of ['/health/live', '/health/ready', '/metrics']) t.equal((await app.call('GET', path)).status, 200)
})

t.test('every operation was called, and answered with what it promises', async (t) => {
  const { paths } = app.app.swagger() as { paths: Record<string, Record<string, unknown>> }
  const called = [...secrets.operations]
  const missing = Object.entries(paths).flatMap(([path, methods]) => {
    const form = path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')
    const names = Object.keys(methods).map((method) => method.toUpperCase())
    return names
      .filter((method) => !called.some((call) => new RegExp(`^${method} ${form}$`).test(call)))
      .map((method) => `${method} ${path}`)
  })
  t.strictSame(missing, [])
})

t.test('the keys behind it, and the kinds of secrets that were seen', async (t) => {
  const { ring, lookupKey } = app.deps.keys
  for (const entry of testSecretKeys.split(',')) {
    secrets.note('secret key', entry.split(':')[1] ?? '')
    secrets.note('secret key', Buffer.from(entry.split(':')[1] ?? '', 'base64'))
  }
  for (const purpose of ['seal', 'opaque-token'] as const) {
    secrets.note('derived key', ring.derive(ring.primary, purpose)?.export() ?? '')
  }
  secrets.note('look-up key', lookupKey.export())
  secrets.note('password of the database', decodeURIComponent(new URL(database.url).password))
  for (const value of Object.values(credentials)) secrets.note('credentials of Mailjet', value)
  for (const { kid, private_key } of await app.db.selectFrom('signing_keys').selectAll().execute()) {
    const { d } = JSON.parse(open(ring, `signing-key:${kid}`, private_key).toString())
    secrets.note('private signing key', d)
    secrets.note('private signing key', Buffer.from(d, 'base64url'))
  }
  for (const { id, totp_secret, totp_pending } of await app.db.selectFrom('users').selectAll().execute()) {
    for (const sealed of [totp_secret, totp_pending].filter((value) => value !== null)) {
      secrets.note('key of backup codes', openEnrolment(ring, id, sealed).backupCodeKey)
    }
  }
  const counts = secrets.counts()
  const least = {
    password: 15,
    'temporary password': 1,
    'TOTP secret': 10,
    'TOTP code': 6,
    'backup code': 40,
    'step token': 5,
    'access token': 15,
    signature: 15,
    'refresh token': 12,
    'device token': 4,
    'password link': 5,
    'e-mail link': 1,
    'MAC of an opaque token': 25,
    'API key': 3,
    'random part of an API key': 3,
    'credentials of a client': 1,
    'unknown e-mail address': 1,
    'secret key': 2,
    'derived key': 2,
    'look-up key': 1,
    'password of the database': 1,
    'credentials of Mailjet': 2,
    'private signing key': 2,
    'key of backup codes': 3,
  }
  t.strictSame(Object.keys(counts).sort(), Object.keys(least).sort(), 'each kind, and no other')
  for (const [kind, count] of Object.entries(least)) t.ok(Number(counts[kind]) >= count, `${kind}: ${counts[kind]}`)
})

t.test('no secret stands in any table', async (t) => {
  const dump = await dumpDatabase(app)
  for (const known of ['eve.moved@example.com', 'two_factor_enabled', '$argon2id$', 'deliver_mail', 'attempts'])
    t.ok(dump.text.includes(known), `the dump holds ${known}`)
  const haystack = prepare(dump)
  for (const { kind, bytes } of secrets.all) t.strictSame(findSecret(haystack, bytes), [], kind)
})

t.test('no private key stands anywhere, readable or under base64', async (t) => {
  const { text, bytes } = await dumpDatabase(app)
  const runs = [...text.matchAll(/[\w+/-]{24,}={0,2}/g)].map(([run]) => run)
  t.ok(runs.length > 20, 'sealed values and hashes are looked into')
  for (const layer of [
    text,
    bytes.toString('latin1'),
    ...runs.map((run) => Buffer.from(run, 'base64').toString('latin1')),
  ])
    t.notMatch(layer, /PRIVATE KEY|"d"\s*:|otpauth:|totpSecret|backupCodeKey/)
})

t.test('no secret and no address stands in the log or the metrics', async (t) => {
  const metrics = (await app.call('GET', '/metrics')).text
  // While it is away, the driver's errors come through, too.
  await database.drop()
  t.equal((await login(app, boss)).status, 503)
  for (const known of ['"level":10', 'answered', '/auth/login', 'invalid_credentials', 'is not available'])
    t.ok(written.includes(known), `the log holds ${known}`)
  t.match(metrics, 'identity_sign_ins_total')
  // The values of samples are numbers of their own, some of them like codes.
  const names = metrics.replace(/ \S+$/gm, '')
  const haystack = prepare({ text: written + names, bytes: Buffer.alloc(0) })
  for (const { kind, bytes } of secrets.all) t.strictSame(findSecret(haystack, bytes), [], kind)
  t.ok(secrets.personal.size > 5)
  for (const value of secrets.personal) t.strictSame(findSecret(haystack, Buffer.from(value)), [], value)
})

t.test('the search finds what is there, however it is spelled', async (t) => {
  const secret = 'a "planted" secret & ÿ 100%'
  const bytes = Buffer.from(secret)
  const within = (before: number) => Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(2)])
  const texts = [
    secret,
    secret.replace('planted', 'PLANTED'),
    JSON.stringify({ a: secret }),
    new URLSearchParams({ secret }).toString(),
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...[0, 1, 2, 3].flatMap((before) => [within(before).toString('base64'), within(before).toString('base64url')]),
  ]
  for (const text of texts) {
    t.not(findSecret(prepare({ text: `x ${text} x`, bytes: Buffer.alloc(0) }), bytes).length, 0, `${text} in a text`)
    t.not(findSecret(prepare({ text: '', bytes: Buffer.from(`x${text}x`) }), bytes).length, 0, `${text} in bytes`)
  }
  t.strictSame(findSecret(prepare({ text: '', bytes: within(5) }), bytes), ['text in bytes', 'as it is in bytes'])
  t.strictSame(
    findSecret(prepare({ text: secret.replace('planted', 'plant'), bytes: within(0).subarray(9) }), bytes),
    [],
  )
  const code = Buffer.from('123456')
  t.not(findSecret(prepare({ text: '{"code":"123456"}', bytes: Buffer.alloc(0) }), code).length, 0)
  t.strictSame(findSecret(prepare({ text: 'a123456 10:00:00.123456+00', bytes: Buffer.alloc(0) }), code), [])
})
