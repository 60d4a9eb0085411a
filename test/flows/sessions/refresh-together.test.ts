/** Refreshes that come at the same moment share a statement; none of them is the worse for the others. */
import { sql } from 'kysely'
import t from 'tap'
import { startTestApp, type TestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { createUser, deactivate, gist, signIn, type TestUser } from '../../support/users.ts'

const MINUTE = 60
const HOUR = 3600

const app = await startTestApp(t)
const replica = await startTestApp(t, { database: app.database, clock: app.clock })

interface Holder {
  user: TestUser
  token: string
  sid: string
}

async function holder(): Promise<Holder> {
  const user = await createUser(app)
  const { refresh_token: token } = await signIn(app, user)
  const { id: sid } = await app.db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', user.id)
    .executeTakeFirstOrThrow()
  return { user, token, sid }
}

const holders = (count: number) => Promise.all(Array.from({ length: count }, holder))

const refresh = (token: string, { call }: TestApp = app): Promise<Answer> =>
  call('POST', '/auth/refresh', { body: { refresh_token: token } })

const refreshAll = (all: Holder[], at: TestApp = app) => Promise.all(all.map(({ token }) => refresh(token, at)))

const generationOf = async (sid: string) =>
  (await app.db.selectFrom('sessions').select('generation').where('id', '=', sid).executeTakeFirst())?.generation

t.test('each gets the tokens of its own session and user', async (t) => {
  const all = await holders(30)
  app.clock.advance(MINUTE)
  const answers = await refreshAll(all)
  t.strictSame(
    answers.map(({ status, body }) => [status, body.user.id]),
    all.map(({ user }) => [200, user.id]),
  )
  t.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 30)
  const again = answers.map(({ body }) => body.refresh_token)
  app.clock.advance(MINUTE)
  t.strictSame(
    (await Promise.all(again.map((token) => refresh(token)))).map(({ body }) => body.user.id),
    all.map(({ user }) => user.id),
    'and what each got goes on',
  )
})

t.test('one that is refused holds up none of the others', async (t) => {
  const [expired] = await holders(1)
  app.clock.advance(HOUR + MINUTE)
  const [ended, inactive, reused, young, ...good] = (await holders(9)) as [Holder, Holder, Holder, Holder, ...Holder[]]
  await app.db.deleteFrom('sessions').where('id', '=', ended.sid).execute()
  await deactivate(app, inactive.user.id)
  app.clock.advance(MINUTE)
  t.equal((await refresh(reused.token)).status, 200)
  app.clock.advance(MINUTE)
  t.equal((await refresh(young.token)).status, 200)
  const answers = await refreshAll([expired as Holder, ended, inactive, reused, young, ...good])
  t.strictSame(answers.map(gist), [
    ...Array(4).fill('401 invalid_refresh_token'),
    ...Array(6).fill('200 authenticated'),
  ])
  t.equal(await generationOf(reused.sid), undefined, 'the old token has ended its session')
})

t.test('of one token that comes several times, one is exchanged, and all get the same successor', async (t) => {
  const [one, other] = (await holders(2)) as [Holder, Holder]
  app.clock.advance(MINUTE)
  const answers = await refreshAll([one, one, other, one, one])
  t.strictSame(answers.map(gist), Array(5).fill('200 authenticated'))
  t.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 2)
  t.strictSame([await generationOf(one.sid), await generationOf(other.sid)], [1, 1])
})

t.test('a session that someone has locked is waited for by its own refresh alone', async (t) => {
  const [locked, ...others] = (await holders(6)) as [Holder, ...Holder[]]
  app.clock.advance(MINUTE)
  let late: Promise<Answer> | undefined
  await app.db.transaction().execute(async (tx) => {
    await sql`select from sessions where id = ${locked.sid} for update`.execute(tx)
    late = refresh(locked.token)
    t.strictSame((await refreshAll(others)).map(gist), Array(5).fill('200 authenticated'))
    t.equal(await generationOf(locked.sid), 0)
  })
  t.equal(gist((await late) as Answer), '200 authenticated')
  t.equal(await generationOf(locked.sid), 1)
})

t.test('two replicas that refresh the same sessions in opposite order do not hold each other up', async (t) => {
  const all = await holders(25)
  for (let round = 1; round <= 8; round++) {
    app.clock.advance(MINUTE)
    const tokens = all.map(({ token }) => token)
    const [here, there] = await Promise.all([refreshAll(all), refreshAll(all.toReversed(), replica)])
    t.strictSame([...here, ...there].map(gist), Array(50).fill('200 authenticated'))
    t.strictSame(await Promise.all(all.map(({ sid }) => generationOf(sid))), Array(25).fill(round))
    all.forEach((one, n) => {
      one.token = here[n]?.body.refresh_token
    })
    t.ok(all.every(({ token }, n) => token !== tokens[n]))
  }
})
