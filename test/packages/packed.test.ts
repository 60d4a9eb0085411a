/** What other services install: compiled, typed, complete. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

t.test(
  'the packed verifier runs and compiles in a service that has only its tarball and its dependencies',
  async (t) => {
    const service = t.testdir({
      'package.json': '{ "type": "module" }',
      'run.js': `
      import { createVerifier } from '@omnicrm/identity-verifier'
      import { identityVerifier } from '@omnicrm/identity-verifier/fastify'
      const verifier = createVerifier({ issuer: 'http://localhost:1', audience: 'omnicrm' })
      const refusal = await verifier.verify('x').catch((error) => error.code)
      console.log(refusal, typeof identityVerifier)`,
      'types.ts': `
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
    })
    await run('npm', ['pack', '--pack-destination', service], { cwd: join(ROOT, 'packages/verifier') })
    const [tarball = ''] = (await readdir(service)).filter((name) => name.endsWith('.tgz'))
    await run('tar', ['-xzf', tarball], { cwd: service })
    t.strictSame((await readdir(join(service, 'package'))).sort(), ['README.md', 'dist', 'package.json'])
    await mkdir(join(service, 'node_modules/@omnicrm'), { recursive: true })
    await rename(join(service, 'package'), join(service, 'node_modules/@omnicrm/identity-verifier'))
    for (const name of ['fastify', 'fastify-plugin', 'jose', '@types'])
      await symlink(join(ROOT, 'node_modules', name), join(service, 'node_modules', name))

    const { stdout } = await run(process.execPath, ['run.js'], { cwd: service })
    t.equal(stdout.trim(), 'access_token_invalid function')
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    }
    await writeFile(join(service, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['types.ts'] }))
    await t.resolves(
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: service }),
    )
  },
)
