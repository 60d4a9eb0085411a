/** 405 with `Allow` for known paths, instead of a 404 that sends people looking for a typing mistake. */
import { Refusal } from '../errors.ts'
import type { App } from './app-type.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Watches which methods each path gets. Call it before the first route.
 * @returns call this after the last route: it gives every path the methods that it lacks.
 */
export function refuseOtherMethods(app: App): () => void {
  const paths = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = paths.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    paths.set(url, methods)
  })
  return () => {
    for (const [url, known] of [...paths]) {
      const missing = METHODS.filter((method) => !known.has(method))
      if (missing.length > 0 && !url.includes('*')) refuse(app, url, missing, [...known].sort().join(', '))
    }
  }
}

function refuse(app: App, url: string, methods: string[], allow: string): void {
  app.route({
    method: methods,
    url,
    schema: { hide: true },
    onRequest: async () => {
      throw new Refusal('method_not_allowed', { allow })
    },
    handler: async () => undefined,
  })
}
