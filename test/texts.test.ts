import t from 'tap'
import { refusals } from '../src/errors.ts'
import { LOCALES } from '../src/policy/locales.ts'
import { texts } from '../src/texts/texts.ts'

/** Every text of a language by its place in the catalogue; those with a blank are filled in with the same words. */
function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, value('ZQX', 'ZQY')]]
  return Object.entries(value as object).flatMap(([key, part]) => leaves(part, `${path}.${key}`))
}

const catalogue = new Map(LOCALES.map((locale) => [locale, new Map(leaves(texts[locale], ''))]))
const english = catalogue.get('en') ?? new Map<string, string>()

t.test('every refusal has a title and a remedy in every language, and nothing else is in the list', async (t) => {
  for (const locale of LOCALES) {
    t.strictSame(Object.keys(texts[locale].refusals).sort(), Object.keys(refusals).sort(), locale)
    for (const { title, detail } of Object.values(texts[locale].refusals)) {
      t.match(title, /\S/)
      t.match(detail, /\S/)
      t.not(title, detail)
    }
  }
})

t.test('every text is there in every language, in that language, with what it is to name', async (t) => {
  for (const [locale, entries] of catalogue) {
    t.strictSame([...entries.keys()].sort(), [...english.keys()].sort(), locale)
    for (const [path, text] of entries) {
      const name = `${locale}${path}`
      t.match(text, /\S/, name)
      t.equal(text, text.trim(), name)
      t.equal(text, text.normalize('NFC'), name)
      t.notMatch(text, /undefined|NaN|\[object|TODO/, name)
      if (locale !== 'en') t.not(text, english.get(path), name)
      if (locale === 'ar') t.match(text, /\p{Script=Arabic}/u, name)
      else t.notMatch(text, /\p{Script=Arabic}/u, name)
      for (const word of ['ZQX', 'ZQY'])
        t.equal(text.includes(word), english.get(path)?.includes(word), `${name} names ${word}`)
    }
  }
})

t.test('limits and support read well however much there is of them', async (t) => {
  for (const locale of LOCALES) {
    const { faults, mails } = texts[locale]
    for (const fault of ['minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum'] as const)
      for (const limit of [0, 1, 2, 3, 11, 100, 1024])
        t.match(faults[fault](limit), String(limit), `${locale} ${fault} ${limit}`)
    t.notMatch(mails.support('help@example.com', undefined), /undefined| · /)
    t.notMatch(mails.support(undefined, '+47'), /undefined| · /)
  }
})

t.test('the documented sentences are those of the documents', async (t) => {
  const documented = {
    en: [
      'Invalid email or password',
      'Reset instructions have been sent to your email',
      'No account found with that email address',
      'Password has been reset successfully',
    ],
    fr: [
      'E-mail ou mot de passe invalide',
      'Les instructions de réinitialisation ont été envoyées à votre e-mail',
      'Aucun compte trouvé avec cette adresse e-mail',
      'Le mot de passe a été réinitialisé avec succès',
    ],
    es: [
      'Correo electrónico o contraseña inválidos',
      'Las instrucciones de restablecimiento han sido enviadas a su correo electrónico',
      'No se encontró ninguna cuenta con esa dirección de correo electrónico',
      'La contraseña ha sido restablecida con éxito',
    ],
  }
  for (const locale of ['en', 'fr', 'es'] as const) {
    const { refusals, messages } = texts[locale]
    const said = [
      refusals.invalid_credentials.title,
      messages.reset_instructions_sent,
      refusals.account_not_found.title,
      messages.password_reset,
    ]
    t.strictSame(said, documented[locale])
  }
})
