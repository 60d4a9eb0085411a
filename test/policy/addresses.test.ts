import t from 'tap'
import { canonicalRange, isAddressAllowed } from '../../src/policy/addresses.ts'

t.test('an address and a network have one spelling', async (t) => {
  for (const [given, spelling] of [
    ['192.0.2.1', '192.0.2.1'],
    [' 10.0.0.0/8 ', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.1/32', '192.0.2.1/32'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['::1/128', '::1/128'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:c000:0201', '192.0.2.1'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    // What only looks like IPv4 in IPv6.
    ['::ffff:1:2:3', '::ffff:1:2:3'],
    ['2001:db8::ffff:1:2', '2001:db8::ffff:1:2'],
  ] as const)
    t.equal(canonicalRange(given), spelling, given)
})

t.test('what is neither is refused', async (t) => {
  const texts = ['', ' ', 'localhost', 'example.com', '10.0.0', '10.0.0.0.0', '256.0.0.1', '010.0.0.1', '10.0.0.1/33']
  texts.push(
    '10.0.0.1/',
    '10.0.0.1/-1',
    '10.0.0.1/08',
    '10.0.0.1/8/8',
    'x/10.0.0.0/8',
    '10.0.0.1/8x',
    '10.0.0.1/1e1',
    '10.0.0.1/ 8',
  )
  texts.push(':::', '2001:db8::/129', 'fe80::1%eth0', '[::1]', '::1]', '10.0.0.1:80', '::ffff:10.0.0.0/95', '10.0.0.*')
  texts.push('/8', '1', '0x7f.0.0.1', '::1/0128', '::g')
  for (const text of texts) t.equal(canonicalRange(text), undefined, JSON.stringify(text))
})

t.test('an address is allowed by the lists that hold it, and by an empty one', async (t) => {
  const cases: [string[], string, boolean][] = [
    [[], '198.51.100.7', true],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.5/8'], '10.9.0.1', true],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['10.0.0.0/8'], '::ffff:b01:203', false],
    [['10.0.0.0/8'], '::10.1.2.3', false],
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.10', false],
    [['192.0.2.1', '2001:db8::/32'], '2001:db8:ffff::1', true],
    [['192.0.2.1', '2001:db8::/32'], '2001:db9::1', false],
    [['2001:db8::7'], '2001:0db8:0::0007', true],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '192.0.2.1', false],
    [['::/0'], '::ffff:192.0.2.1', false],
    [['0.0.0.0/0'], '192.0.2.1', true],
    [['0.0.0.0/0'], '::1', false],
    [['0.0.0.0/0', '::/0'], 'unknown', false],
  ]
  for (const [ranges, ip, expected] of cases)
    t.equal(isAddressAllowed(ranges, ip), expected, `${ip} by ${ranges.join(' ')}`)
  t.equal(isAddressAllowed(['10.0.0.0/8'], null), false)
})
