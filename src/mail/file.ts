/** Mails as files: one JSON each, for development and for tests of front ends. */
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeliveryError, type Mailer } from './mailer.ts'

export function fileMailer(folder: string): Mailer {
  const pathOf = (customId: string) => join(folder, `${customId}.json`)
  return {
    transport: 'file',
    async send(mail) {
      const { to, from, subject, text, html, template, variables } = mail
      const part = `${pathOf(mail.customId)}.part`
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(part, JSON.stringify({ to, from, subject, text, html, template, variables }, null, 2), {
          mode: 0o600,
        })
        await rename(part, pathOf(mail.customId))
      } catch (error) {
        throw new DeliveryError('failed', `file_${(error as NodeJS.ErrnoException).code ?? 'error'}`)
      }
    },
    wasSent: (customId) =>
      access(pathOf(customId)).then(
        () => true,
        () => false,
      ),
  }
}
