import t from 'tap'
import { type RevocationSource, revocationsOf } from '../../src/policy/revocations.ts'

const at = new Date('2026-03-01T10:00:00.750Z')
const startOfSecond = new Date('2026-03-01T10:00:00.000Z')
const event = (type: string, details: Record<string, unknown> = {}, subject_id: number | null = 7) =>
  ({ type, at, subject_id, details }) satisfies RevocationSource

t.test('what signs a user out everywhere voids every token of the user from before that second', async (t) => {
  for (const type of [
    'password_reset',
    'temporary_password_set',
    'password_voided',
    'two_factor_reset',
    'sessions_ended_by_admin',
    'user_deleted',
  ]) {
    t.strictSame(revocationsOf(event(type)), [{ userId: 7, notBefore: startOfSecond }], type)
    t.strictSame(revocationsOf(event(type, {}, null)), [], `${type}, about nobody`)
  }
  for (const type of [
    'sign_in',
    'password_changed',
    'two_factor_enabled',
    'session_ended',
    'user_created',
    'policy_changed',
  ])
    t.strictSame(revocationsOf(event(type)), [], type)
})

t.test('of edits only a deactivation voids tokens', async (t) => {
  t.strictSame(revocationsOf(event('user_edited', { after: { active: false } })), [
    { userId: 7, notBefore: startOfSecond },
  ])
  for (const details of [
    { after: { active: true } },
    { after: { active: null } },
    { after: { first_name: 'Ann' } },
    {},
  ])
    t.strictSame(revocationsOf(event('user_edited', details)), [], JSON.stringify(details))
})

t.test('sessions that ended are named one by one, beside their user where all of them did', async (t) => {
  const ended_sessions = ['a', 'b']
  const named = [
    { sid: 'a', notBefore: at },
    { sid: 'b', notBefore: at },
  ]
  t.strictSame(revocationsOf(event('session_ended', { ended_sessions })), named)
  t.strictSame(revocationsOf(event('session_ended', { ended_sessions }, null)), named)
  t.strictSame(revocationsOf(event('session_ended', { ended_sessions: 'a' })), [], 'no list')
  t.strictSame(revocationsOf(event('password_reset', { ended_sessions })), [
    { userId: 7, notBefore: startOfSecond },
    ...named,
  ])
})

t.test('a revoked key voids its tokens; a regenerated one those of the old secret, unless that lives on', async (t) => {
  const until60 = new Date('2026-03-01T10:01:00.000Z')
  t.strictSame(revocationsOf(event('api_key_revoked', { api_key: 'k1' })), [{ clientId: 'k1', notBefore: until60 }])
  const ended = [{ clientId: 'k1', notBefore: new Date('2026-03-01T10:00:02.000Z') }]
  t.strictSame(revocationsOf(event('api_key_created', { api_key: 'k1' })), [])
  const until = (previous_valid_until: string) =>
    revocationsOf(event('api_key_regenerated', { api_key: 'k1', previous_valid_until }))
  t.strictSame(until('2026-03-01T10:00:00.750Z'), ended, 'at once')
  t.strictSame(until('2026-03-01T09:00:00.000Z'), ended, 'before')
  t.strictSame(until('2026-03-01T10:00:00.751Z'), [], 'later')
  t.strictSame(
    revocationsOf(event('api_key_created', { api_key: 'k1', previous_valid_until: '2026-03-01T09:00:00.000Z' })),
    [],
    'another event that names a time',
  )
})
