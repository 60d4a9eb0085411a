/**
 * A service on Fastify with the verifier. In this folder:
 *
 *     npm install && npm install "$(npm pack --silent ../../packages/verifier)"
 *     API_KEY=oak_… npm start
 */
import { identityVerifier } from '@omnicrm/identity-verifier/fastify'
import fastify from 'fastify'

const { ISSUER = 'http://localhost:3000', AUDIENCE = 'omnicrm', API_KEY, PORT = '8080' } = process.env

const app = fastify({ logger: true })
await app.register(identityVerifier, { issuer: ISSUER, audience: AUDIENCE, apiKey: API_KEY })

app.get('/invoices', { onRequest: app.identity.require('view_invoice') }, async ({ caller, log }) => {
  const { sub, sid, act } = caller.claims
  log.info({ caller: sub, actor: act?.sub, session: sid }, 'invoices read')
  return { caller: sub, actor: act?.sub ?? null, invoices: [] }
})

await app.listen({ port: Number(PORT), host: '127.0.0.1' })
