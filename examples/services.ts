/** The third part of the demo: another service of the company, which calls with a key of its own. */
import type { Journey, Section } from './journey.ts'
import { textOf } from './narrated-client.ts'

export const serviceSections: Section[] = [callWithApiKey]

async function callWithApiKey(journey: Journey): Promise<void> {
  const { step, call, expect, accessToken: token } = journey
  step('As the administrator: make an API key for the service that writes invoices')
  const draft = { name: 'Invoices', permissions: ['view_user'], allowed_addresses: ['127.0.0.0/8', '::1'] }
  const made = await call('POST', '/admin/api-keys', { token, body: draft })
  expect(made.status === 201, 'the key is shown this once; the service stores only its hash')
  const [id, apiKey] = [textOf(made, 'id'), textOf(made, 'api_key')]

  step('As the service: look users up with the key')
  const found = await call('GET', '/admin/users?limit=1', { apiKey })
  expect(found.status === 200, 'it may see users')
  const refused = await call('POST', '/admin/users', { apiKey, body: {} })
  expect(refused.body['permission'] === 'create_user', 'and make none: that needs a permission it was not given')

  step('Exchange the key for an access token, as other services verify them')
  const grant = { grant_type: 'client_credentials', client_id: id, client_secret: apiKey }
  const issued = await call('POST', '/auth/token', { form: grant })
  const serviceToken = textOf(issued, 'access_token')
  expect(issued.body['scope'] === 'view_user', 'it says what the key may do, for 15 minutes')

  step('Ask whether tokens are good at this moment')
  const person = await call('POST', '/auth/introspect', { apiKey, form: { token } })
  expect(person.body['sub'] === String(journey.userId), "the administrator's is")
  const service = await call('POST', '/auth/introspect', { apiKey, form: { token: serviceToken } })
  expect(service.body['client_id'] === id, "the service's own is")
  const nonsense = await call('POST', '/auth/introspect', { apiKey, form: { token: 'nonsense' } })
  expect(nonsense.body['active'] === false, 'anything else is not, and no more is said')

  step('As the administrator: revoke the key')
  const revoked = await call('DELETE', `/admin/api-keys/${id}`, { token })
  expect(revoked.status === 204, 'it stays listed, as revoked')
  const withKey = await call('GET', '/admin/users?limit=1', { apiKey })
  expect(withKey.body['code'] === 'api_key_invalid', 'it opens nothing any more')
  const withToken = await call('GET', '/admin/users?limit=1', { token: serviceToken })
  expect(withToken.body['code'] === 'api_key_invalid', 'and neither does its access token, here')
}
