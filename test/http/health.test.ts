import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { testServer } from '../support/server.ts'
import { createUser, gist, signIn } from '../support/users.ts'

t.test('a service that is well is alive and ready', async (t) => {
  const app = await startTestApp(t)
  for (const path of ['/health/live', '/health/ready']) {
    const { status, body, headers } = await app.call('GET', path)
    t.strictSame([status, body], [200, { status: 'ok' }], path)
    t.equal(headers.get('cache-control'), 'no-store', path)
  }
})

t.test('a database that is older than the release, or too new for it, is not ready; a newer one is', async (t) => {
  const app = await startTestApp(t)
  await sql`insert into schema_migrations (name, timestamp) values ('9999-from-the-next-release', 'later')`.execute(
    app.db,
  )
  t.equal((await app.call('GET', '/health/ready')).status, 200)
  await sql`update schema_floor set migration = '9999-from-the-next-release'`.execute(app.db)
  t.equal(gist(await app.call('GET', '/health/ready')), '503 unavailable')
  await sql`delete from schema_migrations where name like '0001%'`.execute(app.db)
  t.equal(gist(await app.call('GET', '/health/ready')), '503 unavailable')
  t.equal((await app.call('GET', '/health/live')).status, 200)
})

t.test(
  'without its database the service answers 503 with Retry-After, never 500, and goes on when it is back',
  async (t) => {
    const app = await startTestApp(t)
    const user = await createUser(app)
    const { access_token: token, refresh_token } = await signIn(app, user)
    const calls: [string, string, object][] = [
      ['GET', '/health/ready', {}],
      ['POST', '/auth/login', { body: { email: user.email, password: user.password } }],
      ['POST', '/auth/login', { body: { email: 'nobody@example.com', password: 'x' } }],
      ['POST', '/auth/refresh', { body: { refresh_token } }],
      ['POST', '/auth/refresh', { cookie: refresh_token }],
      ['POST', '/auth/logout', { body: { refresh_token } }],
      ['POST', '/auth/logout', { token }],
      ['GET', '/auth/me', { token }],
      ['PATCH', '/auth/me', { token, body: { phone: '1' } }],
      ['GET', '/auth/sessions', { token }],
      ['DELETE', '/auth/sessions', { token }],
    ]
    const expectOutage = async (name: string) => {
      for (const [method, path, options] of calls) {
        const answer = await app.call(method, path, options)
        t.equal(gist(answer), '503 unavailable', `${name}: ${method} ${path}`)
        t.match(answer.headers.get('retry-after'), /^[1-9]\d*$/)
        t.equal(answer.cookie, undefined, 'nobody loses a cookie to an outage')
        t.notMatch(answer.text, /database|postgres|3D000|57P|identity_/i, 'what is behind stays behind')
      }
      t.equal((await app.call('GET', '/health/live')).status, 200, name)
      t.equal((await app.call('GET', '/.well-known/jwks.json')).status, 200, name)
    }

    const { name } = app.database
    await asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    await asAdmin(`alter database ${name} rename to ${name}_away`)
    await expectOutage('away')
    await asAdmin(`alter database ${name}_away rename to ${name}`)
    // At once; a pooler in between may take a moment to try it again.
    while ((await app.call('GET', '/health/ready')).status !== 200) await sleep(100)
    t.equal((await app.call('GET', '/auth/me', { token })).status, 200)

    await app.database.drop()
    await expectOutage('dropped')
  },
)

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServer().adminUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}
