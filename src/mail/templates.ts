/**
 * The mails that the service sends, and the file in which operators give each a Mailjet template, a sender or a subject
 * of their own. The file has the product's own shape: one key a mail.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { emailKey } from '../policy/email-key.ts'

/** Each kind of mail and its key in MAIL_TEMPLATES_FILE. */
export const TEMPLATE_KEYS = {
  welcome: 'api_crmCommunicationUserWelcome',
  password_reset: 'api_crmCommunicationUserPasswordReset',
  password_changed: 'api_crmCommunicationUserPasswordChanged',
  email_change: 'api_crmCommunicationUserEmailChange',
  email_change_requested: 'api_crmCommunicationUserEmailChangeRequested',
  email_changed: 'api_crmCommunicationUserEmailChanged',
  new_device: 'api_crmCommunicationUserNewDevice',
  two_factor_enabled: 'api_crmCommunicationUserTwoFactorEnabled',
  two_factor_disabled: 'api_crmCommunicationUserTwoFactorDisabled',
  two_factor_reset: 'api_crmCommunicationUserTwoFactorReset',
  backup_codes_regenerated: 'api_crmCommunicationUserBackupCodesRegenerated',
  backup_code_used: 'api_crmCommunicationUserBackupCodeUsed',
  temporary_password: 'api_crmCommunicationUserTemporaryPassword',
} as const

export type MailKind = keyof typeof TEMPLATE_KEYS

export interface MailTemplate {
  from_email?: string
  from_name?: string
  template_id?: number
  subject?: string
}

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== ''

/** What each field must be, in words and as a test. */
const FIELDS = {
  from_email: { words: 'an e-mail address', holds: (value) => typeof value === 'string' && !!emailKey(value) },
  from_name: { words: 'a text', holds: isText },
  template_id: { words: 'a whole number', holds: (value) => Number.isSafeInteger(value) && Number(value) > 0 },
  subject: { words: 'a text', holds: isText },
} satisfies Record<keyof MailTemplate, { words: string; holds: (value: unknown) => boolean }>

/** @throws Error with one clear sentence for a file that cannot be read or has anything unknown in it. */
export function readTemplates(file: string): Partial<Record<MailKind, MailTemplate>> {
  const document = readYaml(file) ?? {}
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

function readYaml(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    return parse(text, { logLevel: 'error' })
  } catch (error) {
    // The parser goes on to print the lines in question.
    const [reason] = (error as Error).message.split('\n')
    throw new Error(`is not valid YAML: ${reason}`)
  }
}

function checkTemplate(key: string, value: unknown): MailTemplate {
  if (!isRecord(value)) throw new Error(`must give "${key}" as a mapping`)
  for (const [field, content] of Object.entries(value)) {
    const rule = Object.hasOwn(FIELDS, field) ? FIELDS[field as keyof typeof FIELDS] : undefined
    if (!rule) throw new Error(`has an unknown field "${key}.${field}"; known are ${Object.keys(FIELDS).join(', ')}`)
    if (!rule.holds(content)) throw new Error(`must give "${key}.${field}" as ${rule.words}`)
  }
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
