/** The part of the demo in which the administrator acts as a customer, and another service notices when that is over. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createVerifier, type Verifier } from '../packages/verifier/src/index.ts'
import type { Journey, Section } from './journey.ts'
import { textOf } from './narrated-client.ts'

export const impersonationSections: Section[] = [actAsCustomer]

async function actAsCustomer(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token } = journey
  step('As the administrator: act as a customer, to see what they see')
  const email = `omar.${Date.now().toString(36)}@example.com`
  const draft = { email, first_name: 'Omar', last_name: 'Diaz', roles: ['customer'], send_welcome_email: false }
  const customer = await call('POST', '/admin/users', { token, body: draft })
  const body = { user_id: customer.body['id'], reason: 'Ticket 4711: an invoice is missing' }
  const begun = await call('POST', '/auth/impersonate', { token, body })
  const acting = textOf(begun, 'access_token')
  expect(begun.body['refresh_token'] === undefined, 'for 15 minutes, without a refresh token')
  const me = await call('GET', '/auth/me', { token: acting })
  expect(me.body['email'] === email, 'the calls are answered as for the customer')
  const refused = await call('DELETE', '/auth/sessions', { token: acting })
  expect(refused.body['code'] === 'impersonation_not_allowed', 'but not those that are the customer’s own')

  await noticeItsEnd(journey, acting)
  await call('DELETE', `/admin/users/${customer.body['id']}`, { token })
}

async function noticeItsEnd(journey: Journey, acting: string): Promise<void> {
  const { step, note, call, expect, url, audience, userId, accessToken: token } = journey
  step('As another service: verify the token without a call per request, and notice when it is over')
  const key = await call('POST', '/admin/api-keys', { token, body: { name: 'Invoices', permissions: [] } })
  const issuer = textOf(await call('GET', '/.well-known/oauth-authorization-server'), 'issuer')
  const verifier = createVerifier({ issuer, audience, url, apiKey: textOf(key, 'api_key') })
  try {
    const caller = await verifier.verify(acting)
    expect(caller.actorId === userId, 'it names who really acts')
    await call('POST', '/auth/logout', { token: acting })
    const seconds = await untilRefused(verifier, acting)
    note(`refused ${seconds.toFixed(1)} s after it was over`)
    expect(seconds < 5, 'by the feed of revocations, while the token itself has not expired')
    expect((await verifier.verify(token)).userId === userId, "the administrator's own goes on")
  } finally {
    verifier.close()
    await call('DELETE', `/admin/api-keys/${key.body['id']}`, { token })
  }
}

/** @returns how long it took, at most ten seconds. */
async function untilRefused(verifier: Verifier, token: string): Promise<number> {
  const start = performance.now()
  const passed = () => (performance.now() - start) / 1000
  for (let accepted = true; accepted && passed() < 10; await sleep(50)) {
    accepted = await verifier.verify(token).then(
      () => true,
      () => false,
    )
  }
  return passed()
}
