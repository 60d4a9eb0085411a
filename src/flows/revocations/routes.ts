/** What the other services follow in order to refuse access tokens before they expire. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import type { Guards } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { closed, timestamp, userId } from '../../http/schemas.ts'
import { type FeedPosition, readRevocations } from './read-revocations.ts'

const Query = Type.Object(
  { after: Type.Optional(Type.String({ maxLength: 1024, description: 'The `next_cursor` of the answer before.' })) },
  closed,
)

const Revocations = Type.Object({
  items: Type.Array(
    Type.Object({
      sid: Type.Optional(Type.String({ description: 'This session has ended: refuse every access token of it.' })),
      user_id: Type.Optional(userId),
      client_id: Type.Optional(Type.String({ description: 'An API key that was revoked or replaced at once.' })),
      not_before: timestamp(
        'With `user_id`: refuse the access tokens of this user (`sub`), and of whoever this user impersonates (`act.sub`), that were issued before. With `client_id`: those of this client.',
      ),
    }),
  ),
  next_cursor: Type.String({ description: 'Send it as `after` next time. There is always one.' }),
})

export function revocationRoutes(app: App, deps: Deps, guards: Guards): void {
  app.get(
    '/auth/revocations',
    {
      onRequest: guards.apiKey,
      schema: contract({
        id: 'listRevocations',
        tag: 'Services',
        summary: 'Follow what has been revoked',
        description:
          'Access tokens that must no longer be accepted, oldest first: of sessions that have ended, and of users who were signed out everywhere, and of API keys. Ask every two seconds; what was revoked is here within about a second. After an answer with items ask again at once, without items later. Without `after` it begins 20 minutes back, so that nothing is missed that could still be alive. An item may come more than once. After 410 begin without `after`, and keep what is known. A revocation can be forgotten once an access token of that time has expired: 15 minutes, and what the clocks may differ.',
        access: 'api_key',
        querystring: Query,
        answers: {
          200: {
            description: 'What is new.',
            schema: Revocations,
            example: {
              items: [
                { user_id: 42, not_before: '2026-05-04T09:30:00.000Z' },
                { sid: '0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de', not_before: '2026-05-04T09:30:00.412Z' },
              ],
              next_cursor: 'WyJmNzJhNGQ0NC0…',
            },
          },
        },
        refuses: ['invalid_cursor', 'cursor_gone'],
      }),
    },
    async (request) => {
      const { after } = request.query
      const { items, next } = await readRevocations(deps, after === undefined ? undefined : readPosition(after))
      return {
        items: items.map(({ sid, userId, clientId, notBefore }) => ({
          ...(sid === undefined ? {} : { sid }),
          ...(userId === undefined ? {} : { user_id: userId }),
          ...(clientId === undefined ? {} : { client_id: clientId }),
          not_before: notBefore.toISOString(),
        })),
        next_cursor: writePosition(next),
      }
    },
  )
}

function writePosition({ epoch, position, digest }: FeedPosition): string {
  return Buffer.from(JSON.stringify([epoch, position, digest])).toString('base64url')
}

/** @throws Refusal `invalid_cursor` for what is no cursor of this feed, whatever the database. */
function readPosition(cursor: string): FeedPosition {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 3) {
      const [epoch, position, digest] = parts
      const isCount = Number.isSafeInteger(position) && position >= 0
      if (typeof epoch === 'string' && isCount && typeof digest === 'string') return { epoch, position, digest }
    }
  } catch {
    // Not JSON: refused below.
  }
  throw new Refusal('invalid_cursor')
}
