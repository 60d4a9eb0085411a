/**
 * Everything the service says to people, in every language. One typed catalogue: a language that lacks a text does not
 * compile. Codes, field names and times never change with the language.
 */
import type { RefusalCode } from '../errors.ts'
import type { Locale } from '../policy/locales.ts'
import type { Notice } from '../policy/notices.ts'
import { ar } from './ar.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

export interface Texts {
  /** Of each refusal: what is wrong, and what to do about it. */
  refusals: Record<RefusalCode, { title: string; detail: string }>
  /** What is wrong with a field; each ends the sentence "This field …". */
  faults: {
    required: string
    unknown: string
    blank: string
    invalid: string
    type: (types: string) => string
    oneOf: (values: string) => string
    constant: (value: string) => string
    minLength: (limit: number) => string
    maxLength: (limit: number) => string
    minimum: (limit: number) => string
    maximum: (limit: number) => string
    minItems: (limit: number) => string
    maxItems: (limit: number) => string
    uniqueItems: string
    format: (format: string) => string
    future: string
    address: string
    notWithStepToken: string
    missing: (name: string) => string
    controlCharacters: string
    roleName: string
    permissionName: string
  }
  /** What an act answers when it has worked. */
  messages: {
    two_factor_enabled: string
    two_factor_disabled: string
    password_changed: string
    password_reset: string
    reset_instructions_sent: string
    email_change_requested: string
    email_changed: string
    /** Of an admin's act on the user of this name. */
    temporary_password_set: (name: string) => string
    two_factor_reset: (name: string) => string
    welcome_email_queued: (email: string) => string
    account_unlocked: (name: string) => string
  }
  mails: {
    greeting: (firstName: string) => string
    /** Closes every mail: whom to ask. Either may be missing. */
    support: (email: string | undefined, phone: string | undefined) => string
    /** Under a button: the link to copy. */
    copyLink: string
    welcome: {
      subject: string
      intro: string
      /** With the address to sign in with. */
      userName: (email: string) => string
      setPassword: string
      setPasswordButton: string
      linkExpires: string
      signIn: string
      signInButton: string
    }
    password_reset: { subject: string; intro: string; button: string; linkExpires: string; ignore: string }
    password_changed: { subject: string; intro: string; notYou: string }
    email_change: { subject: string; intro: string; button: string; linkExpires: string; ignore: string }
    email_change_requested: { subject: string; intro: (newEmail: string) => string; notYou: string }
    email_changed: { subject: string; intro: (newEmail: string) => string; notYou: string }
    /** What mails about the account have in common, and what each of them is about. */
    notice: {
      time: (time: string) => string
      address: (address: string) => string
      program: (userAgent: string) => string
      /** What to do about the user's own act that was somebody else's. */
      notYou: string
      /** The same about an administrator's act. */
      notAsked: string
      about: Record<Notice, { subject: string; intro: string }>
    }
  }
}

export const texts: Record<Locale, Texts> = { en, fr, es, ar }
