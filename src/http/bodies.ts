/**
 * How bodies are read: application/json only, an empty one counts as `{}`, and nothing is dropped; forms where OAuth
 * prescribes them.
 */
import { parse } from 'node:querystring'
import { Refusal } from '../errors.ts'
import type { App } from './app-type.ts'

export function registerBodies(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {})
    else parseJson(request, body as string, done)
  })
  app.addHook('preValidation', async (request) => {
    const { body, routeOptions, is404 } = request
    if (routeOptions.schema?.body) request.body = body === undefined ? {} : body
    else if (body !== undefined && !is404) refuseFields(body)
  })
}

/** Of a call that takes none: whoever sends some means something that would not be done. */
function refuseFields(body: unknown): void {
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : ['']
  const errors = names.map((name) => ({ path: `/${name}`, fault: 'unknown' }) as const)
  if (errors.length > 0) throw new Refusal('validation_failed', { errors })
}

/**
 * In this scope bodies are forms and nothing else (RFC 6749, appendix B). A parameter without a value counts as left out
 * (3.2); one that comes twice becomes a list, which no schema of ours takes.
 */
export function readFormBodies(scope: App): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(Object.entries(parse(body as string)).filter(([, value]) => value !== '')))
  })
}
