/** Writes openapi.yaml from the routes' contracts. Needs no database: building the app asks it nothing. */
import { writeFileSync } from 'node:fs'
import { pino } from 'pino'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import type { Deps } from '../src/deps.ts'
import { openApiYaml } from '../src/http/openapi.ts'

const config = loadConfig({})
const app = await buildApp({ config, log: pino({ level: 'silent' }) } as Deps)
await app.ready()
writeFileSync(new URL('../openapi.yaml', import.meta.url), openApiYaml(app))
await app.close()
