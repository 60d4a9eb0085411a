/** What users are told by mail about their own account, and which of it operators may switch off. */

/** Sent when something about an account has changed, or somebody has come in by an unusual way. */
export const NOTICES = [
  'new_device',
  'two_factor_enabled',
  'two_factor_disabled',
  'two_factor_reset',
  'backup_codes_regenerated',
  'backup_code_used',
  'temporary_password',
] as const
export type Notice = (typeof NOTICES)[number]

export const NOTICE_SETTINGS = ['all', 'changes', 'off'] as const
export type NoticeSetting = (typeof NOTICE_SETTINGS)[number]

/** `changes` leaves out sign-ins from new devices. The mails about a changed password or address are no choice. */
export function isNoticeWanted(setting: NoticeSetting, notice: Notice): boolean {
  return setting === 'all' || (setting === 'changes' && notice !== 'new_device')
}

const PROGRAM_LIMIT = 160

/**
 * A user agent as a mail may show it. Whoever signs in chooses it, so nothing in it may become a link or a second
 * sentence of ours: only what names and versions are made of stays, on one line.
 */
export function programName(userAgent: string | null): string {
  return (userAgent ?? '')
    .replace(/[^\w .,;()/+-]+/g, ' ')
    .replace(/\.(?=[a-z])|\/(?=\/)|www/gi, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, PROGRAM_LIMIT)
}
