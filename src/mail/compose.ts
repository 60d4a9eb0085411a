/** Writes a mail: subject, text and HTML in the reader's language, and the variables that templates may use. */
import type { Locale } from '../policy/locales.ts'
import { NOTICES, type Notice } from '../policy/notices.ts'
import { type Texts, texts } from '../texts/texts.ts'
import type { OutgoingMail } from './mailer.ts'
import { type MailKind, type MailTemplate, TEMPLATE_KEYS } from './templates.ts'

export interface MailSettings {
  from: { email: string; name: string }
  support: { email: string | undefined; phone: string | undefined }
  templates: Partial<Record<MailKind, MailTemplate>>
}

export interface MailContent {
  customId: string
  kind: MailKind
  locale: Locale
  to: string
  firstName: string
  lastName: string
  /** The page to open; absent in mails that only tell something. */
  url: string | undefined
  /** Where people sign in. */
  signInUrl: string
  parameters: Record<string, string>
}

/** The body as paragraphs, with the button among them. */
interface Draft {
  subject: string
  before: string[]
  button: { label: string; url: string } | undefined
  after: string[]
}

/**
 * Its reader may be a stranger, and whoever asked for it chose their own name: it must not carry their words to others
 * in ours.
 */
const WITHOUT_NAME: MailKind[] = ['email_change']

export function composeMail(settings: MailSettings, content: MailContent): OutgoingMail {
  const named = !WITHOUT_NAME.includes(content.kind)
  const language = texts[content.locale].mails
  const draft = drafts[content.kind](language, content)
  const greeting = named ? [language.greeting(content.firstName)] : []
  const support =
    settings.support.email || settings.support.phone
      ? [language.support(settings.support.email, settings.support.phone)]
      : []
  const template = settings.templates[content.kind]
  return {
    customId: content.customId,
    from: {
      email: template?.from_email ?? settings.from.email,
      name: template?.from_name ?? settings.from.name,
    },
    to: content.to,
    subject: template?.subject ?? draft.subject,
    text: textOf(draft, greeting, support),
    html: htmlOf(draft, language, greeting, support, content.locale),
    template: TEMPLATE_KEYS[content.kind],
    templateId: template?.template_id,
    variables: {
      first_name: named ? content.firstName : '',
      last_name: named ? content.lastName : '',
      email: content.to,
      url: content.url ?? '',
      sign_in_url: content.signInUrl,
      support_email: settings.support.email ?? '',
      support_phone: settings.support.phone ?? '',
      locale: content.locale,
      ...content.parameters,
    },
  }
}

type MailTexts = Texts['mails']

const drafts: Record<MailKind, (language: MailTexts, content: MailContent) => Draft> = {
  ...(Object.fromEntries(NOTICES.map((kind) => [kind, noticeDraft])) as Record<Notice, typeof noticeDraft>),
  welcome: ({ welcome }, { url, signInUrl, to }) => ({
    subject: welcome.subject,
    before: [welcome.intro, welcome.userName(to), url ? welcome.setPassword : welcome.signIn],
    button: url ? { label: welcome.setPasswordButton, url } : { label: welcome.signInButton, url: signInUrl },
    after: url ? [welcome.linkExpires] : [],
  }),
  password_reset: ({ password_reset: reset }, { url }) => ({
    subject: reset.subject,
    before: [reset.intro],
    button: url ? { label: reset.button, url } : undefined,
    after: [reset.linkExpires, reset.ignore],
  }),
  password_changed: ({ password_changed: changed, notice }, { parameters }) => ({
    subject: changed.subject,
    before: [changed.intro, ...circumstances(notice, parameters), changed.notYou],
    button: undefined,
    after: [],
  }),
  email_change: ({ email_change: change }, { url }) => ({
    subject: change.subject,
    before: [change.intro],
    button: url ? { label: change.button, url } : undefined,
    after: [change.linkExpires, change.ignore],
  }),
  email_change_requested: addressDraft,
  email_changed: addressDraft,
}

/** What the old address is told of a new one. */
function addressDraft(language: MailTexts, { kind, parameters }: MailContent): Draft {
  const { subject, intro, notYou } = language[kind as 'email_change_requested' | 'email_changed']
  const before = [intro(parameters['new_email'] ?? ''), ...circumstances(language.notice, parameters), notYou]
  return { subject, before, button: undefined, after: [] }
}

/** A notice has no link: whoever imitates it has none to offer either. */
function noticeDraft({ notice }: MailTexts, { kind, parameters }: MailContent): Draft {
  const { subject, intro } = notice.about[kind as Notice]
  const remedy = BY_ADMINISTRATORS.includes(kind) ? notice.notAsked : notice.notYou
  return { subject, before: [intro, ...circumstances(notice, parameters), remedy], button: undefined, after: [] }
}

const BY_ADMINISTRATORS: MailKind[] = ['two_factor_reset', 'temporary_password']

/** When and from where, as far as the mail may say it. */
function circumstances(notice: MailTexts['notice'], parameters: Record<string, string>): string[] {
  const { time, ip_address: address, user_agent: program } = parameters
  return [
    ...(time ? [notice.time(time)] : []),
    ...(address ? [notice.address(address)] : []),
    ...(program ? [notice.program(program)] : []),
  ]
}

function textOf(draft: Draft, greeting: string[], support: string[]): string {
  const button = draft.button ? [draft.button.url] : []
  return [...greeting, ...draft.before, ...button, ...draft.after, ...support].join('\n\n')
}

function htmlOf(draft: Draft, language: MailTexts, greeting: string[], support: string[], locale: Locale): string {
  const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`
  const button = draft.button
    ? [
        `<p><a href="${escapeHtml(draft.button.url)}" style="background:#1f5fbf;border-radius:6px;color:#ffffff;display:inline-block;padding:12px 20px;text-decoration:none">${escapeHtml(draft.button.label)}</a></p>`,
        `<p style="color:#555555;font-size:13px">${escapeHtml(language.copyLink)}<br><a href="${escapeHtml(draft.button.url)}" dir="ltr">${escapeHtml(draft.button.url)}</a></p>`,
      ]
    : []
  const body = [
    ...greeting.map(paragraph),
    ...draft.before.map(paragraph),
    ...button,
    ...draft.after.map(paragraph),
    ...support.map(paragraph),
  ]
  const direction = locale === 'ar' ? 'rtl' : 'ltr'
  return [
    '<!doctype html>',
    `<html lang="${locale}" dir="${direction}"><head><meta charset="utf-8"><title>${escapeHtml(draft.subject)}</title></head>`,
    `<body style="color:#1c1c1c;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;margin:0 auto;max-width:560px;padding:24px;text-align:start">`,
    ...body,
    '</body></html>',
  ].join('\n')
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}
