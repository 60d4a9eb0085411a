import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { absoluteSessionLimit, MAX_DEVICES, MAX_SESSIONS, sessionExpiry } from '../../policy/lifetimes.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { forgetOldestDevices, insertDevice } from '../../store/devices.ts'
import { endThese, type SessionRecord, writeSession } from '../../store/sessions.ts'
import type { UserRecord } from '../../store/users.ts'
import { queueNotice } from './queue-notice.ts'
import { ownAct, recordEvent, SYSTEM, userActor } from './record-event.ts'
import type { Progress, SignIn } from './sign-in.ts'

/** Finishes a sign-in: opens the session, counts it and knows its device from here on. The caller holds the user's lock. */
export async function openSession(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  signIn: SignIn,
  source: Source,
  now: Date,
): Promise<Progress> {
  const limit = absoluteSessionLimit(now, signIn.rememberMe)
  const session: SessionRecord = {
    id: randomTokenId(),
    user_id: user.id,
    generation: 0,
    rotated_at: now,
    token_key_id: deps.keys.ring.primary,
    auth_time: signIn.authTime,
    factors: [...signIn.factors],
    remember_me: signIn.rememberMe,
    token_delivery: signIn.delivery,
    ip: source.ip,
    user_agent: source.userAgent,
    created_at: now,
    last_used_at: now,
    expires_at: sessionExpiry(now, signIn.rememberMe, limit),
    absolute_limit_at: limit,
    impersonated_by: null,
    opened_by_session: null,
  }
  const device = { id: signIn.deviceId, network: source.network }
  const { knowsDevice, beyond } = await writeSession(tx, session, device, MAX_SESSIONS)
  const endedSessions = await endThese(tx, beyond)
  if (!knowsDevice) await meetDevice(tx, deps, user, device.id, source, now)
  await recordEvent(
    tx,
    {
      type: 'sign_in',
      outcome: 'success',
      actor: userActor(user.id),
      subjectId: user.id,
      sessionId: session.id,
      details: { factors: signIn.factors, remember_me: signIn.rememberMe },
    },
    source,
    now,
  )
  if (endedSessions.length > 0) {
    const report = ownAct('session_ended', user.id, { actor: SYSTEM, endedSessions, details: { reason: 'limit' } })
    await recordEvent(tx, report, source, now)
  }
  return { kind: 'session', session, user: { ...user, login_count: user.login_count + 1, last_login_at: now } }
}

/** Whoever has signed in before is told of a device that has not. */
async function meetDevice(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  id: string,
  source: Source,
  now: Date,
): Promise<void> {
  const { userAgent: user_agent, network } = source
  await insertDevice(tx, { id, user_id: user.id, user_agent, network, created_at: now, last_used_at: now })
  await forgetOldestDevices(tx, user.id, MAX_DEVICES)
  if (user.login_count > 0) await queueNotice(tx, deps, user, 'new_device', source, now)
}
