/**
 * `npm run web`: the pages on an origin of their own, http://localhost:3001, which is where the links of mails lead in
 * development. Arguments: `--api http://localhost:3000`, `--port 3001`.
 */
import { parseArgs } from 'node:util'
import { startWebServer } from './web-server.ts'

const { values } = parseArgs({
  options: {
    api: { type: 'string', default: 'http://localhost:3000' },
    port: { type: 'string', default: '3001' },
  },
})
const server = await startWebServer(values.api, Number(values.port))
console.log(`The pages are at ${server.url}; they call ${values.api}. Stop with Ctrl-C.`)
