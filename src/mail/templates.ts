/**
 * The mails that the service sends, and the file in which operators give each a Mailjet template, a sender or a subject
 * of their own. The file has the product's own shape: one key a mail.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** Each kind of mail and its key in MAIL_TEMPLATES_FILE. */
export const TEMPLATE_KEYS = {
  welcome: 'api_crmCommunicationUserWelcome',
  password_reset: 'api_crmCommunicationUserPasswordReset',
  password_changed: 'api_crmCommunicationUserPasswordChanged',
  email_change: 'api_crmCommunicationUserEmailChange',
  email_changed: 'api_crmCommunicationUserEmailChanged',
} as const

export type MailKind = keyof typeof TEMPLATE_KEYS

export interface MailTemplate {
  from_email?: string
  from_name?: string
  template_id?: number
  subject?: string
}

const FIELDS = { from_email: 'string', from_name: 'string', template_id: 'number', subject: 'string' } as const

/** @throws Error with one clear sentence for a file that cannot be read or has anything unknown in it. */
export function readTemplates(file: string): Partial<Record<MailKind, MailTemplate>> {
  const document: unknown = parse(readFileSync(file, 'utf8')) ?? {}
  if (!isRecord(document)) throw new Error('must be a mapping of mails to their settings')
  const kinds = new Map(Object.entries(TEMPLATE_KEYS).map(([kind, key]) => [key as string, kind as MailKind]))
  const templates: Partial<Record<MailKind, MailTemplate>> = {}
  for (const [key, value] of Object.entries(document)) {
    const kind = kinds.get(key)
    if (!kind) throw new Error(`names an unknown mail "${key}"; known are ${[...kinds.keys()].join(', ')}`)
    templates[kind] = checkTemplate(key, value)
  }
  return templates
}

function checkTemplate(key: string, value: unknown): MailTemplate {
  if (!isRecord(value)) throw new Error(`must give "${key}" as a mapping`)
  for (const [field, content] of Object.entries(value)) {
    const type = FIELDS[field as keyof typeof FIELDS]
    if (!type) throw new Error(`has an unknown field "${key}.${field}"; known are ${Object.keys(FIELDS).join(', ')}`)
    if (typeof content !== type) throw new Error(`must give "${key}.${field}" as a ${type}`)
  }
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
