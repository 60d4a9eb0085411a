/**
 * The reference front end in examples/web: bundled when it is first asked for, kept in memory, and served to whoever
 * develops. None of it is in the production image.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { App } from '../http/app-type.ts'

const FOLDER = new URL('../../examples/web/', import.meta.url)

interface Place {
  /** The path under which the pages lie, without a slash at its end; empty at the root. */
  prefix: string
  /** Where their calls go; a path on the same origin, or another one's address. */
  apiUrl: string
}

/** Below `prefix` every path that is no file is a screen of the one page. */
export function serveWebPages(app: App, { prefix, apiUrl }: Place): void {
  let files: Promise<Map<string, WebFile>> | undefined
  const hidden = { schema: { hide: true } }
  for (const path of [`${prefix}/*`, ...(prefix ? [prefix] : [])]) {
    app.get<{ Params: { '*'?: string } }>(path, hidden, async (request, reply) => {
      // What could not be bundled is tried again when it is next asked for.
      files ??= readFiles({ prefix, apiUrl }).catch((error) => {
        files = undefined
        throw error
      })
      const file = (await files).get(request.params['*'] ?? '') ?? (await files).get('index.html')
      reply.headers({ 'content-security-policy': policy(apiUrl), 'cache-control': 'no-cache' })
      return reply.type(file?.type ?? 'text/html').send(file?.body)
    })
  }
}

interface WebFile {
  type: string
  body: string
}

async function readFiles({ prefix, apiUrl }: Place): Promise<Map<string, WebFile>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('src/main.tsx', FOLDER))],
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
    logLevel: 'silent',
  })
  const textOf = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? ''
  const page = await readFile(new URL('index.html', FOLDER), 'utf8')
  const icon = await readFile(new URL('icon.svg', FOLDER), 'utf8')
  return new Map([
    ['index.html', { type: 'text/html', body: page.replaceAll('{{base}}', prefix).replace('{{api}}', apiUrl) }],
    ['main.js', { type: 'text/javascript', body: textOf('.js') }],
    ['main.css', { type: 'text/css', body: textOf('.css') }],
    ['icon.svg', { type: 'image/svg+xml', body: icon }],
  ])
}

/** Nothing but the page's own files, and calls of the service. What a script could be smuggled into takes no text. */
function policy(apiUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${URL.parse(apiUrl)?.origin ?? ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}
