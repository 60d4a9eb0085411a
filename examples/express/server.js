/**
 * A service on Express that verifies access tokens with nothing but jose. In this folder:
 *
 *     npm install && npm start
 */
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { ISSUER = 'http://localhost:3000', AUDIENCE = 'omnicrm', PORT = '8080' } = process.env

// Fetched when first needed, every 5 minutes, and for an unknown key id (every 30 seconds at most: anyone can make one up).
const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`), { cacheMaxAge: 300_000 })
const rules = {
  issuer: ISSUER,
  audience: AUDIENCE,
  typ: 'at+jwt',
  algorithms: ['ES256'],
  clockTolerance: 30,
  requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
}

/** Lets through whoever holds the permission; `admin` implies every other. */
const allow = (permission) => async (request, response, next) => {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? []
  if (token === undefined) return refuse(response, 401, 'Bearer')
  try {
    const { payload } = await jwtVerify(token, keys, rules)
    request.caller = payload
  } catch (error) {
    if (isFaultOfToken(error)) return refuse(response, 401, 'Bearer error="invalid_token"')
    console.error(`the key set cannot be had: ${error.message}`)
    return response.status(503).set('Retry-After', '5').end()
  }
  const { permissions } = request.caller
  if (permissions.includes(permission) || permissions.includes('admin')) return next()
  refuse(response, 403, `Bearer error="insufficient_scope", scope="${permission}"`)
}

/** As RFC 6750, 3 has it. */
const refuse = (response, status, challenge) => response.status(status).set('WWW-Authenticate', challenge).end()

/** Else something is wrong on the way to the keys, and the token may be good. */
const isFaultOfToken = ({ code = '' }) => /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING)/.test(code)

const app = express()
app.get('/invoices', allow('view_invoice'), ({ caller: { sub, sid, act } }, response) => {
  console.log(JSON.stringify({ at: new Date(), did: 'invoices read', caller: sub, actor: act?.sub, session: sid }))
  response.json({ caller: sub, actor: act?.sub ?? null, invoices: [] })
})
app.listen(Number(PORT), '127.0.0.1')
