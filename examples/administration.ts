/**
 * The second part of the demo: an administrator and a new member of staff, from the welcome mail to the deactivated
 * account. Mails are read as files, as the service writes them in development.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Authenticator, type Journey, type ReceivedMail, type Section } from './journey.ts'
import { textOf, Unexpected } from './narrated-client.ts'

export const administrationSections: Section[] = [
  createStaff,
  setPasswordByWelcomeLink,
  demandSecondFactor,
  loseTheTelephone,
  forgetThePassword,
  takeOverAtTheCounter,
  leaveTheCompany,
]

async function createStaff(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token, staff } = journey
  step('As the administrator: create a member of staff')
  staff.email = `nadia.${Date.now().toString(36)}@example.com`
  const draft = {
    email: staff.email,
    first_name: 'Nadia',
    last_name: 'Haddad',
    locale: 'fr',
    roles: ['customer_service_agent_1'],
  }
  const made = await call('POST', '/admin/users', { token, body: draft })
  expect(made.status === 201 && made.body['password_state'] === 'none', 'the account is there, without a password')
  staff.id = Number(made.body['id'])
  const taken = await call('POST', '/admin/users', { token, body: { ...draft, email: staff.email.toUpperCase() } })
  expect(taken.body['code'] === 'email_taken', 'the same address in capitals is the same user name')
}

async function setPasswordByWelcomeLink(journey: Journey): Promise<void> {
  const { step, note, call, expect, staff } = journey
  step('As Nadia: open the welcome mail and set a password')
  const mail = await journey.readMail(staff.email)
  note(`mail     "${mail.subject}"`)
  const token = linkToken(mail)
  const looked = await call('POST', '/auth/password/reset/check', { body: { token } })
  expect(looked.body['valid'] === true, 'the link works, and looking at it does not use it up')
  const weak = await call('POST', '/auth/password/reset', { body: passwords('password123', { token }) })
  expect(weak.body['code'] === 'password_breached', 'a password known from breaches is refused, and says so')
  staff.password = 'corail-bicyclette-42'
  const set = await call('POST', '/auth/password/reset', { body: passwords(staff.password, { token }) })
  expect(set.status === 200, 'a better one is taken')
  const second = await call('POST', '/auth/password/reset/check', { body: { token } })
  expect(second.body['code'] === 'reset_link_invalid', 'the link is used up')
}

async function demandSecondFactor(journey: Journey): Promise<void> {
  const { step, note, call, expect, accessToken: token, staff } = journey
  step('As the administrator: demand two-factor authentication of all agents')
  const policy = { two_factor: { required_for_all: false, required_roles: ['customer_service_agent_1'] } }
  const changed = await call('PUT', '/admin/policy', { token, body: policy })
  expect(changed.status === 200, 'it counts from the next sign-in on')

  step('As Nadia: sign in, and be led through enrolment')
  const first = await call('POST', '/auth/login', { body: { email: staff.email, password: staff.password } })
  expect(first.body['status'] === 'two_factor_setup_required', 'the password alone leads to enrolment only')
  const stepToken = textOf(first, 'step_token')
  const offer = await call('POST', `/2fa/enable/user/${staff.id}`, {
    token: stepToken,
    body: { password: staff.password },
  })
  staff.totp = new Authenticator(new URL(textOf(offer, 'provisioning_uri')).searchParams.get('secret') ?? '')
  const code = await staff.totp.nextCode(note)
  const done = await call('POST', `/2fa/verify-setup/user/${staff.id}`, { token: stepToken, body: { code } })
  expect(done.body['status'] === 'authenticated', 'enrolled and signed in at once')
  staff.accessToken = textOf(done, 'access_token')
  const forbidden = await call('POST', '/admin/users', { token: staff.accessToken, body: {} })
  expect(forbidden.body['code'] === 'permission_required', 'an agent creates no users; the answer names the permission')
}

async function loseTheTelephone(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token, staff } = journey
  step('Nadia has lost telephone and backup codes: the administrator resets her second factor')
  const row = await call('GET', `/admin/users/${staff.id}`, { token })
  expect(String(row.body['actions']).includes('reset_2fa'), 'the shield is shown, because her second factor is on')
  const reset = await call('POST', `/admin/users/${staff.id}/reset-2fa`, {
    token,
    body: { reason: 'Identity checked in person' },
  })
  expect(reset.status === 200, String(reset.body['message']))
  const me = await call('GET', '/auth/me', { token: staff.accessToken })
  expect(me.body['code'] === 'session_ended', 'she is signed out everywhere')
}

async function forgetThePassword(journey: Journey): Promise<void> {
  const { step, note, call, expect, staff } = journey
  step('As Nadia: forget the password and reset it by mail')
  const asked = await call('POST', '/auth/password/forgot', { body: { email: staff.email } })
  expect(asked.status === 200, String(asked.body['message']))
  const mail = await journey.readMail(staff.email, /réinitialisez/i)
  note(`mail     "${mail.subject}"`)
  staff.password = 'velours-tramway-73'
  const set = await call('POST', '/auth/password/reset', {
    body: passwords(staff.password, { token: linkToken(mail) }),
  })
  expect(set.status === 200, String(set.body['message']))
  const unknown = await call('POST', '/auth/password/forgot', { body: { email: 'nobody@example.com' } })
  expect(unknown.body['code'] === 'account_not_found', 'an address without an account is told, as documented')
}

async function takeOverAtTheCounter(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token, staff } = journey
  step('The administrator gives a temporary password over the telephone')
  const given = await call('POST', `/admin/users/${staff.id}/reset-password`, {
    token,
    body: { reason: 'Asked by telephone' },
  })
  const temporary = textOf(given, 'temporary_password')
  const old = await call('POST', '/auth/login', { body: { email: staff.email, password: staff.password } })
  expect(old.body['code'] === 'invalid_credentials', 'the old password is dead')
  const first = await call('POST', '/auth/login', { body: { email: staff.email, password: temporary } })
  expect(first.body['status'] === 'password_change_required', 'the temporary one opens its own change and nothing else')
  staff.password = 'girafe-lanterne-58'
  const changed = await call('POST', '/auth/password/change', {
    token: textOf(first, 'step_token'),
    body: passwords(staff.password),
  })
  expect(changed.body['status'] === 'two_factor_setup_required', 'then policy asks for a new enrolment')
}

async function leaveTheCompany(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token, staff } = journey
  step('Nadia leaves: the administrator deactivates the account')
  const edited = await call('PATCH', `/admin/users/${staff.id}`, { token, body: { active: false } })
  expect(edited.body['active'] === false, 'sessions, steps and links have ended')
  const refused = await call('POST', '/auth/login', { body: { email: staff.email, password: staff.password } })
  expect(refused.body['code'] === 'account_inactive', 'the right password is told so; a wrong one is not')

  step('Read in the audit trail what happened to her account')
  const events = await call('GET', `/admin/audit-events?subject_id=${staff.id}&limit=200`, { token })
  const types = (events.body['items'] as { type: string }[]).map((event) => event.type)
  journey.note(types.reverse().join(' → '))
  expect(
    ['user_created', 'password_reset', 'two_factor_reset', 'user_edited'].every((type) => types.includes(type)),
    'all of it is there',
  )

  step('Clean up: no policy, no Nadia')
  await call('PUT', '/admin/policy', { token, body: { two_factor: { required_for_all: false, required_roles: [] } } })
  const deleted = await call('DELETE', `/admin/users/${staff.id}?reason=demo`, { token })
  expect(deleted.status === 204, 'the account is gone; its events stay')
}

/** Reads mails from the folder of the file transport; waits for one that is still on its way. */
export function mailReader(folder: string): Journey['readMail'] {
  return async (address, subject = /./) => {
    for (let tries = 0; tries < 100; tries++) {
      const mails = await readMails(folder)
      const mail = mails.findLast((candidate) => candidate.to === address && subject.test(candidate.subject))
      if (mail) return mail
      await sleep(100)
    }
    throw new Unexpected(`a mail to ${address} arrives in ${folder} within 10 seconds`)
  }
}

/** Oldest first. */
async function readMails(folder: string): Promise<ReceivedMail[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  )
  const sorted = files.sort((a, b) => a.at - b.at)
  return Promise.all(sorted.map(async ({ path }) => JSON.parse(await readFile(path, 'utf8'))))
}

function linkToken({ variables }: ReceivedMail): string {
  const url = variables['url'] ?? ''
  return url.slice(url.lastIndexOf('/') + 1)
}

function passwords(password: string, more: Record<string, string> = {}): Record<string, string> {
  return { ...more, new_password: password, confirm_password: password }
}
