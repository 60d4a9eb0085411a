/** Is the process alive, and should it get traffic? At the root, whatever the base path. */
import { Type } from 'typebox'
import type { Deps } from '../deps.ts'
import { Refusal } from '../errors.ts'
import { readSchemaState } from '../store/schema.ts'
import type { App } from './app-type.ts'
import { contract } from './contract.ts'

const Health = Type.Object({ status: Type.Literal('ok') })

/** @param isDraining true from the moment the service was told to stop. */
export function healthRoutes(app: App, deps: Deps, isDraining: () => boolean): void {
  app.get(
    '/health/live',
    {
      config: { rateLimit: false },
      schema: contract({
        id: 'readLiveness',
        tag: 'Operations',
        summary: 'Is the process alive?',
        description: 'Asks nothing but the process.',
        access: 'public',
        answers: { 200: { description: 'It is.', schema: Health, example: { status: 'ok' } } },
      }),
    },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/health/ready',
    {
      config: { rateLimit: false },
      schema: contract({
        id: 'readReadiness',
        tag: 'Operations',
        summary: 'Should it get traffic?',
        description:
          'The database answers, its schema is one that this release can serve, the signing key is usable, and the service is not stopping.',
        access: 'public',
        answers: { 200: { description: 'It should.', schema: Health, example: { status: 'ok' } } },
      }),
    },
    async () => {
      if (isDraining()) throw notReady('draining')
      const schema = await readSchemaState(deps.db)
      if (schema === 'older' || schema === 'too_new') throw notReady(`schema_${schema}`)
      await deps.keys.signing.signer()
      return { status: 'ok' as const }
    },
  )
}

function notReady(reason: string): Refusal {
  return new Refusal('unavailable', { retryAfter: 5, reason })
}
