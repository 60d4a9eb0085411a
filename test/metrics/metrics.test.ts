import { sql } from 'kysely'
import t from 'tap'
import { staffWith } from '../support/admin.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Samples, scrape } from '../support/metrics.ts'
import { changePassword, refresh, tokenAfterPassword, verify } from '../support/two-factor.ts'
import { createUser, enrol, login, NEW_PASSWORD, race, signIn } from '../support/users.ts'

/** What has grown between two looks, of the samples of one metric. */
async function growth(app: TestApp, name: string, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await scrape(app)
  await act()
  const after = await scrape(app)
  const grown = [...after].filter(([key, value]) => key.startsWith(`${name}{`) && value !== (before.get(key) ?? 0))
  return Object.fromEntries(grown.map(([key, value]) => [labels(key), value - (before.get(key) ?? 0)]))
}

const labels = (key: string) => key.replace(/^\w+\{|\}$|"/g, '')

/** Every name that dashboards and alerts may use. */
const NAMES = [
  'identity_http_request_duration_seconds',
  'identity_sign_ins_total',
  'identity_sign_in_steps_total',
  'identity_refreshes_total',
  'identity_refresh_reuse_total',
  'identity_throttled_total',
  'identity_password_hash_queue_depth',
  'identity_password_hash_active',
  'identity_password_hash_wait_seconds',
  'identity_password_hash_refused_total',
  'identity_database_connections',
  'identity_database_waiting',
  'identity_database_up',
  'identity_mail_queue_depth',
  'identity_mail_oldest_seconds',
  'identity_mail_failed',
  'identity_dead_jobs',
  'identity_unsealed_events',
  'identity_sessions',
  'identity_signing_key_age_seconds',
  'identity_build_info',
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
]

t.test('every promised metric is there, in the text format, without a label for each user or URL', async (t) => {
  const app = await startTestApp(t, { env: { BASE_PATH: '/crm' } })
  const { status, text, headers } = await app.call('GET', '/metrics')
  t.equal(status, 200)
  t.match(headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  for (const name of NAMES) t.match(text, new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`, 'm'), name)
  t.equal((await app.call('GET', '/crm/metrics')).status, 404, 'at the root, whatever the base path')

  const secrets = ['jane.private@example.com', 'hunter2-hunter2', '12345']
  await app.call('POST', '/crm/auth/login', { body: { email: secrets[0], password: secrets[1] } })
  await app.call('GET', `/crm/2fa/status/user/${secrets[2]}?email=${secrets[0]}`)
  await app.call('GET', `/crm/${secrets[1]}/${secrets[2]}`)
  const after = (await app.call('GET', '/metrics')).text
  for (const secret of secrets) t.notMatch(after, secret)
  for (const route of ['/crm/auth/login', '/crm/2fa/status/user/:user_id', 'none', '/metrics'])
    t.match(after, `route="${route}"`)
})

t.test('sign-ins, their steps and refreshes are counted by what they came to', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const guarded = await createUser(app)
  const { authenticator } = await enrol(app, guarded)
  const temporary = await createUser(app, { state: 'temporary' })
  const inactive = await createUser(app, { active: false })
  const journeys = async () => {
    await login(app, user)
    await login(app, { ...user, password: 'wrong' })
    await login(app, inactive)
    await app.call('POST', '/auth/login', { body: {} })
    app.clock.advance(60)
    const step = await tokenAfterPassword(app, guarded)
    await verify(app, guarded, step, authenticator.wrongCode(app.clock.now()))
    await verify(app, guarded, step, authenticator.code(app.clock.now()))
    const change = await tokenAfterPassword(app, temporary)
    await changePassword(app, change, 'short')
    await changePassword(app, change, NEW_PASSWORD)
  }
  let steps: Record<string, number> = {}
  const signIns = await growth(app, 'identity_sign_ins_total', async () => {
    steps = await growth(app, 'identity_sign_in_steps_total', journeys)
  })
  t.strictSame(signIns, {
    'outcome=authenticated': 3,
    'outcome=invalid_credentials': 1,
    'outcome=account_inactive': 1,
    'outcome=validation_failed': 1,
  })
  t.strictSame(steps, {
    'step=password,outcome=passed': 3,
    'step=password,outcome=invalid_credentials': 1,
    'step=password,outcome=account_inactive': 1,
    'step=password,outcome=validation_failed': 1,
    'step=two_factor,outcome=invalid_code': 1,
    'step=two_factor,outcome=passed': 1,
    'step=password_change,outcome=password_too_short': 1,
    'step=password_change,outcome=passed': 1,
  })

  const { refresh_token: first } = await signIn(app, user)
  const reuses = async () => (await scrape(app)).get('identity_refresh_reuse_total')
  t.equal(await reuses(), 0)
  const refreshes = await growth(app, 'identity_refreshes_total', async () => {
    await refresh(app, 'nonsense')
    for (let n = 0; n < 2; n++) {
      app.clock.advance(11)
      const { body } = await refresh(app, first)
      if (n === 0) t.equal(body.status, 'authenticated')
      app.clock.advance(11)
      if (n === 0) await refresh(app, body.refresh_token)
    }
  })
  t.strictSame(refreshes, { 'outcome=invalid_refresh_token': 2, 'outcome=refreshed': 2 })
  t.equal(await reuses(), 1, 'a token made up is no reuse; one that was exchanged before is')
})

t.test('what is refused unheard is counted by the limit that it met', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const { throttled, tries } = await (async () => {
    let tries = 0
    const throttled = await growth(app, 'identity_throttled_total', async () => {
      const answers = await race(12, () => login(app, { ...user, password: 'wrong' }))
      tries = answers.answers.filter(({ status }) => status === 429).length
    })
    return { throttled, tries }
  })()
  t.ok(tries > 0)
  t.strictSame(throttled, { 'kind=signInAccount': tries })

  const limited = await startTestApp(t, { env: { REQUESTS_PER_MINUTE: '3' } })
  const grown = await growth(limited, 'identity_throttled_total', () => race(5, () => limited.call('GET', '/auth/me')))
  t.strictSame(grown, { 'kind=requests': 2 })
})

t.test('what the database says of itself', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  await login(app, user)
  // That session is over from here on, and keeps its row.
  app.clock.advance(3600)
  const support = await staffWith(app, ['can_impersonate'])
  const customer = await createUser(app, { roles: ['customer'] })
  const body = { user_id: customer.id, reason: 'Ticket' }
  await app.call('POST', '/auth/impersonate', { token: support.token, body })
  await login(app, user, { remember_me: true })
  await login(app, user, { remember_me: true })
  app.clock.advance(100)
  await app.call('POST', '/auth/password/forgot', { body: { email: user.email } })
  const now = app.clock.now()
  const mail = { kind: 'password_reset', user_id: user.id, recipient: user.email, locale: 'en', parameters: '{}' }
  const earlier = new Date(now.getTime() - 90_000)
  await app.db
    .insertInto('mails')
    .values([
      { ...mail, id: crypto.randomUUID(), created_at: now },
      { ...mail, id: crypto.randomUUID(), created_at: earlier },
      { ...mail, id: crypto.randomUUID(), created_at: earlier, state: 'failed', finished_at: now },
      { ...mail, id: crypto.randomUUID(), created_at: earlier, state: 'sent', finished_at: now },
    ])
    .execute()
  await sql`select graphile_worker.add_job('gone', '{}'::json, max_attempts := 1)`.execute(app.db)
  await sql`update graphile_worker._private_jobs set attempts = 1
    where task_id = (select id from graphile_worker._private_tasks where identifier = 'gone')`.execute(app.db)
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from unsealed_events`.execute(app.db)

  const samples = await scrape(app)
  const expected: [string, number | undefined][] = [
    ['identity_database_up', 1],
    ['identity_mail_queue_depth', 2],
    ['identity_mail_oldest_seconds', 90],
    ['identity_mail_failed', 1],
    ['identity_dead_jobs', 1],
    ['identity_unsealed_events', rows[0]?.count],
    ['identity_sessions{kind="standard"}', 1],
    ['identity_sessions{kind="remembered"}', 2],
    ['identity_sessions{kind="impersonated"}', 1],
    ['identity_signing_key_age_seconds', 3700],
  ]
  for (const [name, value] of expected) t.equal(samples.get(name), value, name)
  t.ok(Number(rows[0]?.count) > 0)
})

t.test('without its database the service still tells its metrics, and makes none up', async (t) => {
  const app = await startTestApp(t)
  const ofDatabase = (samples: Samples) =>
    [...samples.keys()].filter((key) => /^identity_(mail|dead|unsealed|sessions|signing)/.test(key))
  t.ok(ofDatabase(await scrape(app)).length >= 8)
  await app.database.drop()
  const samples = await scrape(app)
  t.equal(samples.get('identity_database_up'), 0)
  t.strictSame(ofDatabase(samples), [])
  t.ok(samples.has('nodejs_eventloop_lag_p99_seconds'))
})

t.test('password hashes and connections show their load', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const waits = async () => (await scrape(app)).get('identity_password_hash_wait_seconds_count') ?? 0
  const before = await waits()
  const burst = Promise.all(
    Array.from({ length: 300 }, () => app.deps.hasher.verify(null, ['x']).catch(() => 'refused')),
  )
  const during = await scrape(app)
  t.ok(Number(during.get('identity_password_hash_active')) > 0)
  t.ok(Number(during.get('identity_password_hash_queue_depth')) > 0)
  const refused = (await burst).filter((result) => result === 'refused').length
  t.ok(refused > 0)
  const after = await scrape(app)
  t.equal(after.get('identity_password_hash_refused_total'), refused)
  t.equal(after.get('identity_password_hash_queue_depth'), 0)
  t.equal((await waits()) - before, 300 - refused)
  await login(app, user)

  const held = await app.deps.db.connection().execute(async () => scrape(app))
  t.ok(Number(held.get('identity_database_connections{state="in_use"}')) >= 1)
  t.equal(held.get('identity_database_waiting'), 0)
})

t.test('scrapes share what was read, and a database that does not answer holds none of them up for long', async (t) => {
  const app = await startTestApp(t)
  const { createMetrics } = await import('../../src/metrics/metrics.ts')
  const metrics = createMetrics(app.deps, 3_600_000)
  const gauge = async () => /^identity_mail_queue_depth (\d+)$/m.exec(await metrics.render())?.[1]
  t.equal(await gauge(), '0')
  const mail = {
    kind: 'welcome',
    user_id: 1,
    recipient: 'a@example.com',
    locale: 'en',
    parameters: '{}',
    created_at: app.clock.now(),
  }
  await app.db
    .insertInto('mails')
    .values({ ...mail, id: crypto.randomUUID() })
    .execute()
  t.equal(await gauge(), '0', 'as read before')
  t.equal((await scrape(app)).get('identity_mail_queue_depth'), 1)

  const readings = await app.db.transaction().execute(async (tx) => {
    await sql`lock table mails in access exclusive mode`.execute(tx)
    return scrape(app)
  })
  t.equal(readings.get('identity_database_up'), 0)
  t.equal((await scrape(app)).get('identity_database_up'), 1)
})

t.test('METRICS=off: none', async (t) => {
  const app = await startTestApp(t, { env: { METRICS: 'off' } })
  t.equal((await app.call('GET', '/metrics')).status, 404)
})
