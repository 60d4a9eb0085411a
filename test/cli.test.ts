import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { sql } from 'kysely'
import t from 'tap'
import { freePort } from '../src/dev/free-port.ts'
import { startTestApp } from './support/app.ts'
import { FrozenClock } from './support/clock.ts'
import { BY_CLI, commandSettings, lastEvent, linesOf, runCommand } from './support/command-line.ts'
import { createTestDatabase } from './support/server.ts'
import { me, verify } from './support/two-factor.ts'
import { reset, resetToken } from './support/two-processes.ts'
import { createUser, enrol, eventsAbout, gist, login, NEW_PASSWORD, signIn } from './support/users.ts'

// The commands go by the database's time.
const app = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })

const run = (args: string[], env: Record<string, string> = commandSettings(app.database)) => runCommand(args, env)
const records = (text: string) => linesOf(text).map((line) => JSON.parse(line))
const temporaryPassword = (text: string) => /temporary password\b.*\s(\S+)\n/.exec(text)?.[1] ?? ''

t.test('--help tells every command, and each command its own arguments', async (t) => {
  const top = await run(['--help'], {})
  t.match(top, { code: 0, stderr: '' })
  for (const command of ['migrate', 'create-admin', 'users', 'audit', 'keys']) t.match(top.stdout, command)
  const cases: [string[], string[]][] = [
    [
      ['users', '--help'],
      ['list', 'reset-password', 'reset-2fa', 'unlock', 'void-passwords'],
    ],
    [
      ['users', 'reset-password', '--help'],
      ['<id-or-email>', '--reason'],
    ],
    [['create-admin', '--help'], ['--email']],
    [
      ['audit', 'export', '--help'],
      ['--from', '--to'],
    ],
    [
      ['audit', 'verify', '--help'],
      ['--from', '--to', '--head'],
    ],
    [
      ['keys', '--help'],
      ['status', 'rotate'],
    ],
  ]
  for (const [args, words] of cases) {
    const { code, stdout } = await run(args, {})
    t.equal(code, 0)
    for (const word of words) t.ok(stdout.includes(word), `${args.join(' ')} tells ${word}`)
  }
})

t.test('migrate makes an empty database usable, and says so when there is nothing to do', async (t) => {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  const env = commandSettings(database)
  const early = await run(['users', 'list'], env)
  t.equal(early.code, 1)
  t.equal(linesOf(early.stderr).length, 1, early.stderr)
  t.match(early.stderr, 'npm run migrate')
  // Its job holds none of the service's secrets.
  const { DATABASE_URL, DATABASE_MIGRATION_URL } = env
  const alone = { NODE_ENV: 'production', DATABASE_URL, DATABASE_MIGRATION_URL }
  t.match(await run(['migrate'], alone), { code: 0, stdout: /^Applied: 0001-foundation, 0002-\S+/, stderr: '' })
  t.strictSame(await run(['migrate'], env), { code: 0, stdout: 'The schema is up to date.\n', stderr: '' })
  t.strictSame(await run(['users', 'list'], env), { code: 0, stdout: '', stderr: '' })
  const created = await run(['create-admin', '--email', 'root@example.com'], env)
  t.match(created, { code: 0, stdout: /^root@example\.com is an administrator\n/, stderr: '' })
  const served = await startTestApp(t, { database, clock: new FrozenClock(new Date().toISOString()) })
  const admin = { email: 'root@example.com', password: temporaryPassword(created.stdout) }
  t.equal(gist(await login(served, admin)), '200 password_change_required')
})

t.test('create-admin makes an administrator of anybody, active, with a temporary password', async (t) => {
  const inactive = await createUser(app, { active: false })
  const { access_token: token } = await signIn(app, await createUser(app))
  for (const email of [' New.Admin@Example.com ', inactive.email]) {
    const { code, stdout, stderr } = await run(['create-admin', '--email', email])
    t.match({ code, stderr }, { code: 0, stderr: '' })
    const password = temporaryPassword(stdout)
    t.equal(gist(await login(app, { email, password })), '200 password_change_required')
    const event = await lastEvent(app, 'user_created')
    t.match(event, { ...BY_CLI, details: { administrator: true } })
    t.notOk(JSON.stringify(event).includes(password))
    const user = await app.db.selectFrom('users').selectAll().where('id', '=', event.subject_id).executeTakeFirst()
    t.match(user, { email: email.trim(), active: true, password_state: 'temporary' })
    const roles = await app.db
      .selectFrom('user_roles')
      .select('role_name')
      .where('user_id', '=', user?.id ?? 0)
      .execute()
    t.ok(roles.some(({ role_name }) => role_name === 'admin'))
  }
  t.equal((await app.call('GET', '/auth/me', { token })).status, 200, 'nobody else notices')
})

t.test('users list writes each user as one JSON line, and filters', async (t) => {
  const user = await createUser(app, { email: 'zoe.listed@example.com', firstName: 'Zoë', roles: ['customer'] })
  const all = records((await run(['users', 'list'])).stdout)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from users`.execute(app.db)
  t.equal(all.length, rows[0]?.n)
  const expected = {
    id: user.id,
    email: user.email,
    first_name: 'Zoë',
    last_name: 'Doe',
    roles: ['customer'],
    active: true,
    password_state: 'set',
    locked: false,
    locked_until: null,
  }
  t.strictSame(records((await run(['users', 'list', '--q', 'zoe.listed'])).stdout), [expected])
  t.strictSame(records((await run(['users', 'list', '--role', 'customer'])).stdout), [expected])
})

t.test('users reset-password, by id or e-mail, gives a password that opens only its own change', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  for (const who of [String(user.id), ` ${user.email.toUpperCase()}`]) {
    const { code, stdout } = await run(['users', 'reset-password', who, '--reason', 'called the desk'])
    t.equal(code, 0)
    const password = temporaryPassword(stdout)
    t.equal(gist(await login(app, { ...user, password })), '200 password_change_required', who)
    t.match(await lastEvent(app, 'temporary_password_set'), {
      ...BY_CLI,
      subject_id: user.id,
      details: { reason: 'called the desk' },
    })
  }
  t.equal(gist(await app.call('GET', '/auth/me', { token: tokens.access_token })), '401 session_ended')
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
})

t.test('users reset-2fa lets in with the password alone; a user without it is told so', async (t) => {
  const user = await createUser(app)
  await enrol(app, user)
  t.equal(gist(await login(app, user)), '200 two_factor_required')
  t.match(await run(['users', 'reset-2fa', user.email]), {
    code: 0,
    stdout: `${user.email} can now sign in with only their password\n`,
  })
  t.match(await lastEvent(app, 'two_factor_reset'), { ...BY_CLI, subject_id: user.id })
  t.equal(gist(await login(app, user)), '200 authenticated')
  const again = await run(['users', 'reset-2fa', String(user.id)])
  t.match(again, { code: 1, stdout: '' })
  t.match(linesOf(again.stderr), [/Two-factor authentication is off/])
})

t.test('users unlock lifts the waits of failed attempts', async (t) => {
  const user = await createUser(app)
  for (let tries = 0; tries < 6; tries++) await login(app, { ...user, password: 'wrong' })
  t.equal(gist(await login(app, user)), '429 too_many_attempts')
  t.match(await run(['users', 'unlock', user.email]), { code: 0, stdout: `${user.email} can try to sign in again\n` })
  t.match(await lastEvent(app, 'account_unlocked'), { ...BY_CLI, subject_id: user.id })
  t.equal(gist(await login(app, user)), '200 authenticated')
  t.equal((await eventsAbout(app, user.id)).at(-1), 'sign_in')
})

t.test('audit export writes the events as the API shows them, newest first, and is an event itself', async (t) => {
  const admin = await createUser(app, { roles: ['admin'] })
  const { access_token: token } = await signIn(app, admin)
  const { body } = await app.call('GET', '/admin/audit-events?limit=5', { token })
  const { code, stdout } = await run(['audit', 'export'])
  t.equal(code, 0)
  const [own, ...events] = records(stdout)
  t.match(own, { type: 'audit_exported', actor: { kind: 'cli', id: userInfo().username } })
  t.strictSame(events.slice(0, 5), body.items)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from events`.execute(app.db)
  t.equal(events.length + 1, rows[0]?.n)

  const moment = new Date(Date.parse(own.at) + 1).toISOString()
  t.match(records((await run(['audit', 'export', '--from', moment])).stdout), [{ type: 'audit_exported' }])
  const earlier = records((await run(['audit', 'export', '--to', body.items[0].at])).stdout)
  t.ok(earlier.length > 0)
  t.ok(earlier.every((event) => event.at < body.items[0].at))
})

t.test('users void-passwords signs everybody out, and lets in again whoever reads their mail', async (t) => {
  const leaked = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })
  const support = await createUser(leaked, { roles: ['admin'] })
  const customer = await createUser(leaked, { roles: ['customer'] })
  const { authenticator } = await enrol(leaked, customer)
  const passwordless = await createUser(leaked, { state: 'none' })
  const { access_token: token } = await signIn(leaked, support)
  const body = { user_id: customer.id, reason: 'Ticket' }
  const impersonation = await leaked.call('POST', '/auth/impersonate', { token, body })
  const { step_token: step } = (await login(leaked, customer)).body
  const link = await resetToken(leaked, customer)
  const sessions = (await leaked.db.selectFrom('sessions').select('id').execute()).map(({ id }) => id)
  await sql`insert into sessions
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'user_id', ${passwordless.id}::bigint,
      'expires_at', ${leaked.clock.now()}::timestamptz))).*
    from sessions s where impersonated_by is null limit 1`.execute(leaked.db)

  const env = commandSettings(leaked.database)
  t.match(await run(['users', 'void-passwords'], env), { code: 1, stdout: '', stderr: /--reason/ })
  t.equal((await me(leaked, token)).status, 200, 'without a reason nothing is done')
  const { code, stdout } = await run(['users', 'void-passwords', '--reason', 'a lost backup'], env)
  t.match({ code, stdout }, { code: 0, stdout: /^Void: the passwords and sessions of 2 users\./ })

  for (const user of [support, customer]) t.equal(gist(await login(leaked, user)), '401 invalid_credentials')
  for (const held of [token, impersonation.body.access_token])
    t.equal(gist(await me(leaked, held)), '401 session_ended')
  t.equal(gist(await verify(leaked, customer, step, '123456')), '401 step_token_invalid')
  t.equal(gist(await reset(leaked, link, NEW_PASSWORD)), '400 reset_link_invalid')
  const told = await leaked.db.selectFrom('events').selectAll().where('type', '=', 'password_voided').execute()
  t.strictSame(told.map(({ subject_id }) => subject_id).sort(), [support.id, customer.id])
  t.match(told, Array(2).fill({ ...BY_CLI, details: { reason: 'a lost backup' } }))
  const ended = told.flatMap(({ details }) => details['ended_sessions'] as string[])
  t.strictSame(ended.sort(), sessions.sort(), 'the revocation feed names each session')
  t.strictSame(await eventsAbout(leaked, passwordless.id), [], 'their session was over before')
  t.strictSame(await leaked.db.selectFrom('sessions').select('id').execute(), [])

  t.equal((await reset(leaked, await resetToken(leaked, customer), NEW_PASSWORD)).status, 200)
  await signIn(leaked, { ...customer, password: NEW_PASSWORD }, authenticator)
  const again = await run(['users', 'void-passwords', '--reason', 'to be sure'], env)
  t.match(again.stdout, /of 1 user\. /, 'a second run takes what was set since')
})

t.test('the only administrator who has forgotten the password gets a temporary one at the command line', async (t) => {
  const alone = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })
  const admin = await createUser(alone, { roles: ['admin'] })
  const { code, stdout } = await run(['users', 'reset-password', admin.email], commandSettings(alone.database))
  t.equal(code, 0)
  const [, password = ''] = /temporary password for \S+ {2}(\S+)/.exec(stdout) ?? []
  t.equal(gist(await login(alone, { ...admin, password })), '200 password_change_required')
})

t.test('what the operator can mend is told in one line, and nothing is done', async (t) => {
  const lastAdmin = await createUser(app, { roles: ['admin'], email: 'the.last@example.com' })
  await sql`update users set active = false where id <> ${lastAdmin.id}`.execute(app.db)
  const good = commandSettings(app.database)
  const nowhere = `postgres://u:secret-pw@localhost:${await freePort('localhost')}/x`
  const wrongRole = app.database.directUrl.replace(/:\/\/[^:]+:[^@]+@/, '://nobody:secret-pw@')
  const before = await sql`select 1 from events`.execute(app.db)
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['users', 'unlock', 'nobody@example.com'], good, /there is no user "nobody@example.com"/],
    [['users', 'reset-password', '999999'], good, /there is no user "999999"/],
    [['users', 'reset-2fa', "'; drop table users"], good, /there is no user/],
    [['create-admin', '--email', 'nobody'], good, /"nobody" is not an e-mail address/],
    [['create-admin'], good, /--email/],
    [['users', 'reset-password'], good, /id-or-email/],
    [['users', 'banish', '1'], good, /banish/],
    [['no-such-command'], good, /no-such-command/],
    [['audit', 'export', '--from', 'yesterday'], good, /"yesterday" is not a time/],
    [['audit', 'verify', '--from', '0'], good, /"0" is not a position/],
    [['audit', 'verify', '--head', '12:abc'], good, /"12:abc" is not a head/],
    [['users', 'list'], {}, /set DATABASE_URL/],
    [['migrate'], {}, /migrate needs DATABASE_URL/],
    [['users', 'list'], { ...good, SECRET_KEYS: '' }, /SECRET_KEYS is required/],
    [['users', 'list'], { ...good, SECRET_KEYS: 'k1:short' }, /SECRET_KEYS holds a key "k1"/],
    [['users', 'list'], { ...good, SECRET_KEYS: `t1:${randomBytes(32).toString('base64')}` }, /t1/],
    [['users', 'list'], { ...good, DATABASE_URL: 'mysql://x' }, /DATABASE_URL must look like/],
    [['users', 'list'], { ...good, DATABASE_URL: nowhere }, /ECONNREFUSED|cannot/],
    [['users', 'list'], { ...good, DATABASE_URL: wrongRole }, /nobody/],
    [['migrate'], { ...good, DATABASE_MIGRATION_URL: nowhere }, /ECONNREFUSED|cannot/],
  ]
  for (const [args, env, reason] of cases) {
    const { code, stdout, stderr } = await run(args, env)
    const name = `${args.join(' ')}: ${stderr}`
    t.equal(code, 1, name)
    t.equal(stdout, '', name)
    t.equal(linesOf(stderr).length, 1, name)
    t.match(stderr, reason, name)
    t.notMatch(stderr, /secret-pw/, name)
  }
  t.equal((await sql`select 1 from events`.execute(app.db)).rows.length, before.rows.length)
  t.equal(gist(await login(app, lastAdmin)), '200 authenticated')
})
