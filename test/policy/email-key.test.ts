import t from 'tap'
import { emailKey } from '../../src/policy/email-key.ts'

t.test('spellings of one address share one key', async (t) => {
  const same: Record<string, string[]> = {
    'jane.doe@example.com': ['jane.doe@example.com', ' Jane.Doe@Example.COM\t', '\u00a0JANE.DOE@EXAMPLE.COM\u00a0'],
    // NFC: one letter, or a letter and a combining accent; also upper-case.
    'rené@example.com': ['rené@example.com', 'rene\u0301@example.com', 'RENÉ@EXAMPLE.COM', 'RENE\u0301@example.com'],
    'i@example.com': ['I@example.com'],
    'i@example.3com': ['I@Example.3COM'],
    'jane@xn--bcher-kva.example': [
      'jane@bücher.example',
      'jane@BÜCHER.example',
      'jane@bu\u0308cher.example',
      'jane@xn--bcher-kva.example',
      'JANE@XN--BCHER-KVA.EXAMPLE',
      'jane@bücher。example',
    ],
  }
  for (const [key, spellings] of Object.entries(same)) {
    for (const spelling of spellings) t.equal(emailKey(spelling), key, JSON.stringify(spelling))
  }
})

t.test('different addresses have different keys', async (t) => {
  const different = [
    'a@example.com',
    'a@example.org',
    'a+b@example.com',
    'a.b@example.com',
    'ab@example.com',
    'ä@example.com',
    'ı@example.com',
    'i@example.com',
  ]
  t.equal(new Set(different.map(emailKey)).size, different.length)
})

t.test('the key of a key is the key, whatever letters it holds', async (t) => {
  const unstable: string[] = []
  for (let point = 0x21; point < 0x3000; point++) {
    for (const address of [
      `${String.fromCodePoint(point)}@example.com`,
      `a${String.fromCodePoint(point)}\u0301\u0323b@example.com`,
    ]) {
      const key = emailKey(address)
      if (key !== undefined && (emailKey(key) !== key || key.normalize('NFC') !== key)) unstable.push(address)
    }
  }
  t.strictSame(unstable, [])
})

t.test('what cannot be an address has no key', async (t) => {
  const impossible = [
    '',
    ' ',
    'jane',
    '@example.com',
    'jane@',
    'jane@doe@example.com',
    'jane doe@example.com',
    'jane@exam ple.com',
    'jane@exam\tple.com',
    'jane\u0000@example.com',
    'jane@example.com\u0000',
    'ja\u200bne@example.com',
    'ja\ud800ne@example.com',
    '"jane"@example.com',
    'jane<x>@example.com',
    'jane,doe@example.com',
    'jane@[192.0.2.1]',
    'jane@example.com:25',
    'jane@.example.com',
    'jane@example..com',
    'jane@example.com.',
    'jane@exa_mple.com',
    // Read as a URL these would lose their end, or be decoded.
    'jane@example.com/x',
    'jane@example.com?x',
    'jane@example.com#x',
    'jane@example.com\\x',
    'jane@%65xample.com',
    // Read as a URL these would be an IPv4 address, in one spelling of many.
    'jane@1',
    'jane@192.0.2.1',
    'jane@192.0.2.33',
    'jane@192.513',
    'jane@0xc0.0x201',
    // Longer than RFC 5321 allows.
    `${'a'.repeat(243)}@example.com`,
    `${'a'.repeat(5000)}@example.com`,
  ]
  for (const text of impossible) t.equal(emailKey(text), undefined, JSON.stringify(text.slice(0, 40)))
  t.equal(emailKey(`${'a'.repeat(242)}@example.com`)?.length, 254)
})
