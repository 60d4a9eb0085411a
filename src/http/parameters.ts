/**
 * Parameters of the path are text. Where the contract wants an integer, one that is written as one (no sign, no leading
 * zero, no exponent) becomes a number before it is validated; nothing else is converted, in bodies nothing at all.
 */
import type { App } from './app-type.ts'

export function registerParameters(app: App): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema?.params as
      | { properties?: Record<string, { type?: unknown }> }
      | undefined
    const params = request.params as Record<string, unknown>
    for (const [name, { type }] of Object.entries(schema?.properties ?? {})) {
      if (type === 'integer' && /^[1-9]\d*$/.test(String(params[name]))) params[name] = Number(params[name])
    }
  })
}
