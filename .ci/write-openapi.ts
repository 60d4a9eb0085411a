/**
 * Writes openapi.yaml from the routes' contracts, and the types of the typed client from that. Needs no database: building
 * the app asks it nothing.
 */
import { writeFileSync } from 'node:fs'
import openapiTypes, { astToString } from 'openapi-typescript'
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
const document = openApiYaml(app)
await app.close()
writeFileSync(new URL('../openapi.yaml', import.meta.url), document)

const types = await openapiTypes(document, {
  // A field with a default need not be sent.
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
})
writeFileSync(
  new URL('../packages/client/src/schema.ts', import.meta.url),
  `/** Written from openapi.yaml by \`npm run openapi\`. */\n${astToString(types)}`,
)
