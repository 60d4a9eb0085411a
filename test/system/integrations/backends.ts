/** The examples, installed and started as their own comments say, each on a free port. */
import { spawn } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../src/dev/free-port.ts'
import { PROJECT } from '../production-service.ts'
import { run } from '../system-check.ts'
import { startTlsFront } from './tls-front.ts'

const EXAMPLES = join(PROJECT, 'examples')
const PYTHON = '/usr/bin/python3'

export interface Backend {
  name: string
  url: string
  stop(): Promise<void>
}

/** What a back end is told about the identity service. */
export interface Introduction {
  /** For copies of the examples; removed by the caller. */
  folder: string
  issuer: string
  keyId: string
  apiKey: string
}

type Start = (introduction: Introduction) => Promise<Backend>

export const startFastify: Start = async (introduction) => {
  const folder = await copyOf('fastify', introduction)
  npmInstall(folder)
  npmInstall(folder, `./${run('npm', ['pack', '--silent', join(PROJECT, 'packages/verifier')], { cwd: folder })}`)
  const env = { ISSUER: introduction.issuer, API_KEY: introduction.apiKey }
  return start('Fastify', process.execPath, ['server.js'], { folder, env })
}

export const startExpress: Start = async (introduction) => {
  const folder = await copyOf('express', introduction)
  npmInstall(folder)
  return start('Express', process.execPath, ['server.js'], { folder, env: { ISSUER: introduction.issuer } })
}

export const startPython: Start = ({ issuer }) =>
  start('Python', PYTHON, ['server.py'], { folder: join(EXAMPLES, 'python'), env: { ISSUER: issuer } })

export const startNginx: Start = (introduction) =>
  startProxy('nginx', introduction, (folder) => ({
    command: ['/usr/sbin/nginx', '-c', join(folder, 'main.conf'), '-e', join(folder, 'error.log')],
    configuration: `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  include ${folder}/nginx.conf;
}
`,
  }))

const APACHE_MODULES = ['mpm_event', 'authn_core', 'authz_core', 'headers', 'proxy', 'proxy_http', 'auth_openidc']

/** mod_auth_openidc introspects over TLS only. */
export const startApache: Start = async (introduction) => {
  const secure = await startTlsFront(introduction.issuer)
  try {
    const backend = await startProxy('apache', { ...introduction, issuer: secure.url }, (folder) => ({
      command: ['/usr/sbin/apache2', '-f', join(folder, 'main.conf'), '-DFOREGROUND'],
      configuration: `
${APACHE_MODULES.map((name) => `Include /etc/apache2/mods-available/${name}.load`).join('\n')}
ServerName 127.0.0.1
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
OIDCCABundlePath ${folder}/authorities.pem
Include ${folder}/apache.conf
`,
      files: { 'authorities.pem': secure.certificate },
    }))
    return { ...backend, stop: () => backend.stop().finally(secure.stop) }
  } catch (error) {
    await secure.stop()
    throw error
  }
}

interface Proxy {
  command: string[]
  configuration: string
  files?: Record<string, string>
}

/** The proxy of this name, as the user that Debian's web servers run as, with the service behind it. */
async function startProxy(
  name: 'nginx' | 'apache',
  introduction: Introduction,
  describe: (folder: string) => Proxy,
): Promise<Backend> {
  const folder = await copyOf('behind-a-proxy', introduction, name)
  const behind = await start('The service', PYTHON, ['service.py'], { folder })
  try {
    const port = await freePort('127.0.0.1')
    const { command, configuration, files = {} } = describe(folder)
    const example = await readFile(join(folder, `${name}.conf`), 'utf8')
    const adapted = example
      .replaceAll('127.0.0.1:3000', new URL(introduction.issuer).host)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:8081', new URL(behind.url).host)
    const written = { [`${name}.conf`]: adapted, 'main.conf': configuration, ...files }
    for (const [file, text] of Object.entries(written)) await writeFile(join(folder, file), text)
    const user = webServerUser()
    if (user) run('chown', ['-R', `${user.uid}:${user.gid}`, introduction.folder])
    const [program = '', ...args] = command
    const env = { IDENTITY: introduction.issuer, KEY_ID: introduction.keyId, API_KEY: introduction.apiKey }
    const proxy = await start(name, program, args, { folder, env, port, user })
    return { ...proxy, stop: () => proxy.stop().finally(behind.stop) }
  } catch (error) {
    await behind.stop()
    throw error
  }
}

function webServerUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: Number(run('id', ['-u', 'www-data'])), gid: Number(run('id', ['-g', 'www-data'])) }
}

/** @returns the folder. */
async function copyOf(example: string, { folder }: Introduction, name = example): Promise<string> {
  const copy = join(folder, name)
  await cp(join(EXAMPLES, example), copy, { recursive: true })
  return copy
}

function npmInstall(folder: string, ...what: string[]): void {
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...what], { cwd: folder })
}

interface Process {
  folder: string
  env?: Record<string, string>
  port?: number
  user?: { uid: number; gid: number } | undefined
}

/** @returns when it answers. */
async function start(name: string, command: string, args: string[], options: Process): Promise<Backend> {
  const { folder, env, user, port = await freePort('127.0.0.1') } = options
  const child = spawn(command, args, {
    cwd: folder,
    ...user,
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  const url = `http://127.0.0.1:${port}/invoices`
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode !== null) {
      const log = await readFile(join(folder, 'error.log'), 'utf8').catch(() => '')
      await stop()
      throw new Error(`${name} did not start: ${output}${log}`)
    }
    await sleep(50)
  }
  return { name, url, stop }
}
