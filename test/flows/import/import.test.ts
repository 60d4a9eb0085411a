import { pbkdf2Sync } from 'node:crypto'
import { hashSync } from '@node-rs/bcrypt'
import { sql } from 'kysely'
import { createGuardrails, generateSync } from 'otplib'
import t from 'tap'
import { adminOf, lastEvent, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { importRows, row } from '../../support/import.ts'
import { Mailbox, mailedResetToken } from '../../support/mail.ts'
import { changePassword, readStatus, regenerate, verify } from '../../support/two-factor.ts'
import { createUser, eventsAbout, gist, login, NEW_PASSWORD, signIn } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: '1' } })
const admin = usersAs(app, await adminOf(app))

/** `generate_password_hash('gate-Otter-42')` of Werkzeug 2.2.2, with fewer iterations. */
const WERKZEUG = {
  password: 'gate-Otter-42',
  hash: 'pbkdf2:sha256:1000$6brOMGXdqLGe6TE9$b0ff76cad2364d8f69704744877df7226c58172c081e10b678fef1bbf4ad47be',
}
/** 80 bit, as older versions of pyotp made them. */
const SECRET = 'JBSWY3DPEHPK3PXP'

const hashOf = async (id: number) =>
  (await app.db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirstOrThrow())
    .password_hash
const count = async (table: 'users' | 'events' | 'user_roles' | 'unsealed_events') =>
  Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(app.db)).rows[0]?.n)
const nextId = async () =>
  Number((await sql<{ n: number }>`select last_value as n from users_id_seq`.execute(app.db)).rows[0]?.n)

t.test('a user comes with everything the row says, and new users get larger ids', async (t) => {
  const given = {
    id: 70_000,
    email: ' Zoë.Moved@Example.com ',
    first_name: 'Zoë',
    last_name: "O'Neill",
    phone: '+33 1 23',
    locale: 'fr',
    roles: ['customer_service_agent_1', 'customer'],
    active: false,
    created_at: '2019-05-04T09:30:00.123456+02:00',
    last_login_at: '2025-01-02T03:04:05Z',
    login_count: 42,
    password_hash: WERKZEUG.hash,
    totp_secret: SECRET,
  }
  const { reports, ...summary } = await importRows(app, [row(69_999), given, row(3_000)])
  t.strictSame(
    reports.map(({ line, id, outcome }) => [line, id, outcome]),
    [
      [1, 69_999, 'created'],
      [2, 70_000, 'created'],
      [3, 3_000, 'created'],
    ],
  )
  t.match(summary, { rows: 3, created: 3, unchanged: 0, refused: 0, digest: /^[0-9a-f]{64}$/ })
  const { id, email, password_hash, totp_secret, ...same } = given
  t.match((await admin.read(id)).body, {
    ...same,
    id,
    email: email.trim(),
    roles: ['customer', 'customer_service_agent_1'],
    created_at: '2019-05-04T07:30:00.123Z',
    last_login_at: '2025-01-02T03:04:05.000Z',
    two_factor_enabled: true,
    password_state: 'set',
    locked: false,
  })
  t.match((await admin.read(3_000)).body, {
    locale: 'en',
    active: true,
    phone: null,
    login_count: 0,
    last_login_at: null,
    created_at: app.clock.now().toISOString(),
    two_factor_enabled: false,
    password_state: 'none',
  })
  t.match(await lastEvent(app, 'user_imported', id), {
    actor_kind: 'cli',
    request_id: 'this-run',
    details: { email: email.trim(), password: 'werkzeug pbkdf2', two_factor: true },
  })
  t.match((await lastEvent(app, 'users_imported')).details, { ...summary })
  t.notOk(JSON.stringify(await app.db.selectFrom('events').selectAll().execute()).includes(WERKZEUG.hash))
  t.notOk(JSON.stringify(await app.db.selectFrom('users').selectAll().execute()).includes(SECRET), 'sealed')
  const { body } = await admin.create({
    email: 'later@example.com',
    first_name: 'N',
    last_name: 'N',
    roles: ['customer'],
  })
  t.equal(body.id, 70_001)
})

t.test('the old password signs in, and its first sign-in replaces the hash by an own one', async (t) => {
  const user = { id: 101, email: 'moved101@example.com', password: WERKZEUG.password }
  await importRows(app, [row(user.id, { password_hash: WERKZEUG.hash, login_count: 7 })])
  t.equal(gist(await login(app, { ...user, password: 'wrong' })), '401 invalid_credentials')
  t.equal(await hashOf(user.id), WERKZEUG.hash)
  t.match(await signIn(app, user), { user: { login_count: 8 } })
  t.match(await hashOf(user.id), /^\$argon2id\$v=19\$m=7168,t=1,p=1\$/)
  await signIn(app, user)
  t.equal(gist(await login(app, { ...user, password: 'wrong' })), '401 invalid_credentials')
})

t.test('a password that was hashed as typed opens as typed, and in any form from then on', async (t) => {
  const typed = 'Cafe\u0301-Otter-42'
  const user = { id: 102, email: 'moved102@example.com', password: typed }
  // As Python wrote it: hashlib.pbkdf2_hmac over the bytes as they came.
  const key = pbkdf2Sync(typed, 'salt', 1000, 32, 'sha256').toString('hex')
  await importRows(app, [row(user.id, { password_hash: `pbkdf2:sha256:1000$salt$${key}` })])
  const composed = { ...user, password: typed.normalize('NFC') }
  t.equal(gist(await login(app, composed)), '401 invalid_credentials', 'it is not what was hashed')
  await signIn(app, user)
  await signIn(app, composed)
  await signIn(app, user)
})

t.test('a second factor goes on with the same authenticator; backup codes have to be made anew', async (t) => {
  const user = { id: 103, email: 'moved103@example.com', password: WERKZEUG.password }
  const lowerCase = 'jbsw y3dp ehpk 3pxp'
  await importRows(app, [row(user.id, { password_hash: WERKZEUG.hash, totp_secret: lowerCase })])
  const first = await login(app, user)
  t.equal(gist(first), '200 two_factor_required')
  t.equal(gist(await verify(app, user, first.body.step_token, '3fa5b9c2')), '401 invalid_code')
  const epoch = Math.floor(app.clock.now().getTime() / 1000)
  const code = generateSync({ secret: SECRET, epoch, guardrails: createGuardrails({ MIN_SECRET_BYTES: 10 }) })
  const { body } = await verify(app, user, first.body.step_token, code)
  t.match(body, { status: 'authenticated' })
  t.match((await readStatus(app, user, body.access_token)).body, { enabled: true, backup_codes_remaining: 0 })
  const codes = (await regenerate(app, user, body.access_token)).body.backup_codes
  t.equal(codes.length, 8)
  const second = await login(app, user)
  t.equal(gist(await verify(app, user, second.body.step_token, code)), '401 invalid_code', 'a code opens once')
  t.equal(gist(await verify(app, user, second.body.step_token, codes[0])), '200 authenticated')
})

t.test('a user without a hash sets a password by link', async (t) => {
  const user = { id: 104, email: 'moved104@example.com', password: NEW_PASSWORD }
  await importRows(app, [row(user.id)])
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  const token = await mailedResetToken(app, mailbox, user)
  const body = { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  t.equal((await app.call('POST', '/auth/password/reset', { body })).status, 200)
  await signIn(app, user)
})

t.test('imported again, nobody is changed: not a password, not an edit', async (t) => {
  const rows = [
    row(201, { password_hash: WERKZEUG.hash, totp_secret: null }),
    row(202, { totp_secret: SECRET }),
    row(203),
  ]
  await importRows(app, rows)
  const events = await count('events')
  const again = await importRows(app, rows)
  t.strictSame(
    again.reports.map(({ outcome, differs }) => [outcome, differs]),
    Array(3).fill(['unchanged', undefined]),
  )
  t.equal(await count('events'), events + 1, 'one event says that the file was seen again')

  const user = { id: 201, email: 'moved201@example.com', password: WERKZEUG.password }
  const { access_token } = await signIn(app, user)
  const change = await changePassword(app, access_token, NEW_PASSWORD, { current_password: WERKZEUG.password })
  t.equal(change.status, 200)
  await admin.edit(203, { phone: '5', roles: ['customer_service_agent_1'], active: false })
  const { reports } = await importRows(app, rows)
  t.strictSame(
    reports.map(({ outcome, differs }) => [outcome, differs]),
    [
      ['unchanged', ['/password_hash', '/login_count', '/last_login_at']],
      ['unchanged', undefined],
      ['unchanged', ['/phone', '/active', '/roles']],
    ],
  )
  await signIn(app, { ...user, password: NEW_PASSWORD })
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.match((await admin.read(203)).body, { phone: '5', active: false })
  t.strictSame(await eventsAbout(app, 203), ['user_imported', 'user_edited'])
})

t.test('a row is refused when its id or address is somebody else’s, and when its user was deleted here', async (t) => {
  const resident = await createUser(app)
  await importRows(app, [row(301), row(302)])
  await admin.remove(302)
  const { reports } = await importRows(app, [
    row(resident.id),
    row(303, { email: `  ${resident.email.toUpperCase()}` }),
    row(301, { email: resident.email }),
    row(302),
    row(304),
    row(304),
    row(304, { email: 'other304@example.com' }),
    row(305, { email: 'MOVED304@example.com' }),
    row(304, { phone: '5' }),
  ])
  t.strictSame(
    reports.map(({ outcome, errors, differs }) => [
      outcome,
      ...(errors ?? []).map(({ path }) => path),
      ...(differs ?? []),
    ]),
    [
      ['refused', '/id'],
      ['refused', '/email'],
      ['refused', '/id', '/email'],
      ['refused', '/id'],
      ['created'],
      ['unchanged'],
      ['refused', '/id'],
      ['refused', '/email'],
      ['unchanged', '/phone'],
    ],
  )
  t.match(reports[1]?.errors?.[0]?.message, `the id ${resident.id}`)
  t.match(reports[3]?.errors?.[0]?.message, 'deleted here')
  t.equal((await admin.read(302)).status, 404, 'nobody comes back')
  await sql`delete from events where type = 'user_deleted'`.execute(app.db)
  const later = await importRows(app, [row(302)])
  t.match(later.reports[0]?.errors?.[0]?.message, 'deleted here', 'also when retention has dropped the event')
  await signIn(app, resident)
})

/** Bad values by field; each makes a row of its own. */
const bad: Record<string, unknown[]> = {
  id: [undefined, null, 0, -1, 1.5, '7', 1e12, 2 ** 60, Number.MAX_VALUE],
  email: [undefined, null, '', 'nobody', 'a b@example.com', 5, `${'a'.repeat(250)}@example.com`],
  first_name: [undefined, null, '', '  ', 'a\nb', 'a\0', '\ud800', 'x'.repeat(101), 5],
  last_name: [undefined, null, '', '\u00a0', 'x'.repeat(101)],
  phone: ['x'.repeat(51), '1\n2', 5],
  locale: ['de', '', null, 5],
  active: [null, 'true', 1],
  roles: [
    undefined,
    null,
    [],
    'customer',
    [5],
    [''],
    ['no such role'],
    ['customer', 'a\0'],
    Array.from({ length: 51 }, (_, n) => `r${n}`),
  ],
  password_hash: [
    '',
    'password',
    '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
    `$2b$31$${'a'.repeat(53)}`,
    `scrypt:1073741824:8:1$s$${'a'.repeat(128)}`,
    `pbkdf2:sha256:1000000000$s$${'a'.repeat(64)}`,
    '$argon2id$v=19$m=4194304,t=3,p=4$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAA',
    5,
  ],
  totp_secret: ['', 'JBSWY3DPEHPK3PX', 'JBSWY3DP', '0189018901890189', 'J'.repeat(104), 5],
  login_count: [-1, 1.5, '5', null, 1_000_000_001],
  last_login_at: [
    '',
    'yesterday',
    '2024-05-04T09:30:00',
    '2024-02-31T09:30:00Z',
    '2024-05-04',
    1714815000,
    '1824-05-04T09:30:00Z',
    '2034-05-04T09:30:00Z',
  ],
  created_at: ['2024-05-04 09:30', '2024-13-04T09:30:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'],
  password: ['a password in clear'],
  is_admin: [true],
  __proto__x: [1],
}

t.test('each bad field is named with what it must be, its value is not repeated, and the others come in', async (t) => {
  const cases = Object.entries(bad).flatMap(([field, values]) => values.map((value) => ({ field, value })))
  const rows = cases.map(({ field, value }, n) => ({ ...row(1_000 + n), [field]: value }))
  const { reports, refused, created } = await importRows(app, [...rows, row(999)])
  t.strictSame({ refused, created }, { refused: cases.length, created: 1 })
  for (const [n, { field, value }] of cases.entries()) {
    const { outcome, errors = [] } = reports[n] ?? {}
    const name = `${field}: ${JSON.stringify(value)?.slice(0, 40)}`
    t.equal(outcome, 'refused', name)
    t.strictSame([...new Set(errors.map(({ path }) => path))], [`/${field}`], name)
    t.ok((errors[0]?.message.length ?? 0) > 5, name)
  }
  t.notMatch(JSON.stringify(reports), /in clear|4194304|yesterday/)
  const costly = reports.flatMap(({ errors }) => errors ?? []).filter(({ path }) => path === '/password_hash')
  t.match(
    costly.map(({ message }) => message).join('\n'),
    /bcrypt with a cost from 4 to 14[\s\S]*PBKDF2 with up to 2000000/,
  )
  t.equal((await admin.read(999)).status, 200)
})

t.test('lines that hold no row are refused by their number', async (t) => {
  const lines = [
    '',
    'nonsense',
    '[]',
    'null',
    '5',
    '"text"',
    '{"id":1',
    Buffer.from([0xff, 0xfe, 0x7b]),
    `{"id":1,"first_name":"${'x'.repeat(70_000)}"}`,
    '\u00a0',
    `\ufeff${JSON.stringify(row(401))}\r`,
    '   ',
    JSON.stringify(row(402)),
  ]
  const { reports, rows } = await importRows(app, lines)
  t.equal(rows, lines.length - 1, 'an empty line is no row')
  t.strictSame(
    reports.map(({ line, outcome }) => `${line} ${outcome}`),
    [2, 3, 4, 5, 6, 7, 8, 9, 10].map((line) => `${line} refused`).concat('11 created', '12 refused', '13 created'),
  )
  t.match(reports[6]?.errors, [{ path: '', message: /not UTF-8/ }])
  t.match(reports[7]?.errors, [{ path: '', message: /longer than 64 KiB/ }])
  t.match(await importRows(app, []), { rows: 0, reports: [] })
})

t.test('a dry run tells what the import will do, and changes nothing', async (t) => {
  const rows = [
    row(501),
    row(502, { password_hash: 'x' }),
    row(501, { phone: '5' }),
    ...Array.from({ length: 1_000 }, (_, n) => row(5_000 + n)),
    row(501, { email: 'another501@example.com' }),
  ]
  const state = async () => [
    await count('users'),
    await count('user_roles'),
    await count('events'),
    await count('unsealed_events'),
    await nextId(),
  ]
  const before = await state()
  const dry = await importRows(app, rows, { dryRun: true })
  t.strictSame(await state(), before)
  const real = await importRows(app, rows)
  t.strictSame(dry, real)
  t.match(real, { created: 1_001, unchanged: 1, refused: 2 })
})

t.test(
  'two imports of one file at once bring each user in once, beside a service that goes on creating users',
  async (t) => {
    const start = (await nextId()) + 1
    // The largest id comes first, so that new users get larger ones from then on.
    const rows = Array.from({ length: 1_500 }, (_, n) => row(start + 1_600 - n))
    const create = (n: number) =>
      admin.create({
        email: `made${n}@example.com`,
        first_name: 'M',
        last_name: 'M',
        roles: ['customer'],
        send_welcome_email: false,
      })
    const [one, other, ...made] = await Promise.all([
      importRows(app, rows),
      importRows(app, [...rows.slice(0, 1), ...rows.slice(1).reverse()]),
      ...Array.from({ length: 20 }, (_, n) => create(n)),
    ])
    t.strictSame(
      made.map(({ status }) => status),
      Array(20).fill(201),
      'no id is handed out twice',
    )
    t.equal(one.created + other.created, 1_500)
    t.equal(one.unchanged + other.unchanged, 1_500)
    const { rows: doubled } = await sql`
    select subject_id from events where type = 'user_imported' group by subject_id having count(*) > 1`.execute(app.db)
    t.strictSame(doubled, [])
  },
)

t.test('a slip beyond what bcrypt reads signs in as before, and does not become the password', async (t) => {
  const password = 'كلمة السر الطويلة '.repeat(5)
  t.ok(Buffer.byteLength(password) > 72)
  const hash = hashSync(password, 4)
  await importRows(app, [{ ...row(80_001), password_hash: hash }])
  const email = row(80_001)['email']
  for (const typed of [`${password}x`, password]) {
    t.equal(gist(await app.call('POST', '/auth/login', { body: { email, password: typed } })), '200 authenticated')
    t.equal(await hashOf(80_001), hash)
  }
})

t.test('whoever comes with the highest count of sign-ins can sign in', async (t) => {
  await importRows(app, [{ ...row(80_002), login_count: 1_000_000_000, password_hash: WERKZEUG.hash }])
  const body = { email: row(80_002)['email'], password: WERKZEUG.password }
  t.match((await app.call('POST', '/auth/login', { body })).body.user, { login_count: 1_000_000_001 })
})
