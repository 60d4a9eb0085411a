/**
 * `npm run demo`: plays the central journey as a client of the service would, and tells it step by step.
 *
 * Without options it starts a service of its own and removes it at the end. Against a running service:
 * `npm run demo -- --url http://localhost:3000 --email admin@example.com --password kx7f-2rha-w9ct-e4gs`
 * (the second part reads the mails that the service wrote: `--mails` names the folder, default `.data/mail`).
 * Exit status 0: everything went as expected.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { administrationSections, mailReader } from './administration.ts'
import { impersonationSections } from './impersonation.ts'
import { Authenticator, type Journey, type Section } from './journey.ts'
import { movingInSections } from './moving-in.ts'
import { type Answer, createNarratedClient, textOf, Unexpected } from './narrated-client.ts'
import { startOwnService } from './own-service.ts'
import { serviceSections } from './services.ts'

/** In the order of a user's life. */
const sections: Section[] = [
  signInForTheFirstTime,
  enrolSecondFactor,
  signInWithCode,
  refresh,
  verifyAccessTokenElsewhere,
  signInWithBackupCode,
  ...administrationSections,
  ...impersonationSections,
  ...serviceSections,
  ...movingInSections,
  switchSecondFactorOff,
  signOut,
]

async function signInForTheFirstTime(journey: Journey): Promise<void> {
  const { step, note, call, expect, email, password } = journey
  step(`Sign in as ${email} with the one-time password`)
  const first = await call('POST', '/auth/login', { body: { email, password } })
  expect(first.body['status'] !== 'two_factor_required', 'the account has no second factor yet')
  if (first.body['status'] === 'authenticated') {
    note('The account has a password of its own already, so none has to be set.')
    return takeTokens(journey, first)
  }
  expect(first.body['status'] === 'password_change_required', 'the password is right, but opens only its change')

  step('Set a new password with the step token')
  const newPassword = `demo-${randomBytes(9).toString('base64url')}`
  const change = { new_password: newPassword, confirm_password: newPassword }
  const changed = await call('POST', '/auth/password/change', { token: textOf(first, 'step_token'), body: change })
  journey.password = newPassword
  takeTokens(journey, changed)
  const again = await call('POST', '/auth/login', { body: { email, password } })
  expect(again.body['code'] === 'invalid_credentials', 'the one-time password is dead')
}

async function enrolSecondFactor(journey: Journey): Promise<void> {
  const { step, note, call, expect, userId, accessToken: token, password } = journey
  step('Enrol an authenticator app')
  const offer = await call('POST', `/2fa/enable/user/${userId}`, { token, body: { password } })
  const uri = new URL(textOf(offer, 'provisioning_uri'))
  expect(uri.protocol === 'otpauth:' && uri.searchParams.get('issuer') === 'OmniCRM', 'a QR code can be drawn from it')
  const codes = offer.body['backup_codes']
  expect(Array.isArray(codes) && codes.length === 8, 'eight backup codes to print out')
  journey.backupCodes = codes as string[]
  journey.totp = new Authenticator(uri.searchParams.get('secret') ?? '')

  step('Confirm with the code that the app shows')
  const code = await journey.totp.nextCode(note)
  const confirmed = await call('POST', `/2fa/verify-setup/user/${userId}`, { token, body: { code } })
  expect(confirmed.body['two_factor_enabled'] === true, 'two-factor authentication is on')
}

async function signInWithCode(journey: Journey): Promise<void> {
  const { step, note, call, expect, email, password, userId } = journey
  step('Sign in again: now with a code')
  const first = await call('POST', '/auth/login', { body: { email, password } })
  expect(first.body['status'] === 'two_factor_required', 'the password alone no longer yields tokens')
  const token = textOf(first, 'step_token')
  const refused = await call('GET', '/auth/me', { token })
  expect(refused.status === 401, 'the step token is no access token')
  const code = await journey.totp.nextCode(note)
  takeTokens(journey, await call('POST', `/2fa/verify/user/${userId}`, { token, body: { code } }))
}

async function refresh(journey: Journey): Promise<void> {
  const { step, call, expect, refreshToken: refresh_token, accessToken } = journey
  step('Refresh, as a front end does every few minutes')
  takeTokens(journey, await call('POST', '/auth/refresh', { body: { refresh_token } }))
  expect(journey.accessToken !== accessToken, 'a new access token')
  const me = await call('GET', '/auth/me', { token: journey.accessToken })
  expect(me.body['email'] === journey.email, 'which says who is signed in')
}

async function verifyAccessTokenElsewhere({ step, note, call, expect, audience, ...journey }: Journey): Promise<void> {
  step('Verify the access token as another service would: with the public keys, without asking')
  const metadata = await call('GET', '/.well-known/oauth-authorization-server')
  const issuer = textOf(metadata, 'issuer')
  const keys = createRemoteJWKSet(new URL(textOf(metadata, 'jwks_uri')))
  const verify = (token: string, wanted = audience) =>
    jwtVerify(token, keys, { issuer, audience: wanted, typ: 'at+jwt', algorithms: ['ES256'] })

  const { payload, protectedHeader } = await verify(journey.accessToken)
  note(`header   ${JSON.stringify(protectedHeader)}`)
  note(`claims   ${JSON.stringify(payload)}`)
  expect(payload.sub === String(journey.userId), 'signature, issuer, audience, type and life are right')
  expect(String(payload['amr']) === 'pwd,otp,mfa', 'it says that a second factor was given')
  expect(String(payload['permissions']).includes('admin'), 'and what its bearer may do')

  const [header, , signature] = journey.accessToken.split('.')
  const forged = Buffer.from(JSON.stringify({ ...payload, sub: '2' })).toString('base64url')
  const isRefused = (token: string, wanted?: string) =>
    verify(token, wanted).then(
      () => false,
      (error) => error instanceof errors.JOSEError,
    )
  expect(await isRefused(`${header}.${forged}.${signature}`), 'changed to name another user, it is refused')
  expect(await isRefused(journey.accessToken, 'another-system'), 'for another audience, too')
}

async function signInWithBackupCode(journey: Journey): Promise<void> {
  const { step, call, expect, email, password, userId } = journey
  const code = takeBackupCode(journey)
  const login = async () => {
    const first = await call('POST', '/auth/login', { body: { email, password } })
    return textOf(first, 'step_token')
  }
  step('Sign in without the phone: with a backup code')
  takeTokens(journey, await call('POST', `/2fa/verify/user/${userId}`, { token: await login(), body: { code } }))
  const status = await call('GET', `/2fa/status/user/${userId}`, { token: journey.accessToken })
  expect(status.body['backup_codes_remaining'] === 7, 'seven are left')

  step('Try the same backup code once more')
  const second = await call('POST', `/2fa/verify/user/${userId}`, { token: await login(), body: { code } })
  expect(second.status === 401 && second.body['code'] === 'invalid_code', 'it opens nothing: a backup code works once')
}

async function switchSecondFactorOff(journey: Journey): Promise<void> {
  const { step, call, expect, userId, accessToken: token, password } = journey
  step('Switch two-factor authentication off again')
  const body = { password, code: takeBackupCode(journey) }
  const answer = await call('POST', `/2fa/disable/user/${userId}`, { token, body })
  journey.backupCodes = []
  expect(answer.status === 200, 'so that the demo leaves an account that its owner can use')
}

async function signOut(journey: Journey): Promise<void> {
  const { step, call, expect, refreshToken: refresh_token } = journey
  step('Sign out')
  const answer = await call('POST', '/auth/logout', { body: { refresh_token } })
  expect(answer.status === 204, 'the session has ended')
  const refreshed = await call('POST', '/auth/refresh', { body: { refresh_token } })
  expect(refreshed.body['code'] === 'invalid_refresh_token', 'its refresh token opens nothing any more')
  const me = await call('GET', '/auth/me', { token: journey.accessToken })
  expect(me.body['code'] === 'session_ended', 'and neither does its access token, here')
}

/** Keeps what a finished sign-in hands out. */
function takeTokens(journey: Journey, answer: Answer): void {
  journey.expect(answer.body['status'] === 'authenticated', 'signed in')
  journey.accessToken = textOf(answer, 'access_token')
  journey.refreshToken = textOf(answer, 'refresh_token')
  const user = answer.body['user'] as { id: number }
  journey.userId = user.id
}

function takeBackupCode({ backupCodes }: Journey): string {
  const code = backupCodes.shift()
  if (code === undefined) throw new Unexpected('a backup code is left')
  return code
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      url: { type: 'string' },
      email: { type: 'string', default: 'admin@example.com' },
      password: { type: 'string' },
      audience: { type: 'string', default: 'omnicrm' },
      mails: { type: 'string', default: '.data/mail' },
    },
  })
  if (options.url === undefined) return playOnOwnService(options.audience)
  const { url, email, password, audience, mails } = options
  if (password === undefined) throw new Error('with --url, give the one-time password: --password …')
  const journey = createJourney({ url: url.replace(/\/+$/, ''), audience, email, password, operate: undefined }, mails)
  try {
    await play(journey)
  } finally {
    // The account is not the demo's own: its owner must be able to go on with it, however far the demo has come.
    if (journey.password !== password) console.log(`The password of ${email} is now ${journey.password}`)
    if (journey.backupCodes.length > 0) console.log(`Unused backup codes: ${journey.backupCodes.join(' ')}`)
  }
}

async function playOnOwnService(audience: string): Promise<void> {
  console.log('Starting a service with an embedded PostgreSQL in a temporary folder …')
  const starting = startOwnService()
  const onSignal = async () => {
    await starting.then((service) => service.remove()).catch(() => {})
    process.exit(130)
  }
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const service = await starting
  try {
    const { url, email, oneTimePassword: password, mails, operate } = service
    console.log(`It listens on ${url}`)
    await play(createJourney({ url, audience, email, password, operate }, mails))
  } finally {
    await service.remove()
    console.log('The service is stopped and its folder removed.')
  }
}

type Start = Pick<Journey, 'url' | 'audience' | 'email' | 'password' | 'operate'>

function createJourney(start: Start, mailFolder: string): Journey {
  const nobody = { id: 0, email: '', password: '', accessToken: '', totp: new Authenticator('') }
  const nothingYet = { userId: 0, accessToken: '', refreshToken: '', totp: new Authenticator(''), backupCodes: [] }
  return {
    ...createNarratedClient(start.url),
    ...start,
    ...nothingYet,
    staff: nobody,
    readMail: mailReader(mailFolder),
  }
}

async function play(journey: Journey): Promise<void> {
  for (const section of sections) await section(journey)
  console.log(`\nAll went well: each of ${sections.length} sections did what was expected.`)
}

main().catch((error: unknown) => {
  const reason = error instanceof Unexpected ? `expected: ${error.message}` : explain(error)
  console.error(`\n    ✗ ${reason}\n\nThe demo did not go as it should.`)
  process.exitCode = 1
})

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // fetch says why only in the cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message || error.cause.name}` : error.message
}
