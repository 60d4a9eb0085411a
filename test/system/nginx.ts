/** Debian's nginx as the reverse proxy in front of replicas, set up as docs/operations.md shows it. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/dev/free-port.ts'
import { call } from './production-service.ts'

export interface Nginx {
  url: string
  /** Sends new requests to these ports only. Resolves when the workers of the old configuration are gone. */
  route(ports: number[]): Promise<void>
  /** How many requests it has passed on, and to how many of them it took a second replica. */
  counts(): Promise<{ passed: number; retried: number }>
  remove(): Promise<void>
}

export async function startNginx(ports: number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-nginx-'))
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const file = join(folder, 'nginx.conf')
  const accessLog = join(folder, 'access.log')
  await writeFile(file, configuration(folder, port, ports))
  const master = spawn('/usr/sbin/nginx', ['-c', file, '-e', join(folder, 'error.log')], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => master.on('close', () => resolve()))
  const remove = async () => {
    master.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const workers = async () =>
    (await readFile(`/proc/${master.pid}/task/${master.pid}/children`, 'utf8')).trim().split(' ')
  try {
    while (!(await call(url, 'GET', '/nginx-is-up').catch(() => undefined))) {
      if (master.exitCode !== null) throw new Error(await readFile(join(folder, 'error.log'), 'utf8'))
      await sleep(50)
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    url,
    async route(routed) {
      const old = await workers()
      await writeFile(file, configuration(folder, port, routed))
      master.kill('SIGHUP')
      for (;;) {
        const now = await workers()
        if (now.length > 0 && !now.some((worker) => old.includes(worker))) return
        await sleep(50)
      }
    },
    async counts() {
      const lines = (await readFile(accessLog, 'utf8')).split('\n').filter((line) => line.startsWith('to '))
      return { passed: lines.length, retried: lines.filter((line) => line.includes(',')).length }
    },
    remove,
  }
}

/**
 * nginx passes a request on to another replica only where that is safe: where no connection came about, or the request
 * has not been sent, or (GET) does nothing. That is its default; `non_idempotent` would hide lost sign-ins.
 */
const configuration = (folder: string, port: number, ports: number[]) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  log_format upstream 'to $upstream_addr';
  access_log ${folder}/access.log upstream;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  upstream identity {
${ports.map((entry) => `    server 127.0.0.1:${entry} max_fails=1 fail_timeout=5s;`).join('\n')}
    keepalive 16;
    keepalive_timeout 30s;
  }
  server {
    listen 127.0.0.1:${port};
    location = /nginx-is-up { access_log off; return 204; }
    location / {
      proxy_pass http://identity;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Request-Id $request_id;
      proxy_connect_timeout 3s;
      proxy_read_timeout 30s;
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }
  }
}
`
