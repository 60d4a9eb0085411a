/** What others install: compiled, typed, complete. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createUser, enrol } from '../support/users.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PACKAGES = ['verifier', 'client']
/** Whose examples in TypeScript are held against the packages. */
const DOCUMENTS = ['packages/verifier/README.md', 'packages/client/README.md', 'docs/front-ends.md']

const consumer = t.testdir({
  'package.json': '{ "type": "module" }',
  'verify.js': `
    import { createVerifier } from '@omnicrm/identity-verifier'
    import { identityVerifier } from '@omnicrm/identity-verifier/fastify'
    const verifier = createVerifier({ issuer: 'http://localhost:1', audience: 'omnicrm' })
    const refusal = await verifier.verify('x').catch((error) => error.code)
    console.log(refusal, typeof identityVerifier)`,
  'sign-in.js': `
    import { once } from 'node:events'
    import { bearer, createIdentityClient } from '@omnicrm/identity-client'
    const [baseUrl, email, password, code] = process.argv.slice(2)
    let refreshes = 0
    const identity = createIdentityClient({
      baseUrl,
      fetch: (request) => {
        if (!request.url.endsWith('/auth/refresh')) return fetch(request)
        refreshes += 1
        // As long as a slow machine needs: given up too early, it would be counted twice.
        return fetch(new Request(request, { signal: null }))
      },
    })
    const { data: step } = await identity.POST('/auth/login', { body: { email, password, token_delivery: 'body' } })
    const { data } = await identity.POST('/2fa/verify/user/{user_id}', {
      params: { path: { user_id: step.user_id } },
      headers: bearer(step.step_token),
      body: { code },
    })
    console.log(step.status, data.status)
    await once(process.stdin, 'data')
    const answers = await Promise.all(Array.from({ length: 50 }, () => identity.GET('/auth/me')))
    console.log(answers.filter(({ data }) => data?.email === email).length, 'answers', refreshes, 'refresh')
    process.stdin.destroy()`,
  'verifier.ts': `
    import { type Caller, createVerifier } from '@omnicrm/identity-verifier'
    import { identityVerifier } from '@omnicrm/identity-verifier/fastify'
    import fastify from 'fastify'
    const verifier = createVerifier({ issuer: 'http://localhost:1', audience: 'omnicrm', onFeedOutage: 'refuse' })
    export const caller: Promise<Caller> = verifier.verify('x')
    const app = fastify()
    await app.register(identityVerifier, { issuer: 'http://localhost:1', audience: 'omnicrm' })
    app.get('/', { onRequest: app.identity.require('view_user') }, (request) => request.caller?.userId)
    // @ts-expect-error: a misspelt option
    createVerifier({ issuer: 'http://localhost:1', audience: 'omnicrm', onOutage: 'refuse' })`,
  'client.ts': `
    import { createIdentityClient, type User } from '@omnicrm/identity-client'
    const identity = createIdentityClient({ baseUrl: 'http://localhost:1' })
    const { data, error } = await identity.POST('/auth/login', { body: { email: 'x', password: 'y' } })
    if (data?.status === 'authenticated') data.user satisfies User
    // @ts-expect-error: a step has no access token
    if (data?.status === 'two_factor_required') data.access_token
    // @ts-expect-error: a misspelt outcome
    if (data?.status === 'two_factor_needed') throw error
    // @ts-expect-error: no refusal of this call
    if (error?.code === 'two_factor_not_pending') throw error
    // @ts-expect-error: the password is missing
    await identity.POST('/auth/login', { body: { email: 'x' } })
    // @ts-expect-error: no such call
    await identity.POST('/auth/log-in')`,
})

t.before(async () => {
  await mkdir(join(consumer, 'node_modules/@omnicrm'), { recursive: true })
  for (const name of PACKAGES) await install(name)
  for (const name of ['fastify', '@types']) await link(name)
})

/** Packs the package, and puts it and what it declares to need where npm would. */
async function install(name: string): Promise<void> {
  const folder = join(ROOT, 'packages', name)
  await run('npm', ['pack', '--pack-destination', consumer], { cwd: folder })
  const [tarball = ''] = (await readdir(consumer)).filter((file) => file.includes(name) && file.endsWith('.tgz'))
  await run('tar', ['-xzf', tarball], { cwd: consumer })
  await rename(join(consumer, 'package'), join(consumer, `node_modules/@omnicrm/identity-${name}`))
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) await link(dependency)
}

async function link(name: string): Promise<void> {
  await mkdir(dirname(join(consumer, 'node_modules', name)), { recursive: true })
  await symlink(join(ROOT, 'node_modules', name), join(consumer, 'node_modules', name))
}

t.test('a package has its code, its types and its README, and nothing else', async (t) => {
  for (const name of PACKAGES) {
    const files = await readdir(join(consumer, `node_modules/@omnicrm/identity-${name}`))
    t.strictSame(files.sort(), ['README.md', 'dist', 'package.json'], name)
  }
})

t.test('the verifier runs in a service that has only what it declares to need', async (t) => {
  const { stdout } = await run(process.execPath, ['verify.js'], { cwd: consumer })
  t.equal(stdout.trim(), 'access_token_invalid function')
})

t.test('the client signs in through the second factor, and fifty calls at once make one refresh', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  app.clock.advance(30)
  const args = ['sign-in.js', app.url, user.email, user.password, authenticator.code(app.clock.now())]
  const child = spawn(process.execPath, args, { cwd: consumer, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  t.equal((await lines.next()).value, 'two_factor_required authenticated')
  app.clock.advance(901)
  child.stdin.end('go on')
  t.equal((await lines.next()).value, '50 answers 1 refresh')
  t.strictSame(await ended, [0, null])
})

t.test('the types tell right from wrong, and every example in TypeScript compiles', async (t) => {
  for (const document of DOCUMENTS) {
    const example = examplesOf(await readFile(join(ROOT, document), 'utf8'))
    t.ok(example.length > 100, document)
    await writeFile(join(consumer, `${document.replaceAll(/\W/g, '-')}.ts`), example)
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const tsc = run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: consumer })
  t.equal(
    await tsc.then(
      () => '',
      ({ stdout }) => stdout,
    ),
    '',
  )
})

/** The examples of a document as one module. A comment `<!-- ts … -->` declares what they take for granted. */
function examplesOf(markdown: string): string {
  const parts = markdown.matchAll(/^(?:```ts\n(.*?)^```|<!-- ts\n(.*?)^-->)$/gms)
  return [...parts].map(([, shown, declared]) => shown ?? declared).join('\n')
}
