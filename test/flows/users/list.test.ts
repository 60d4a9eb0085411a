import { sql } from 'kysely'
import t from 'tap'
import { adminOf, createRole, staffWith, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, gist, login, signIn } from '../../support/users.ts'

interface Listed {
  id: number
  email: string
  created_at: string
  last_login_at: string | null
  locked: boolean
}

t.test('a user is found by any part of name, e-mail or telephone, whatever the case, taken literally', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const { list } = usersAs(app, admin)
  const make = async (email: string, firstName: string, lastName: string, phone: string | null = null) => {
    const { id } = await createUser(app, { email, firstName, lastName })
    await app.db.updateTable('users').set({ phone }).where('id', '=', id).execute()
    return id
  }
  const anna = await make('Anna.Muster@Example.com', 'Anna', 'Müller', '+41 79 123 45 67')
  const joan = await make('jm@shop.example', 'JOAN', 'van der Berg', '(0)20-7946')
  const percent = await make('100%@odd.example', 'Ten_Percent', 'Off\\Price', '5%_5')
  const decoy = await make('1000@odd.example', 'TenXPercent', 'OffXPrice', '5xx5')
  const ali = await make('ali@shop.example', 'علي', 'Élodie-Ñandú')
  const cases: [string, number[]][] = [
    ['anna', [anna]],
    ['ANNA.MUS', [anna]],
    ['müll', [anna]],
    ['MÜLL', [anna]],
    ['anna mü', [anna]],
    ['123 45', [anna]],
    ['+41 79', [anna]],
    ['joan VAN', [joan]],
    ['(0)20-', [joan]],
    ['shop.example', [joan, ali]],
    ['odd.example', [percent, decoy]],
    ['100%', [percent]],
    ['5%_5', [percent]],
    ['ten_percent', [percent]],
    ['off\\price', [percent]],
    ['off\\', [percent]],
    ['%%%', []],
    ['___', []],
    ['\\\\\\', []],
    ['علي', [ali]],
    ['élodie', [ali]],
    ['ÉLODIE-ÑAN', [ali]],
    ['e\u0301lodie', [ali]],
    ["'; drop", []],
    ['nobody at all', []],
  ]
  for (const [q, ids] of cases) {
    const { status, body } = await list(`?q=${encodeURIComponent(q)}`)
    t.equal(status, 200, q)
    t.strictSame(
      body.items.map((user: Listed) => user.id),
      ids,
      q,
    )
  }
})

t.test('ids, e-mail and each filter narrow the list, alone and together', async (t) => {
  const app = await startTestApp(t)
  const role = await createRole(app, ['view_customer'])
  const plain = await createUser(app, { email: 'Plain.User@Example.com' })
  const inactive = await createUser(app, { active: false, roles: [role, 'customer'] })
  const enrolled = await createUser(app, { roles: [role] })
  await app.db.updateTable('users').set({ totp_secret: 'sealed' }).where('id', '=', enrolled.id).execute()
  const recent = await createUser(app)
  app.clock.advance(3600)
  const since = app.clock.now().toISOString()
  await signIn(app, recent)
  const admin = await adminOf(app)
  const { list } = usersAs(app, admin)
  const locked = await createUser(app)
  for (let n = 0; n < 6; n++) await login(app, { ...locked, password: 'wrong' })

  const all = [plain, inactive, enrolled, recent, admin, locked].map(({ id }) => id)
  const without = (...users: { id: number }[]) => all.filter((id) => !users.some((user) => user.id === id))
  const cases: [string, number[]][] = [
    ['', all],
    [`ids=${locked.id},${plain.id},${plain.id},999999999`, [plain.id, locked.id]],
    ['ids=0,999999999999999', []],
    ['email=plain.user@example.com', [plain.id]],
    [`email=${encodeURIComponent('  PLAIN.USER@EXAMPLE.COM ')}`, [plain.id]],
    ['email=plain.user', []],
    ['email=%25@example.com', []],
    [`role=${role}`, [inactive.id, enrolled.id]],
    ['role=admin', [admin.id]],
    ['role=none', []],
    ['active=true', without(inactive)],
    ['active=false', [inactive.id]],
    ['two_factor_enabled=true', [enrolled.id]],
    ['two_factor_enabled=false', without(enrolled)],
    ['never_logged_in=true', without(admin, recent)],
    ['never_logged_in=false', [recent.id, admin.id]],
    [`inactive_since=${since}`, without(recent, admin)],
    [`inactive_since=${new Date(Date.parse(since) + 1).toISOString()}`, all],
    ['inactive_since=1970-01-01T00:00:00Z', []],
    [`inactive_since=${encodeURIComponent('2100-01-01T02:00:00+02:00')}`, all],
    ['locked=true', [locked.id]],
    ['locked=false', without(locked)],
    [`role=${role}&active=true`, [enrolled.id]],
    [`never_logged_in=true&two_factor_enabled=false&active=true&ids=${all.join()}`, [plain.id, locked.id]],
    ['q=example.com&locked=true', [locked.id]],
  ]
  for (const [query, ids] of cases) {
    const { body, status } = await list(`?${query}`)
    t.equal(status, 200, query)
    t.strictSame(
      body.items.map((user: Listed) => user.id),
      ids,
      query,
    )
    t.equal(body.next_cursor, null, query)
  }

  const [shown] = (await list('?locked=true')).body.items
  t.match(shown, { locked: true, locked_until: new Date(app.clock.now().getTime() + 2000).toISOString() })
  app.clock.advance(2)
  t.strictSame((await list('?locked=true')).body.items, [], 'a wait that is over is no lock')
})

t.test('each sort goes both ways, equal values by id, never signed in counts as earliest', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const { list } = usersAs(app, admin)
  for (const email of ['b@x.example', 'C@x.example', 'a@x.example', 'é@x.example', 'a-b@x.example', 'B.c@x.example']) {
    const user = await createUser(app, { email })
    if (email.length === 11 && email !== 'b@x.example') app.clock.advance(1)
    if (/^[bCé]/.test(email)) await signIn(app, user)
  }
  const rows = (await list()).body.items as (Listed & { id: number })[]
  t.equal(rows.length, 7)
  const collated = await sql<{ id: number }>`select id from users order by email_key, id`.execute(app.db)
  const by = (value: (user: Listed) => string | number) =>
    [...rows].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a.id - b.id)).map(({ id }) => id)
  const orders: Record<string, number[]> = {
    id: by(({ id }) => id),
    email: collated.rows.map(({ id }) => id),
    created_at: by((user) => user.created_at),
    last_login_at: by((user) => user.last_login_at ?? ''),
  }
  for (const [sort, ids] of Object.entries(orders)) {
    for (const [name, expected] of [
      [sort, ids],
      [`-${sort}`, ids.toReversed()],
    ] as const) {
      const { body } = await list(`?sort=${name}`)
      t.strictSame(
        body.items.map((user: Listed) => user.id),
        expected,
        name,
      )
      for (const limit of [1, 2, 3]) t.strictSame(await walk(list, `sort=${name}&limit=${limit}`), expected, name)
    }
  }
  t.not(orders['last_login_at']?.join(), orders['id']?.join(), 'the orders differ')
})

/** Every page's ids in a row. */
async function walk(list: ReturnType<typeof usersAs>['list'], query: string, between = async () => {}) {
  const ids: number[] = []
  for (let cursor = ''; ; ) {
    const { body } = await list(`?${query}${cursor && `&cursor=${cursor}`}`)
    ids.push(...body.items.map((user: Listed) => user.id))
    if (body.next_cursor === null) return ids
    cursor = body.next_cursor
    await between()
  }
}

t.test('pages miss nobody and show nobody twice while users come and go', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const { list, create, remove } = usersAs(app, admin)
  for (const sort of ['id', '-id', 'email', '-email', 'created_at', '-created_at', 'last_login_at', '-last_login_at']) {
    const stay: number[] = []
    const leave: number[] = []
    for (let n = 0; n < 24; n++) {
      const { id } = await createUser(app, {
        email: `${'bdfhjlnp'[n % 8]}${n}${sort}@page.example`,
        roles: [],
        state: 'none',
      })
      await app.db
        .updateTable('users')
        .set({ last_login_at: n % 3 === 0 ? null : new Date(app.clock.now().getTime() - (n % 5) * 1000) })
        .where('id', '=', id)
        .execute()
      if (n % 3 === 1) leave.push(id)
      else stay.push(id)
      if (n % 4 === 0) app.clock.advance(1)
    }
    let come = 0
    const seen = await walk(list, `sort=${sort}&limit=3&q=page.example`, async () => {
      come += 1
      const email = `${'aemoz'[come % 5]}new${come}${sort}@page.example`
      const gone = leave.pop()
      const answers = await Promise.all([
        create({ email, first_name: 'New', last_name: 'User', roles: ['customer'], send_welcome_email: false }),
        ...(gone === undefined ? [] : [remove(gone)]),
      ])
      t.strictSame([answers[0].status, answers[1]?.status ?? 204], [201, 204], sort)
    })
    t.ok(come >= 5, sort)
    t.strictSame(
      stay.filter((id) => !seen.includes(id)),
      [],
      `${sort}: nobody is missed`,
    )
    t.equal(new Set(seen).size, seen.length, `${sort}: nobody comes twice`)
    await app.db.deleteFrom('users').where('email', 'like', '%@page.example').execute()
  }
})

t.test('the last page is known to be the last, and 50 is the usual page', async (t) => {
  const app = await startTestApp(t)
  const { list } = usersAs(app, await adminOf(app))
  for (let n = 1; n < 50; n++) await app.db.insertInto('users').values(row(n)).execute()
  const whole = await list()
  t.equal(whole.body.items.length, 50)
  t.equal(whole.body.next_cursor, null)
  await app.db.insertInto('users').values(row(50)).execute()
  const first = await list()
  t.equal(first.body.items.length, 50)
  const second = await list(`?cursor=${first.body.next_cursor}`)
  t.equal(second.body.items.length, 1)
  t.equal(second.body.next_cursor, null)
  t.equal((await list('?limit=200')).body.items.length, 51)
  t.equal(whole.headers.get('cache-control'), 'no-store')

  function row(n: number) {
    const email = `row${n}@example.com`
    return { email, email_key: email, first_name: 'A', last_name: 'B', created_at: app.clock.now() }
  }
})

t.test('what is no cursor of this list in this order is refused', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const { list } = usersAs(app, admin)
  await createUser(app)
  const cursorOf = async (sort: string) => (await list(`?limit=1&sort=${sort}`)).body.next_cursor as string
  const sorts = ['id', '-id', 'email', '-email', 'created_at', '-created_at', 'last_login_at', '-last_login_at']
  for (const sort of sorts) {
    for (const other of sorts) {
      const answer = await list(`?limit=1&sort=${other}&cursor=${await cursorOf(sort)}`)
      t.equal(gist(answer), sort === other ? '200' : '400 invalid_cursor', `${sort} → ${other}`)
    }
  }
  const write = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const garbage: Record<string, string[]> = {
    id: [
      '',
      'x',
      'null',
      '%00',
      write([]),
      write({}),
      write(null),
      write(['users:id', 1]),
      write(['users:id', 1, '1']),
    ],
    email: [write(['users:email', null, 1]), write(['users:email', 'a\u0000', 1]), write(['users:email', 'a', 1.5])],
    created_at: [
      'yesterday',
      '2026-02-30T00:00:00.000Z',
      '0000-01-01T00:00:00.000Z',
      '2026-03-01',
      '2026-03-01T00:00:00.000Z (x)',
      '+275760-09-13T00:00:00.000Z',
      '-271821-04-20T00:00:00.000Z',
      '',
      1,
    ].map((value) => write(['users:created_at', value, 1])),
  }
  for (const [sort, cursors] of Object.entries(garbage))
    for (const cursor of cursors)
      t.equal(gist(await list(`?sort=${sort}&cursor=${cursor}`)), '400 invalid_cursor', `${sort} ${cursor}`)
  t.equal(gist(await list(`?cursor=${'x'.repeat(1025)}`)), '400 validation_failed')
  const events = await app.call('GET', '/admin/audit-events?limit=1', { token: admin.token })
  t.equal(gist(await list(`?cursor=${events.body.next_cursor}`)), '400 invalid_cursor', 'a cursor of another list')
})

t.test('the list shows each caller what this caller can do', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const manager = await staffWith(app, ['view_user', 'view_customer', 'edit_user', 'send_welcome_email'])
  const viewer = await staffWith(app, ['view_user'])
  const agent = await createUser(app)
  const customer = await createUser(app, { roles: ['customer'], state: 'none' })
  const locked = await createUser(app, { roles: ['customer'] })
  for (let n = 0; n < 6; n++) await login(app, { ...locked, password: 'wrong' })
  await app.db.updateTable('users').set({ totp_secret: 'sealed', login_count: 1 }).where('id', '=', agent.id).execute()

  const shown = async (caller: { token: string }) => {
    const { body } = await usersAs(app, caller).list()
    return Object.fromEntries(
      body.items.map((user: Listed & { actions: string[] }) => [user.id, user.actions.join(' ')]),
    )
  }
  t.strictSame(await shown(admin), {
    [admin.id]: 'edit',
    [manager.id]: 'edit delete reset_password',
    [viewer.id]: 'edit delete reset_password',
    [agent.id]: 'edit delete reset_password reset_2fa',
    [customer.id]: 'edit delete reset_password send_welcome_email',
    [locked.id]: 'edit delete reset_password send_welcome_email unlock',
  })
  t.strictSame(await shown(manager), {
    [admin.id]: '',
    [manager.id]: 'edit',
    [viewer.id]: 'edit',
    [agent.id]: 'edit',
    [customer.id]: 'edit send_welcome_email',
    [locked.id]: 'edit send_welcome_email unlock',
  })
  for (const actions of Object.values(await shown(viewer))) t.equal(actions, '')
  const { body } = await usersAs(app, manager).read(locked.id)
  t.strictSame(body.actions, ['edit', 'send_welcome_email', 'unlock'], 'as the single user does')
  t.match((await usersAs(app, manager).read(customer.id)).body, { password_state: 'none', version: 1, locked: false })
})
