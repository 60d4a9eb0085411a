/** How bodies are read: application/json only, and an empty one counts as `{}`; forms where OAuth prescribes them. */
import { parse } from 'node:querystring'
import type { App } from './app-type.ts'

export function registerBodies(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {})
    else parseJson(request, body as string, done)
  })
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body) request.body = {}
  })
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
