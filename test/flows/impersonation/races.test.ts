/** Impersonation against the end of what it stands on. */
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import t from 'tap'
import { adminOf, staffWith, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { createUser, gist, signIn } from '../../support/users.ts'

const app = await startTestApp(t)

const agent = () => staffWith(app, ['can_impersonate'])
const customer = () => createUser(app, { roles: ['customer'] })
const impersonate = (token: string, user_id: number) =>
  app.call('POST', '/auth/impersonate', { token, body: { user_id, reason: 'Ticket 4711' } })
const sidOf = (token: string) => decodeJwt(token)['sid'] as string
const sessionsOf = (id: number) => app.db.selectFrom('sessions').selectAll().where('user_id', '=', id).execute()
const standing = () => app.db.selectFrom('sessions').select('id').where('impersonated_by', 'is not', null).execute()

t.test('an impersonation that was let in before the end of the caller’s session opens nothing', async (t) => {
  const [{ token }, user] = [await agent(), await customer()]
  const row = `sessions where id = '${sidOf(token)}'`
  const answers = await meanwhile(app, row, () => [impersonate(token, user.id)], [`delete from ${row}`])
  t.strictSame(answers.map(gist), ['401 session_ended'])
  t.strictSame(await sessionsOf(user.id), [])
})

t.test('an impersonation and the sign-out of the caller: nothing survives, and each end is told', async (t) => {
  for (let round = 0; round < 8; round++) {
    const [{ token, id }, user] = [await agent(), await customer()]
    const pause = () => sleep(round % 4)
    const [answer] = await Promise.all([
      round < 4 ? impersonate(token, user.id) : pause().then(() => impersonate(token, user.id)),
      round < 4
        ? pause().then(() => app.call('POST', '/auth/logout', { token }))
        : app.call('POST', '/auth/logout', { token }),
    ])
    t.match(gist(answer), /^(200|401 session_ended)$/)
    t.strictSame(await standing(), [])
    const told = await app.db.selectFrom('events').select('details').where('type', '=', 'sign_out').execute()
    const ended = told.flatMap(({ details }) => details['ended_sessions'])
    const opened = answer.status === 200 ? [sidOf(answer.body.access_token)] : []
    for (const sid of [sidOf(token), ...opened]) t.ok(ended.includes(sid))
    t.strictSame(await sessionsOf(id), [])
  }
})

t.test('a sign-out that waits while an impersonation is being opened ends it and tells so', async (t) => {
  const [{ token }, user] = [await agent(), await customer()]
  // Holding the user lets the impersonation wait before it has touched the caller's session.
  const [opened] = await meanwhile(app, `users where id = ${user.id}`, () => [impersonate(token, user.id)], [])
  t.equal(opened?.status, 200)
  const child = sidOf(opened?.body.access_token)
  const logouts = () => [app.call('POST', '/auth/logout', { token })]
  await meanwhile(app, `sessions where id = '${child}'`, logouts, [])
  t.strictSame(await standing(), [])
})

t.test('an impersonation that meets the deactivation or deletion of either side leaves nothing', async (t) => {
  const admin = usersAs(app, await adminOf(app))
  const [deactivate, remove] = [(id: number) => admin.edit(id, { active: false }), (id: number) => admin.remove(id)]
  for (const end of [deactivate, remove, deactivate, remove]) {
    for (const side of ['actor', 'target']) {
      const [support, user] = [await agent(), await customer()]
      const [answer] = await Promise.all([
        impersonate(support.token, user.id),
        end(side === 'actor' ? support.id : user.id),
      ])
      t.match(gist(answer), /^(200|401 session_ended|403 account_inactive|404 not_found)$/)
      t.strictSame(await standing(), [])
      if (answer.status === 200)
        t.equal((await app.call('GET', '/auth/me', { token: answer.body.access_token })).status, 401)
    }
  }
})

t.test('two who impersonate each other end all their sessions at once without waiting for each other', async (t) => {
  const pair = [await agent(), await agent()]
  for (let round = 0; round < 10; round++) {
    const tokens = await Promise.all(pair.map(async (user) => (await signIn(app, user)).access_token as string))
    const opened = await Promise.all(tokens.map((token, n) => impersonate(token, pair[1 - n]?.id ?? 0)))
    t.strictSame(opened.map(gist), ['200', '200'])
    const ends = await Promise.all(
      tokens.flatMap((token) => [
        app.call('DELETE', '/auth/sessions', { token }),
        app.call('POST', '/auth/logout', { token }),
      ]),
    )
    for (const answer of ends) t.match(gist(answer), /^(204|401 session_ended)$/)
    t.strictSame(await standing(), [])
  }
})
