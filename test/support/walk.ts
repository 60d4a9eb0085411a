/** Everything that the service does, once: each call of its HTTP surface, each job, each command. */
import { randomUUID } from 'node:crypto'
import { databaseClock } from '../../src/clock.ts'
import { newApiKey } from '../../src/crypto/api-key.ts'
import { readEvents } from '../../src/flows/audit/read-events.ts'
import { verifyLog } from '../../src/flows/audit/verify-log.ts'
import { createAdmin } from '../../src/flows/bootstrap/create-admin.ts'
import { createFirstAdmin } from '../../src/flows/bootstrap/create-first-admin.ts'
import { applyRetention } from '../../src/jobs/apply-retention.ts'
import { auditHeadLog } from '../../src/jobs/log-audit-head.ts'
import { prepareEventPartitions, purgeExpired } from '../../src/jobs/purge.ts'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { readKeyStatus } from '../../src/keys/key-status.ts'
import { reEncryptSecrets } from '../../src/keys/re-encrypt.ts'
import { keepSigningKeys, rotateSigningKey, withdrawSigningKeys } from '../../src/keys/rotate-signing-key.ts'
import { requireServableSchema } from '../../src/open-deps.ts'
import { lifetimes } from '../../src/policy/lifetimes.ts'
import { releaseAbandonedJobs } from '../../src/store/queue.ts'
import { voidPasswordsAfter } from '../../src/store/void-passwords.ts'
import { adminOf, staffWith, usersAs } from './admin.ts'
import { keysAs, keyWith, tokenOf } from './api-keys.ts'
import type { TestApp } from './app.ts'
import { deviceCookie, loginWith } from './devices.ts'
import { importRows, row } from './import.ts'
import { forgot, linkToken, type Mailbox, mailedResetToken, workQueue } from './mail.ts'
import {
  changePassword,
  disable,
  enable,
  readStatus,
  refresh,
  regenerate,
  tokenAfterPassword,
  verify,
  verifySetup,
} from './two-factor.ts'
import { createUser, enrol, login, NEW_PASSWORD, signIn } from './users.ts'

const CLI = { ip: null, network: 'cli', userAgent: null, requestId: 'walk' }
const BY_CLI = { kind: 'cli', operator: 'walk' } as const
const WRONG = 'not-the-password'

/** @param app with TRUST_PROXY, and this mailbox. */
export async function walkEverything(app: TestApp, mailbox: Mailbox): Promise<void> {
  await startAndCommands(app)
  await peopleSignIn(app)
  await peopleGuess(app)
  await peopleUseSecondFactors(app)
  await peopleCareForThemselves(app, mailbox)
  await staffAdministers(app)
  await staffReads(app)
  await servicesAsk(app)
  await jobs(app)
}

async function peopleSignIn(app: TestApp): Promise<void> {
  const { call } = app
  const user = await createUser(app)
  const device = deviceCookie(await login(app, user))
  await loginWith(app, device, user)
  const { access_token: token, refresh_token } = await signIn(app, user, undefined, { remember_me: true })
  for (const path of ['/auth/me', '/auth/check', '/auth/sessions']) await call('GET', path, { token })
  await call('PATCH', '/auth/me', { token, body: { phone: '+44 20 7946 0000' } })
  app.clock.advance(lifetimes.refreshRotation + 1)
  const { body: second } = await refresh(app, refresh_token)
  app.clock.advance(lifetimes.refreshRotation + 1)
  await refresh(app, second.refresh_token)
  const { body: sessions } = await call('GET', '/auth/sessions', { token })
  const other = sessions.items.find(({ current }: { current: boolean }) => !current)
  await call('DELETE', `/auth/sessions/${other.id}`, { token })
  await call('DELETE', '/auth/sessions', { token })
  app.clock.advance(lifetimes.refreshRotation + 1)
  await refresh(app, refresh_token)
  const { refresh_token: last } = await signIn(app, user)
  await call('POST', '/auth/logout', { body: { refresh_token: last } })

  const crowd = await createUser(app)
  const { access_token: first } = await signIn(app, crowd)
  const [session] = (await call('GET', '/auth/sessions', { token: first })).body.items
  const copy = await app.db.selectFrom('sessions').selectAll().where('id', '=', session.id).executeTakeFirstOrThrow()
  await app.db
    .insertInto('sessions')
    .values(Array.from({ length: 100 }, () => ({ ...copy, id: randomUUID() })))
    .execute()
  await signIn(app, crowd)
}

async function peopleGuess(app: TestApp): Promise<void> {
  const nobody = { email: 'nobody@example.org', password: WRONG }
  const user = await createUser(app)
  const device = deviceCookie(await login(app, user))
  for (const person of [nobody, { ...user, password: WRONG }]) for (let n = 0; n < 7; n++) await login(app, person)
  await app.db
    .updateTable('attempts')
    .set({ in_a_row: 99, blocked_until: null })
    .where('user_id', '=', user.id)
    .execute()
  await login(app, { ...user, password: WRONG })
  await loginWith(app, device, { ...user, password: WRONG })
  await app.db.updateTable('attempts').set({ in_a_row: 9 }).where('device_id', 'is not', null).execute()
  await loginWith(app, device, { ...user, password: WRONG })
}

async function peopleUseSecondFactors(app: TestApp): Promise<void> {
  const user = await createUser(app)
  const { authenticator, backupCodes, token } = await enrol(app, user)
  await readStatus(app, user, token)
  await signIn(app, user, authenticator)
  const step = await tokenAfterPassword(app, user)
  await verify(app, user, step, authenticator.wrongCode(app.clock.now()))
  await verify(app, user, step, backupCodes[0] ?? '')
  await regenerate(app, user, token, { password: user.password })
  app.clock.advance(60)
  await disable(app, user, token, authenticator.code(app.clock.now()))

  const temporary = await createUser(app, { state: 'temporary' })
  const change = await tokenAfterPassword(app, temporary)
  await app.call('POST', '/auth/password/change', {
    token: change,
    body: { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
  })
  const pending = await createUser(app)
  const { access_token } = await signIn(app, pending)
  await enable(app, pending, access_token)
  await verifySetup(app, pending, access_token, '000000')
}

async function peopleCareForThemselves(app: TestApp, mailbox: Mailbox): Promise<void> {
  const { call } = app
  const user = await createUser(app)
  await forgot(app, 'nobody@example.org')
  await mailedResetToken(app, mailbox, user)
  const reset = await mailedResetToken(app, mailbox, user)
  await call('POST', '/auth/password/reset/check', { body: { token: reset } })
  const body = { token: reset, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  await call('POST', '/auth/password/reset', { body })
  const person = { ...user, password: NEW_PASSWORD }
  const { access_token: token } = await signIn(app, person)
  await changePassword(app, token, `${NEW_PASSWORD}-2`, { current_password: WRONG })
  await changePassword(app, token, `${NEW_PASSWORD}-2`, { current_password: NEW_PASSWORD })
  const ask = { new_email: `moved.${user.email}`, password: `${NEW_PASSWORD}-2` }
  await call('POST', '/auth/email/change', { token, body: ask })
  await workQueue(app)
  await call('POST', '/auth/email/confirm', { body: { token: linkToken(mailbox.lastTo(ask.new_email)) } })
}

async function staffAdministers(app: TestApp): Promise<void> {
  const { call } = app
  const admin = await adminOf(app)
  const { token } = admin
  const as = usersAs(app, admin)
  const profile = { first_name: 'A', last_name: 'B', roles: ['customer'] }
  const { body: made } = await as.create({ ...profile, email: 'made@example.org' })
  await as.create({ ...profile, email: 'made@example.org' })
  await as.read(made.id)
  await as.edit(made.id, { phone: '1', roles: ['customer', 'customer_service_agent_1'] })
  await as.edit(made.id, { email: 'edited@example.org' })
  await as.edit(made.id, { active: false })
  await as.edit(made.id, { active: true })
  await as.welcome(made.id)
  await as.resetPassword(made.id)
  await as.unlock(made.id)
  const user = await createUser(app)
  await enrol(app, user)
  await as.sessions(user.id)
  await as.endSessions(user.id)
  await as.resetTwoFactor(user.id)
  await as.remove(user.id)
  const colleague = await createUser(app, { roles: ['admin'] })
  await as.edit(colleague.id, { roles: ['customer'] })

  await call('POST', '/admin/roles', { token, body: { name: 'walkers', permissions: ['view_user'] } })
  await call('POST', '/admin/roles', { token, body: { name: 'walkers', permissions: [] } })
  await call('PATCH', '/admin/roles/walkers', { token, body: { permissions: [] } })
  await call('DELETE', '/admin/roles/walkers', { token })
  await call('DELETE', '/admin/roles/customer', { token })
  const demand = (all: boolean) => ({ two_factor: { required_for_all: all, required_roles: [] } })
  await call('PUT', '/admin/policy', { token, body: demand(false) })
  await call('GET', '/admin/policy', { token })

  const agent = await staffWith(app, ['can_impersonate', 'view_user'])
  const customer = await createUser(app, { roles: ['customer'] })
  const acting = await call('POST', '/auth/impersonate', {
    token: agent.token,
    body: { user_id: customer.id, reason: 'Ticket 1' },
  })
  await call('GET', '/auth/me', { token: acting.body.access_token })
  await call('POST', '/auth/logout', { token: agent.token })
}

async function staffReads(app: TestApp): Promise<void> {
  const { call } = app
  const { token, id } = await adminOf(app)
  const filters = [
    'q=person12',
    'ids=1,2,3',
    'email=person12@example.com',
    'role=customer',
    'active=true',
    'active=false',
    'two_factor_enabled=true',
    'two_factor_enabled=false',
    'never_logged_in=true',
    'never_logged_in=false',
    'inactive_since=2025-06-01T00:00:00Z&sort=last_login_at',
    'locked=true',
    'locked=false',
    'q=family7%20&active=true&role=customer',
  ]
  for (const filter of filters) await call('GET', `/admin/users?${filter}`, { token })
  for (const sort of ['id', 'email', 'created_at', 'last_login_at'].flatMap((name) => [name, `-${name}`])) {
    const first = await call('GET', `/admin/users?limit=2&sort=${sort}`, { token })
    await call('GET', `/admin/users?limit=2&sort=${sort}&cursor=${first.body.next_cursor}`, { token })
  }
  const events = [
    '',
    'type=sign_in',
    `actor_id=${id}`,
    `api_key_id=${randomUUID()}`,
    'subject_id=12',
    'ip=10.1.2.3',
    'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
    'type=password_changed&subject_id=12',
  ]
  for (const filter of events) {
    const first = await call('GET', `/admin/audit-events?limit=2&${filter}`, { token })
    if (first.body.next_cursor)
      await call('GET', `/admin/audit-events?limit=2&${filter}&cursor=${first.body.next_cursor}`, { token })
  }
  await call('GET', '/admin/audit-events/export?subject_id=12', { token })
  for (const path of ['/admin/roles', '/admin/mail']) await call('GET', path, { token })
}

async function servicesAsk(app: TestApp): Promise<void> {
  const { call } = app
  const admin = await adminOf(app)
  const key = await keyWith(app, ['view_user'], {}, admin)
  const keys = keysAs(app, admin)
  for (const query of ['', '?status=active', '?status=expired', '?status=revoked']) await keys.list(query)
  await keys.list(`?expiring_before=${new Date(app.clock.now().getTime() + 86_400_000).toISOString()}`)
  const page = await keys.list('?limit=1')
  await keys.list(`?limit=1&cursor=${page.body.next_cursor}`)
  await keys.read(key.id)
  await keys.edit(key.id, { name: 'Renamed' })
  const asService = { apiKey: key.api_key }
  const { access_token, refresh_token } = await signIn(app, await createUser(app))
  const clientToken = await tokenOf(app, key)
  for (const token of [access_token, refresh_token, clientToken])
    await call('POST', '/auth/introspect', { ...asService, form: { token } })
  await call('GET', '/admin/users', { token: clientToken })
  await call('GET', '/admin/users', { apiKey: newApiKey().key })
  await call('POST', '/auth/revoke', { ...asService, form: { token: refresh_token } })
  const feed = await call('GET', '/auth/revocations', asService)
  await call('GET', `/auth/revocations?after=${encodeURIComponent(feed.body.next_cursor)}`, asService)
  await keys.regenerate(key.id, { overlap: 60 })
  await keys.revoke(key.id)
  const places = ['/health/live', '/health/ready', '/metrics', '/.well-known/jwks.json']
  for (const path of [...places, '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'])
    await call('GET', path)
}

async function jobs({ deps, clock }: TestApp): Promise<void> {
  await sealEvents(deps)
  await auditHeadLog(deps)()
  await prepareEventPartitions(deps)
  await releaseAbandonedJobs(deps.db)
  await deps.keys.signing.reload()
  await keepSigningKeys(deps)
  await reEncryptSecrets(deps)
  await applyRetention(deps)
  clock.advance(60)
  await purgeExpired(deps)
}

async function startAndCommands(app: TestApp): Promise<void> {
  const { deps } = app
  await requireServableSchema(deps.db)
  await databaseClock(deps.db).adjust()
  await createFirstAdmin(deps)
  await createAdmin(deps, BY_CLI, 'root@example.org', CLI)
  await importRows(
    app,
    Array.from({ length: 20 }, (_, n) => row(5_000_000 + n)),
  )
  await sealEvents(deps)
  const [newest] = (await readEvents(deps, {}, 1, undefined)).events
  if (!newest) throw new Error('the log is empty')
  const { position } = await app.db
    .selectFrom('event_seals')
    .select('position')
    .where('event_id', '=', newest.id)
    .executeTakeFirstOrThrow()
  for await (const _ of verifyLog(deps, { from: position - 5, to: undefined, head: undefined }));
  await readKeyStatus(deps)
  await rotateSigningKey(deps, { kind: 'cli', id: 'walk' })
  await withdrawSigningKeys(deps, { kind: 'cli', id: 'walk' })
  await deps.keys.signing.reload()
  // One page, as small beside the table as in life, and taken back: the database is to stay as large as it is.
  const tx = await deps.db.startTransaction().execute()
  await voidPasswordsAfter(tx, 0, 20, deps.clock.now())
  await tx.rollback().execute()
}
