/** The languages the product is published in. Codes never change with the language; texts do. */
export const LOCALES = ['en', 'fr', 'es', 'ar'] as const
export type Locale = (typeof LOCALES)[number]
