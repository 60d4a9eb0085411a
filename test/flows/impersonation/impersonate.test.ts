import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import t from 'tap'
import { writeToken } from '../../../src/crypto/opaque-token.ts'
import { adminOf, lastEvent, staffWith, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, deactivate, eventsAbout, gist, race, signIn, type TestUser } from '../../support/users.ts'

const app = await startTestApp(t)

const agent = (more: string[] = []) => staffWith(app, ['can_impersonate', 'view_customer', 'view_user', ...more])
const customer = () => createUser(app, { roles: ['customer'] })
const impersonate = (token: string, user_id: number, reason = 'Ticket 4711') =>
  app.call('POST', '/auth/impersonate', { token, body: { user_id, reason } })
const sidOf = (token: string) => decodeJwt(token)['sid'] as string
const me = (token: string) => app.call('GET', '/auth/me', { token })

/** A token with which the agent acts as the user. */
async function actAs(token: string, user: TestUser): Promise<string> {
  const answer = await impersonate(token, user.id)
  t.equal(answer.status, 200, answer.text)
  return answer.body.access_token
}

t.test("the answer is the user's access token, which names both, and no refresh token", async (t) => {
  const [support, user] = [await agent(), await customer()]
  const answer = await impersonate(support.token, user.id)
  t.strictSame(Object.keys(answer.body).sort(), ['access_token', 'expires_in', 'redirect_to', 'token_type', 'user'])
  t.match(answer.body, { expires_in: 900, token_type: 'Bearer', redirect_to: '/self-care', user: { id: user.id } })
  t.equal(answer.cookie, undefined)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  const claims = decodeJwt(answer.body.access_token)
  t.match(claims, { sub: String(user.id), act: { sub: String(support.id) }, roles: ['customer'], permissions: [] })
  t.equal(Number(claims.exp) - Number(claims.iat), 900)
  t.not(claims['sid'], sidOf(support.token))
  t.match((await me(answer.body.access_token)).body, { id: user.id, email: user.email })
  t.notOk('act' in decodeJwt(support.token), 'a token of one’s own names nobody else')
})

t.test('it is no sign-in of the user', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const before = (await usersAs(app, await adminOf(app)).read(user.id)).body
  await actAs(support.token, user)
  const after = (await usersAs(app, await adminOf(app)).read(user.id)).body
  t.strictSame(after, before, 'neither login_count nor last_login_at nor anything else has moved')
  t.equal(after.login_count, 0)
})

t.test('never upward, not oneself, nobody inactive or unknown, never without a reason', async (t) => {
  const support = await agent()
  const stronger = [await adminOf(app), await staffWith(app, ['view_customer', 'edit_user'])]
  for (const user of stronger) t.equal(gist(await impersonate(support.token, user.id)), '403 forbidden')
  t.equal(gist(await impersonate(support.token, support.id)), '409 own_account')
  const inactive = await createUser(app, { roles: ['customer'], active: false })
  t.equal(gist(await impersonate(support.token, inactive.id)), '403 account_inactive')
  t.equal(gist(await impersonate(support.token, 999_999)), '404 not_found')
  const user = await customer()
  for (const body of [
    { user_id: user.id },
    { user_id: user.id, reason: '' },
    { user_id: user.id, reason: ' \n' },
    { user_id: user.id, reason: 'x'.repeat(501) },
    { user_id: String(user.id), reason: 'x' },
    { user_id: 0, reason: 'x' },
    { user_id: user.id, reason: 'x', until: 'tomorrow' },
  ])
    t.equal(gist(await app.call('POST', '/auth/impersonate', { token: support.token, body })), '400 validation_failed')
  const { tally } = await race(1, () => impersonate(support.token, user.id))
  t.strictSame(tally, { '200': 1 }, 'an equal or weaker user can be impersonated')
  t.strictSame(await eventsAbout(app, inactive.id), [])
})

t.test('an impersonator reaches none of the calls that are the user’s own', async (t) => {
  const support = await agent()
  // Someone with every permission but `admin` that the caller has too: the refusal is not for want of a permission.
  const peer = await staffWith(app, ['can_impersonate', 'view_user', 'view_customer'])
  const token = await actAs(support.token, peer)
  const other = await customer()
  const calls: [string, string, object?][] = [
    ['POST', `/2fa/enable/user/${peer.id}`, { password: peer.password }],
    ['POST', `/2fa/verify-setup/user/${peer.id}`, { code: '123456' }],
    ['POST', `/2fa/backup-codes/regenerate/user/${peer.id}`],
    ['GET', `/2fa/status/user/${peer.id}`],
    ['POST', `/2fa/disable/user/${peer.id}`, { password: peer.password, code: '123456' }],
    ['POST', '/auth/password/change', { current_password: peer.password, new_password: 'a', confirm_password: 'a' }],
    ['POST', '/auth/email/change', { new_email: 'new@example.com', password: peer.password }],
    ['DELETE', '/auth/sessions'],
    ['DELETE', `/auth/sessions/${sidOf(peer.token)}`],
    ['DELETE', `/auth/sessions/${sidOf(token)}`],
    ['GET', '/admin/users'],
    ['GET', `/admin/users/${other.id}`],
    ['GET', '/admin/roles'],
    ['POST', '/auth/impersonate', { user_id: other.id, reason: 'nested' }],
  ]
  for (const [method, path, body] of calls) {
    const answer = await app.call(method, path, { token, ...(body && { body }) })
    t.equal(gist(answer), '403 impersonation_not_allowed', `${method} ${path}`)
  }
  t.equal((await me(peer.token)).status, 200, 'the user is signed in as before')
})

t.test('a call without a decision of its own refuses impersonators: only these let them in', async (t) => {
  const { paths } = app.app.swagger() as unknown as {
    paths: Record<string, Record<string, { security?: { accessToken?: [] }[]; responses: Record<string, object> }>>
  }
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security?.some((entry) => entry.accessToken))
      .filter(([, { responses }]) => !JSON.stringify(responses['403'] ?? {}).includes('impersonation_not_allowed'))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  t.strictSame(open.sort(), ['GET /auth/check', 'GET /auth/me', 'GET /auth/sessions', 'PATCH /auth/me'])
})

t.test('the user sees it among their sessions, and ends it', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const { access_token: own } = await signIn(app, user)
  const token = await actAs(support.token, user)
  const { items } = (await app.call('GET', '/auth/sessions', { token: own })).body
  t.strictSame(
    items.map((item: Record<string, unknown>) => [item['id'], item['impersonated_by']]).sort(),
    [
      [sidOf(own), undefined],
      [sidOf(token), support.id],
    ].sort(),
  )
  const seen = await usersAs(app, await adminOf(app)).sessions(user.id)
  t.equal(seen.body.items.filter((item: object) => 'impersonated_by' in item).length, 1)
  t.equal((await app.call('DELETE', `/auth/sessions/${sidOf(token)}`, { token: own })).status, 204)
  t.equal(gist(await me(token)), '401 session_ended')
  t.equal((await me(own)).status, 200)
  t.equal((await me(support.token)).status, 200)
})

t.test('it lasts 15 minutes, never longer than the session it was opened from, and nothing refreshes it', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const token = await actAs(support.token, user)
  app.clock.advance(899)
  t.equal((await me(token)).status, 200)
  const made = writeToken(app.deps.keys.ring, 'refresh', sidOf(token))
  const refreshed = await app.call('POST', '/auth/refresh', { body: { refresh_token: made } })
  t.equal(gist(refreshed), '401 invalid_refresh_token')
  t.equal((await me(token)).status, 200, 'the try did it no harm')
  app.clock.advance(1)
  t.equal(gist(await me(token)), '401 access_token_expired')

  const tokens = await signIn(app, support)
  app.clock.advance(3600 - 60)
  await app.db
    .updateTable('sessions')
    .set({ expires_at: new Date(app.clock.now().getTime() + 60_000) })
    .execute()
  const { body } = await app.call('POST', '/auth/refresh', { body: { refresh_token: tokens.refresh_token } })
  await app.db
    .updateTable('sessions')
    .set({ expires_at: new Date(app.clock.now().getTime() + 60_000) })
    .execute()
  t.equal((await impersonate(body.access_token, user.id)).body.expires_in, 60)
})

t.test('whatever ends the session behind it ends it', async (t) => {
  const admin = usersAs(app, await adminOf(app))
  const ends: Record<string, (actor: TestUser, tokens: { access_token: string; refresh_token: string }) => unknown> = {
    'sign-out': (_, { access_token: token }) => app.call('POST', '/auth/logout', { token }),
    'its own end in the list': (_, { access_token: token }) =>
      app.call('DELETE', `/auth/sessions/${sidOf(token)}`, { token }),
    'the end of all others': async (actor) => {
      const { access_token: token } = await signIn(app, actor)
      return app.call('DELETE', '/auth/sessions', { token })
    },
    'a password change elsewhere': async (actor) => {
      const { access_token: token } = await signIn(app, actor)
      const next = 'violet-anchor-Maple-4'
      const body = { current_password: actor.password, new_password: next, confirm_password: next }
      return app.call('POST', '/auth/password/change', { token, body })
    },
    deactivation: (actor) => admin.edit(actor.id, { active: false }),
    'a temporary password': (actor) => admin.resetPassword(actor.id),
    'the end of all sessions by an admin': (actor) => admin.endSessions(actor.id),
    deletion: (actor) => admin.remove(actor.id),
    'reuse of a refresh token': async (_, { refresh_token }) => {
      for (let n = 0; n < 3; n++) {
        app.clock.advance(11)
        await app.call('POST', '/auth/refresh', { body: { refresh_token } })
      }
    },
    'an operator who deactivates in the database': (actor) =>
      app.db.updateTable('users').set({ active: false }).where('id', '=', actor.id).execute(),
    'an operator who deletes the session': (_, { access_token }) =>
      app.db.deleteFrom('sessions').where('id', '=', sidOf(access_token)).execute(),
    'the loss of the permission': (actor) => admin.edit(actor.id, { roles: ['customer_service_agent_1'] }),
  }
  for (const [name, end] of Object.entries(ends)) {
    const [support, user] = [await agent(), await customer()]
    const tokens = await signIn(app, support)
    const token = await actAs(tokens.access_token, user)
    await end(support, tokens)
    t.equal(gist(await me(token)), '401 session_ended', name)
  }
})

t.test('a user who gains a permission that the impersonator lacks is no longer impersonated', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const token = await actAs(support.token, user)
  await usersAs(app, await adminOf(app)).edit(user.id, { roles: ['customer', 'admin'] })
  t.equal(gist(await me(token)), '401 session_ended')
})

t.test('whatever ends the user’s sessions ends it too', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const token = await actAs(support.token, user)
  await usersAs(app, await adminOf(app)).endSessions(user.id)
  t.equal(gist(await me(token)), '401 session_ended')
  await deactivate(app, user.id)
  t.equal(gist(await impersonate(support.token, user.id)), '403 account_inactive')
})

t.test('one at a time: starting another ends the one before, also for the second click', async (t) => {
  const [support, first, second] = [await agent(), await customer(), await customer()]
  const tokens = [await actAs(support.token, first), await actAs(support.token, second)]
  t.equal(gist(await me(tokens[0] ?? '')), '401 session_ended')
  t.equal((await me(tokens[1] ?? '')).status, 200)
  const { answers, tally } = await race(8, (n) => impersonate(support.token, n % 2 ? first.id : second.id))
  t.strictSame(tally, { '200': 8 })
  const standing = await Promise.all(answers.map(({ body }) => me(body.access_token)))
  t.equal(standing.filter(({ status }) => status === 200).length, 1)
  const colleague = await actAs((await agent()).token, first)
  t.equal((await me(colleague)).status, 200)
})

t.test('signing out with its token ends it alone, whatever cookie the browser sends along', async (t) => {
  const [support, user] = [await agent(), await customer()]
  for (const [seconds, since] of [
    [899, '401 session_ended'],
    [900, '401 access_token_expired'],
  ] as const) {
    const tokens = await signIn(app, support)
    const token = await actAs(tokens.access_token, user)
    app.clock.advance(seconds)
    const answer = await app.call('POST', '/auth/logout', { token, cookie: tokens.refresh_token })
    t.equal(answer.status, 204)
    t.equal(answer.cookie, undefined, 'the cookie is not cleared')
    const { status } = await app.call('POST', '/auth/refresh', { body: { refresh_token: tokens.refresh_token } })
    t.equal(status, 200, 'the one behind it is still signed in')
    t.equal(gist(await me(token)), since)
    const told = (await eventsAbout(app, user.id)).filter((type) => type === 'sign_out')
    t.equal(told.length, 1, 'nothing is told of one that was over')
  }
})

t.test('a user with a hundred sessions loses none to an impersonation, and none of those counts', async (t) => {
  const [user, support] = [await customer(), await agent()]
  const first = sidOf((await signIn(app, user)).access_token)
  const row = await app.db.selectFrom('sessions').selectAll().where('id', '=', first).executeTakeFirstOrThrow()
  const others = Array.from({ length: 99 }, () => ({ ...row, id: randomUUID() }))
  await app.db.insertInto('sessions').values(others).execute()
  const token = await actAs(support.token, user)
  const count = async () =>
    (await app.db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute()).length
  t.equal(await count(), 101)
  await signIn(app, user)
  t.equal(await count(), 101, 'the oldest of the user’s own made way')
  t.equal((await me(token)).status, 200)
})

t.test('the audit trail names who acts and as whom, and why', async (t) => {
  const [support, user] = [await agent(), await customer()]
  const token = await actAs(support.token, user)
  const started = await lastEvent(app, 'impersonation_started', user.id)
  const actor = { actor_kind: 'user', actor_id: String(support.id), session_id: sidOf(token), outcome: 'success' }
  t.match(started, { ...actor, details: { reason: 'Ticket 4711' } })
  await app.call('PATCH', '/auth/me', { token, body: { phone: '123' } })
  t.match(await lastEvent(app, 'profile_changed', user.id), actor)
  await app.call('POST', '/auth/logout', { token })
  t.match(await lastEvent(app, 'sign_out', user.id), actor)
  t.strictSame(await eventsAbout(app, user.id), ['impersonation_started', 'profile_changed', 'sign_out'])
  const told = JSON.stringify(await app.db.selectFrom('events').selectAll().execute())
  t.notMatch(told, /eyJ|ort_/)
})
