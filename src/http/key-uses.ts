/**
 * Notes when API keys are used, after the answer is sent, so that no caller waits for it. A write that fails is made up
 * for by the key's next use; closing waits for those under way.
 */
import type { Deps } from '../deps.ts'
import { isUseDue, noteApiKeyUse } from '../flows/shared/check-api-key.ts'
import type { App } from './app-type.ts'
import { sourceOf } from './source.ts'

export function registerKeyUses(app: App, deps: Deps): void {
  const writing = new Map<string, Promise<void>>()
  app.addHook('onResponse', async (request) => {
    const { bearer } = request
    if (bearer?.kind !== 'api_key' || writing.has(bearer.key.id) || !isUseDue(bearer, deps.clock.now())) return
    const write = noteApiKeyUse(deps, bearer, sourceOf(request))
      .catch((error: unknown) => request.log.warn({ err: error }, "a key's use could not be noted"))
      .finally(() => writing.delete(bearer.key.id))
    writing.set(bearer.key.id, write)
  })
  app.addHook('onClose', async () => {
    await Promise.all(writing.values())
  })
}
