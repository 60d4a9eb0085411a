import { dictionary } from '@zxcvbn-ts/language-common'
import t from 'tap'
import { findPasswordFault, normalisePassword, type PasswordOwner } from '../../src/policy/passwords.ts'

const OWNER: PasswordOwner = { email: 'jane.doe@mail.example.com', first_name: 'Jane', last_name: 'Doe-Smith' }
const NFC_E = '\u00e9'
const NFD_E = 'e\u0301'

const fault = (password: string, confirmation = password, owner = OWNER) =>
  findPasswordFault(normalisePassword(password), normalisePassword(confirmation), owner)

t.test('length counts code points after NFC, 8 to 128', async (t) => {
  const cases = [
    ['', 'password_too_short'],
    ['xK7!pQ2', 'password_too_short'],
    ['xK7!pQ2v', undefined],
    ['🦆'.repeat(7), 'password_too_short'],
    ['🦆'.repeat(8), undefined],
    ['🦆'.repeat(128), undefined],
    ['🦆'.repeat(129), 'password_too_long'],
    [NFD_E.repeat(7), 'password_too_short'],
    [NFD_E.repeat(8), undefined],
    [NFD_E.repeat(128), undefined],
    [NFD_E.repeat(129), 'password_too_long'],
    ['a b '.repeat(32), undefined],
    [`${'a b '.repeat(32)}c`, 'password_too_long'],
  ] as const
  for (const [password, expected] of cases) {
    t.equal(await fault(password), expected, `${[...password].length} code points of ${password.slice(0, 4)}`)
  }
})

t.test('no rules on the kind of characters', async (t) => {
  const good = ['qzvbnmkj', 'QZVBNMKJ', '60718293', '!?;:,.-_', '        ', '口令很长也很好记', 'пароль-не-скажу']
  for (const password of good) t.equal(await fault(password), undefined, password)
})

t.test('the two fields are compared after NFC, and to the letter', async (t) => {
  t.equal(await fault(`caf${NFC_E}-tractor`, `caf${NFD_E}-tractor`), undefined)
  for (const other of ['plum-tractor-quilt', 'plum-tractor-Quilt ', ' plum-tractor-Quilt', '']) {
    t.equal(await fault('plum-tractor-Quilt', other), 'password_mismatch')
  }
})

t.test('every password of the bundled list is refused, whatever its case', async (t) => {
  const listed = dictionary['passwords-common'].map(String).filter((password) => password.length >= 8)
  t.ok(listed.length > 10_000)
  const forms = listed.flatMap((password) => [
    password,
    password.toUpperCase(),
    password.charAt(0).toUpperCase() + password.slice(1),
  ])
  const faults = new Set(await Promise.all(forms.map((password) => fault(password))))
  t.strictSame([...faults], ['password_breached'])
})

t.test(
  'little more than the own e-mail or name or the product’s is refused; a word of it in a long password is not',
  async (t) => {
    const personal = [
      'jane.doe@mail.example.com',
      'JANE.DOE@MAIL.EXAMPLE.COM',
      'jane.doe@mail.example.com1',
      'jane.doe',
      'JaneDoe-Smith',
      'doe-smith jane!',
      'Jane1234',
      'xyz-Jane-Jane',
      'example.com!!!',
      'OmniCRM2026',
      'omni-crm-jane',
    ]
    for (const password of personal) t.equal(await fault(password), 'password_personal', password)
    for (const password of ['jane-likes-tractors', 'examples-abound-here', 'omnicrm-for-tractors'])
      t.equal(await fault(password), undefined, password)
  },
)

t.test('a name is found in either Unicode form; names of one or two letters do not count', async (t) => {
  const owner = { email: 'x@y.zz', first_name: `Ren${NFD_E}e`, last_name: 'Li' }
  t.equal(await fault(`ren${NFC_E}e1234`, undefined, owner), 'password_personal')
  t.equal(await fault('lililili99', undefined, owner), undefined)
})

t.test(
  'a password is personal when fewer than five characters of it are not the owner’s; words of three count',
  async (t) => {
    const owner = { email: 'al.bo@y.zz', first_name: 'Eve', last_name: 'Li' }
    const cases: [string, string | undefined][] = [
      ['eve-eve-x7q2', 'password_personal'],
      ['eve-eve-x7q2w', undefined],
      ['albox7q2', 'password_personal'], // the name of the mailbox, whose parts are too short to count
      ['albox7q2w', undefined],
    ]
    for (const [password, expected] of cases) t.equal(await fault(password, undefined, owner), expected, password)
  },
)

t.test('the first broken rule is told: the mismatch before the length, the length before the rest', async (t) => {
  t.equal(await fault('short', 'shorter'), 'password_mismatch')
  t.equal(await fault('123456'), 'password_too_short')
})
