import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { absoluteSessionLimit, MAX_DEVICES, MAX_SESSIONS, sessionExpiry } from '../../policy/lifetimes.ts'
import { type OpenTransaction, together } from '../../store/database.ts'
import { forgetOldestDevices, insertDevice } from '../../store/devices.ts'
import { SYSTEM } from '../../store/events.ts'
import { endThese, type SessionRecord, writeSession } from '../../store/sessions.ts'
import type { UserRecord } from '../../store/users.ts'
import { queueNotice } from './queue-notice.ts'
import { ownAct, recordEvent, recordEvents } from './record-event.ts'
import type { Passed, Progress } from './sign-in.ts'

/** Finishes a sign-in: opens the session, counts it and knows its device from here on. */
export async function openSession(
  tx: OpenTransaction,
  deps: Deps,
  { user, signIn, reports = [], write = () => [] }: Passed,
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
  const details = { factors: signIn.factors, remember_me: signIn.rememberMe }
  const signedIn = ownAct('sign_in', user.id, { sessionId: session.id, details })
  const [{ knowsDevice, beyond }] = await together(tx, (line) => [
    writeSession(line, session, device, MAX_SESSIONS),
    recordEvents(line, [...reports, signedIn], source, now),
    ...write(line),
  ])
  const endedSessions = await endThese(tx, beyond, now)
  if (!knowsDevice) await meetDevice(tx, deps, user, device.id, source, now)
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
