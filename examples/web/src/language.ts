/** The language of the pages: the one chosen here before, else the browser's first that is there, else English. */
import { isLanguage, type Language } from './texts/texts.ts'

const KEY = 'omnicrm_language'

export function initialLanguage(): Language {
  const wishes = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  return wishes.find(isLanguage) ?? 'en'
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = language
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr'
}

/** Western digits throughout: codes, telephones and addresses have them, too. */
const localeOf = (language: Language) => `${language}-u-nu-latn`

export function formatTime(language: Language, time: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time))
}

/** Minutes and seconds as on a clock. */
export function formatSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
