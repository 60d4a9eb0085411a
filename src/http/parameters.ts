/**
 * Parameters of path and query are text. Where the contract wants an integer, one that is written as one (no sign, no
 * leading zero, no exponent) becomes a number before it is validated, and `true` and `false` become booleans where it
 * wants one; nothing else is converted, in bodies nothing at all.
 */
import { fieldRefusal } from '../errors.ts'
import type { App } from './app-type.ts'

type Parameters = Record<string, unknown>

export function registerParameters(app: App): void {
  app.addHook('preValidation', async (request) => {
    const schema = request.routeOptions.schema
    readText(schema?.params, request.params as Parameters)
    readText(schema?.querystring, request.query as Parameters)
  })
}

function readText(schema: unknown, parameters: Parameters): void {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: unknown }> }
  for (const [name, { type }] of Object.entries(properties)) {
    const text = parameters[name]
    if (type === 'integer' && /^[1-9]\d*$/.test(String(text))) parameters[name] = Number(text)
    if (type === 'boolean' && (text === 'true' || text === 'false')) parameters[name] = text === 'true'
  }
}

/**
 * The moment that a parameter of format `date-time` names.
 * @throws Refusal for a leap second, which the format lets through and no clock here knows, and for a year that
 *   PostgreSQL or the format does not know: 0, or 10000 once the offset is taken off.
 */
export function readTime(name: string, text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || !/^(?!0000)\d{4}-/.test(time.toISOString()))
    throw fieldRefusal(`/${name}`, 'format', 'date-time')
  return time
}
