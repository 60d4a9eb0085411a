/** Writes openapi.yaml from the routes' contracts. Needs no database: building the app asks it nothing. */
import { writeFileSync } from 'node:fs'
import { pino } from 'pino'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { createHasher } from '../src/crypto/hasher.ts'
import type { Deps } from '../src/deps.ts'
import { openApiYaml } from '../src/http/openapi.ts'
import { createMetrics } from '../src/metrics/metrics.ts'

const config = loadConfig({})
const deps = { config, log: pino({ level: 'silent' }), hasher: createHasher(config.passwordHash) } as Deps
const app = await buildApp(deps, { metrics: createMetrics(deps) })
await app.ready()
writeFileSync(new URL('../openapi.yaml', import.meta.url), openApiYaml(app))
await app.close()
