/** What belongs to this release and lies beside its code, be that `src` or the bundle in `dist`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** As package.json names it. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version

export const MIGRATION_FOLDER = fileURLToPath(new URL('../migrations/', import.meta.url))
