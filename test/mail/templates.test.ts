import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { TEMPLATE_KEYS } from '../../src/mail/templates.ts'

const folder = await mkdtemp(join(tmpdir(), 'omnicrm-templates-'))
t.teardown(() => rm(folder, { recursive: true }))
const file = join(folder, 'templates.yaml')

/** The templates that the settings hold with a file of this content; the lines told where it is wrong. */
async function load(content: string) {
  await writeFile(file, content)
  try {
    return loadConfig({ MAIL_TEMPLATES_FILE: file }).mail.templates
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
}

t.test('the file gives any mail a template, a sender or a subject; what it leaves out stays built in', async (t) => {
  t.strictSame(
    await load(`# The product's own shape
api_crmCommunicationUserWelcome:
  from_email: welcome@example.com
  from_name: Bienvenue
  template_id: 4711
  subject: "Bonjour"
api_crmCommunicationUserEmailChanged: { subject: Changed }
`),
    {
      welcome: {
        from_email: 'welcome@example.com',
        from_name: 'Bienvenue',
        template_id: 4711,
        subject: 'Bonjour',
      },
      email_changed: { subject: 'Changed' },
    },
  )
  t.strictSame(await load(''), {})
  t.strictSame(await load('# nothing yet\n'), {})
  const all = Object.values(TEMPLATE_KEYS).map((key, index) => `${key}: { template_id: ${index + 1} }`)
  t.strictSame(Object.keys((await load(all.join('\n'))) ?? {}), Object.keys(TEMPLATE_KEYS))
})

t.test('each mistake in the file stops the start with one clear line that names it', async (t) => {
  const key = 'api_crmCommunicationUserWelcome'
  const mistakes: [string, RegExp][] = [
    ['just text', /must be a mapping of mails/],
    ['[1, 2]', /must be a mapping of mails/],
    [`${key}: 7`, /must give "api_crmCommunicationUserWelcome" as a mapping/],
    [`${key}:`, /must give "api_crmCommunicationUserWelcome" as a mapping/],
    [`${key}: []`, /must give "api_crmCommunicationUserWelcome" as a mapping/],
    ['api_crmCommunicationUserGoodbye: {}', /unknown mail "api_crmCommunicationUserGoodbye"; known are api_crm/],
    ['welcome: {}', /unknown mail "welcome"/],
    [`${key}: { templateId: 7 }`, /unknown field "api_crmCommunicationUserWelcome\.templateId"; known are from_email/],
    [`${key}: { template_id: "7" }`, /"api_crmCommunicationUserWelcome\.template_id" as a whole number/],
    [`${key}: { template_id: 7.5 }`, /"api_crmCommunicationUserWelcome\.template_id" as a whole number/],
    [`${key}: { template_id: 0 }`, /"api_crmCommunicationUserWelcome\.template_id" as a whole number/],
    [`${key}: { template_id: .nan }`, /"api_crmCommunicationUserWelcome\.template_id" as a whole number/],
    [`${key}: { subject: 7 }`, /"api_crmCommunicationUserWelcome\.subject" as a text/],
    [`${key}: { subject: "" }`, /"api_crmCommunicationUserWelcome\.subject" as a text/],
    [`${key}: { subject: null }`, /"api_crmCommunicationUserWelcome\.subject" as a text/],
    [`${key}: { from_email: nobody }`, /"api_crmCommunicationUserWelcome\.from_email" as an e-mail address/],
    [`${key}: { from_email: [a@b.example] }`, /"api_crmCommunicationUserWelcome\.from_email" as an e-mail address/],
    [`${key}: {}\n${key}: {}`, /is not valid YAML: \S+/],
    [`${key}: { subject: "open\n`, /is not valid YAML: \S+/],
    ['a: b: c', /is not valid YAML: \S+/],
    [`${key}: !!js/function 'x'\n\tx`, /is not valid YAML: \S+/],
  ]
  for (const [content, reason] of mistakes) {
    const lines = await load(content)
    t.ok(Array.isArray(lines) && lines.length === 1, `${content}: ${JSON.stringify(lines)}`)
    const [line = ''] = Array.isArray(lines) ? lines : []
    t.ok(line.startsWith(`MAIL_TEMPLATES_FILE names ${file}, which cannot be used: `), line)
    t.match(line, reason)
    t.notMatch(line, /\n/, 'one line')
  }
  for (const missing of [join(folder, 'nowhere.yaml'), folder]) {
    t.throws(() => loadConfig({ MAIL_TEMPLATES_FILE: missing }), {
      name: 'ConfigError',
      message: `MAIL_TEMPLATES_FILE names ${missing}, which cannot be used: cannot be read (${missing === folder ? 'EISDIR' : 'ENOENT'})`,
    })
  }
})
