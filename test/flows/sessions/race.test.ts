/** The life of a session against its end from another side. */
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { createUser, deactivate, eventsAbout, gist, race, signIn } from '../../support/users.ts'

const TIMES = 10

const app = await startTestApp(t)

const refreshWith = (refresh_token: string) => app.call('POST', '/auth/refresh', { body: { refresh_token } })
const rowOf = (tokens: { access_token: string }) => `sessions where id = '${decodeJwt(tokens.access_token)['sid']}'`
const times = <T>(act: () => T) => Array.from({ length: TIMES }, act)

t.test('a refresh that was let in before the end of its session is refused', async (t) => {
  const tokens = await signIn(app, await createUser(app))
  app.clock.advance(60)
  const start = () => times(() => refreshWith(tokens.refresh_token))
  const answers = await meanwhile(app, rowOf(tokens), start, [`delete from ${rowOf(tokens)}`])
  t.strictSame(
    answers.map(gist),
    times(() => '401 invalid_refresh_token'),
  )
})

t.test('refreshes that come when another has just rotated get its token, and end nothing', async (t) => {
  const tokens = await signIn(app, await createUser(app))
  app.clock.advance(60)
  const rotated = `rotated_at = '${app.clock.now().toISOString()}'`
  const start = () => times(() => refreshWith(tokens.refresh_token))
  const update = `update sessions set generation = generation + 1, ${rotated} where id = '${decodeJwt(tokens.access_token)['sid']}'`
  const answers = await meanwhile(app, rowOf(tokens), start, [update])
  t.strictSame(
    answers.map(gist),
    times(() => '200 authenticated'),
  )
  const successors = new Set(answers.map((answer) => answer.body.refresh_token))
  t.equal(successors.size, 1)
  t.notOk(successors.has(tokens.refresh_token))
})

t.test('sign-outs at once are one sign-out', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  const start = () => times(() => app.call('POST', '/auth/logout', { token: tokens.access_token }))
  const answers = await meanwhile(app, rowOf(tokens), start, [])
  t.strictSame(
    answers.map(gist),
    times(() => '204'),
  )
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_out'])
})

t.test('a sign-out that waits for a refresh ends the session that the refresh has prolonged', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  app.clock.advance(3600)
  const end = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
  const prolong = `update sessions set expires_at = '${end}' where id = '${decodeJwt(tokens.access_token)['sid']}'`
  const start = () => [app.call('POST', '/auth/logout', { body: { refresh_token: tokens.refresh_token } })]
  const answers = await meanwhile(app, rowOf(tokens), start, [prolong])
  t.strictSame(answers.map(gist), ['204'])
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_out'])
})

t.test('a call that was let in before the end of its session changes nothing', async (t) => {
  const user = await createUser(app)
  const [tokens, other] = [await signIn(app, user), await signIn(app, user)]
  const token = tokens.access_token
  const start = () => [
    app.call('PATCH', '/auth/me', { token, body: { first_name: 'Late' } }),
    app.call('DELETE', '/auth/sessions', { token }),
  ]
  const answers = await meanwhile(app, `users where id = ${user.id}`, start, [`delete from ${rowOf(tokens)}`])
  t.strictSame(answers.map(gist), ['401 session_ended', '401 session_ended'])
  const me = await app.call('GET', '/auth/me', { token: other.access_token })
  t.match(me, { status: 200, body: { first_name: 'Jane' } })
})

t.test('a refresh that meets a deactivation is refused, or undone by it', async (t) => {
  for (let round = 0; round < 5; round++) {
    const user = await createUser(app)
    const { refresh_token } = await signIn(app, user)
    app.clock.advance(60)
    const refresh = () => app.call('POST', '/auth/refresh', { body: { refresh_token } })
    const [{ answers }] = await Promise.all([
      race(TIMES, refresh),
      sleep(round * 3).then(() => deactivate(app, user.id)),
    ])
    for (const answer of answers) t.match(gist(answer), /^(200 authenticated|401 invalid_refresh_token)$/)
    t.strictSame(await app.db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute(), [])
    t.equal(gist(await refresh()), '401 invalid_refresh_token')
  }
})
