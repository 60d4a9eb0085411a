/** Lists of addresses and networks from which something may be used. IPv4-mapped IPv6 counts as IPv4 everywhere. */
import { BlockList, isIP } from 'node:net'

/**
 * One spelling of an address or a network in CIDR notation: `10.0.0.0/8`, `2001:db8::1`. Bits beyond the prefix stay as
 * given; they count for nothing.
 * @returns undefined for anything else, names of hosts and interfaces included.
 */
export function canonicalRange(text: string): string | undefined {
  const [, given = '', length] = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text.trim()) ?? []
  const address = canonicalAddress(given)
  if (address === undefined) return undefined
  if (length === undefined) return address
  const isMapped = isIP(given) === 6 && isIP(address) === 4
  const prefix = Number(length) - (isMapped ? 96 : 0)
  return prefix >= 0 && prefix <= (isIP(address) === 4 ? 32 : 128) ? `${address}/${prefix}` : undefined
}

/** @param ranges as `canonicalRange` writes them; an empty list allows every address. */
export function isAddressAllowed(ranges: readonly string[], ip: string | null): boolean {
  if (ranges.length === 0) return true
  const address = canonicalAddress(ip ?? '')
  if (address === undefined) return false
  const family = familyOf(address)
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    // By itself the list takes IPv4 for a part of ::/0.
    if (familyOf(network) !== family) continue
    if (prefix === undefined) list.addAddress(network, family)
    else list.addSubnet(network, Number(prefix), family)
  }
  return list.check(address, family)
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

/** IPv6 as a URL writes it: shortened, lower case, mapped IPv4 as two groups, which are read back here. */
function canonicalAddress(text: string): string | undefined {
  const kind = text.includes('%') ? 0 : isIP(text)
  if (kind !== 6) return kind === 4 ? text : undefined
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  const groups = [high, low].map((group) => Number.parseInt(group, 16))
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.')
}
