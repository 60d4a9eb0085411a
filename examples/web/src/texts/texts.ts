/** The languages of the pages, and what each is called by those who speak it. */
import { ar } from './ar.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

export type Texts = typeof en

export const languages = { en: 'English', fr: 'Français', es: 'Español', ar: 'العربية' } as const
export type Language = keyof typeof languages

export const texts: Record<Language, Texts> = { en, fr, es, ar }

export const isLanguage = (name: string | null | undefined): name is Language => !!name && name in languages
