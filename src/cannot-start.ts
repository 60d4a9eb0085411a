/** How the service and its commands tell why they do not start. */
import { ConfigError } from './config.ts'
import { KeyMismatch } from './keys/open-keys.ts'
import { SchemaMismatch } from './open-deps.ts'
import { isRefusedLogin, isUnavailable } from './store/database.ts'
import { MigrationHeldUp } from './store/migrate.ts'

/** Something that the reader can mend. */
export class CannotStart extends Error {}

/** One line for each thing that the reader can mend; the stack where only the code can be at fault. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return linesOf(String(error))
  const known = [CannotStart, ConfigError, KeyMismatch, MigrationHeldUp, SchemaMismatch].some(
    (kind) => error instanceof kind,
  )
  if (known) return linesOf(error.message)
  if (isUnavailable(error) || isRefusedLogin(error)) return linesOf(`cannot use the database: ${error.message}`)
  return linesOf(error.stack ?? error.message)
}

function linesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => `omnicrm-identity: ${line}`)
    .join('\n')
}
