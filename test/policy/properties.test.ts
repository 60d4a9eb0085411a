/** What holds for every input of the decisions, whatever it is. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { canonicalRange, isAddressAllowed } from '../../src/policy/addresses.ts'
import { apiKeyState, effectivePermissions } from '../../src/policy/api-keys.ts'
import { type AttemptLimit, attemptLimits, isSpent, waitAfter } from '../../src/policy/attempts.ts'
import { isBreached } from '../../src/policy/breached-passwords.ts'
import { emailKey } from '../../src/policy/email-key.ts'
import {
  absoluteSessionLimit,
  lifetimes,
  secondsAfter,
  secondsUntil,
  sessionExpiry,
} from '../../src/policy/lifetimes.ts'
import { programName } from '../../src/policy/notices.ts'
import { findPasswordFault, normalisePassword, passwordForms } from '../../src/policy/passwords.ts'
import { type ActionTarget, allows, covers, mayImpersonate, openActions } from '../../src/policy/permissions.ts'
import { decideRefresh } from '../../src/policy/refresh.ts'
import { revocationsOf } from '../../src/policy/revocations.ts'
import { mustHaveSecondFactor } from '../../src/policy/two-factor.ts'
import { fits, nameRule, phoneRule } from '../../src/policy/user-fields.ts'
import { anyText } from '../support/any-text.ts'

/** Reports the smallest counterexample, with the seed that finds it again. */
const holds = <T extends [unknown, ...unknown[]]>(name: string, property: fc.IProperty<T> | fc.IAsyncProperty<T>) =>
  t.test(name, async () => fc.assert(property))

const anything = anyText()

// E-mail keys

const word = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 })
const asciiAddress = fc
  .tuple(word('abcz019.+_-'), fc.array(word('abcz019'), { maxLength: 2 }), word('abcz'))
  .map(([local, labels, last]) => `${local}@${[...labels, last].join('.')}`)
const address = fc.oneof(
  asciiAddress,
  fc.emailAddress(),
  fc.tuple(anything, anything).map((parts) => parts.join('@')),
  fc.tuple(word('AÉéßİıſŀΣςΐﬃK.'), word('BÜßあ例。.-')).map((parts) => parts.join('@')),
)

holds(
  'the key of a key is the key',
  fc.property(address, (text) => {
    const key = emailKey(text)
    return key === undefined || emailKey(key) === key
  }),
)
holds(
  'composition and surrounding space make no other key',
  fc.property(address, (text) => {
    const key = emailKey(text)
    return [text.normalize('NFD'), text.normalize('NFC'), ` ${text}\t`].every((spelling) => emailKey(spelling) === key)
  }),
)
holds(
  'plain lower-case addresses are their own keys, so no two of them share one',
  fc.property(asciiAddress, (text) => emailKey(text) === text),
)
holds(
  'a key is short, of one line, and has one domain in ASCII',
  fc.property(address, (text) => {
    const key = emailKey(text)
    return key === undefined || (key.length <= 254 && /^[^@\s\p{Cc}\p{Cf}\p{Cs}]+@[a-z0-9.-]+$/u.test(key))
  }),
)

// Refresh tokens

holds(
  'a session rotates at most once in its time, never goes back, and ends only by a token older than the previous',
  fc.property(
    fc.array(fc.record({ wait: fc.integer({ min: 0, max: 25_000 }), back: fc.nat(4) }), { maxLength: 40 }),
    (uses) => {
      let now = 0
      let stored = 0
      let rotatedAt = 0
      for (const { wait, back } of uses) {
        now += wait
        const presented = Math.max(0, stored - back)
        const decision = decideRefresh(presented, stored, new Date(rotatedAt), new Date(now))
        const recent = now - rotatedAt < lifetimes.refreshRotation * 1000
        const old = presented < stored - 1 || (presented === stored - 1 && !recent)
        if ((decision.kind === 'reuse') !== old) return false
        if (decision.kind === 'reuse') return true
        if (decision.kind !== (recent ? 'repeat' : 'rotate')) return false
        if (decision.generation !== (recent ? stored : stored + 1)) return false
        if (decision.kind === 'rotate') rotatedAt = now
        stored = decision.generation
      }
      return true
    },
  ),
)
holds(
  'a genuine token from after the copy that a database was restored from always goes on from itself',
  fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.nat(), (stored, ahead, age) => {
    const decision = decideRefresh(stored + ahead, stored, new Date(0), new Date(age))
    return decision.kind === 'rotate' && decision.generation === stored + ahead + 1
  }),
)

// Lifetimes

const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })

holds(
  'use never shortens a session, and never carries it beyond its absolute limit',
  fc.property(moment, fc.nat(40 * 86_400), fc.nat(3600), fc.boolean(), (start, idle, more, remembered) => {
    const limit = absoluteSessionLimit(start, remembered)
    const first = sessionExpiry(secondsAfter(start, idle), remembered, limit)
    const later = sessionExpiry(secondsAfter(start, idle + more), remembered, limit)
    return first <= later && later <= limit
  }),
)
holds(
  'the seconds until a moment lead to it',
  fc.property(moment, fc.nat(1e9), (now, seconds) => secondsUntil(secondsAfter(now, seconds), now) === seconds),
)

// Permissions

const permission = fc.constantFrom('a', 'b', 'c', 'view_user', 'edit_user', 'delete_user', 'can_impersonate', 'admin')
const permissions = fc.array(permission, { maxLength: 4 })
const target: fc.Arbitrary<ActionTarget> = fc.record({
  id: fc.nat(3),
  permissions,
  active: fc.boolean(),
  secondFactorOn: fc.boolean(),
  loginCount: fc.nat(1),
  locked: fc.boolean(),
})

holds(
  'covers() is a partial order: whoever covers each other may do the same',
  fc.property(permissions, permissions, permissions, permission, (a, b, c, one) => {
    const transitive = !covers(a, b) || !covers(b, c) || covers(a, c)
    const antisymmetric = !covers(a, b) || !covers(b, a) || allows(a, one) === allows(b, one)
    return covers(a, a) && transitive && antisymmetric
  }),
)
holds(
  'who covers another may do whatever the other may, and gains nothing by it',
  fc.property(permissions, permissions, permission, (a, b, one) => !covers(a, b) || !allows(b, one) || allows(a, one)),
)
holds(
  'nobody acts as someone who may do more; whoever may impersonate acts as anyone else',
  fc.property(permissions, permissions, permission, (a, b, one) => {
    const impersonated = mayImpersonate({ permissions: a }, { permissions: b })
    const anyoneElse = mayImpersonate({ permissions: ['can_impersonate', ...b] }, { permissions: b })
    return anyoneElse && (!impersonated || (allows(a, 'can_impersonate') && (!allows(b, one) || allows(a, one))))
  }),
)
holds(
  'more permissions open no fewer acts, and none opens one on someone who has more',
  fc.property(permissions, permissions, fc.nat(3), target, (held, more, id, who) => {
    const acts = openActions({ id, permissions: held }, who)
    const wider = openActions({ id, permissions: [...held, ...more] }, who)
    return acts.every((act) => wider.includes(act)) && (acts.length === 0 || covers(held, who.permissions))
  }),
)
holds(
  'a key does what it was given and its issuer may, and nothing else',
  fc.property(permissions, permissions, permission, (key, issuer, one) => {
    return effectivePermissions(key, issuer).includes(one) === (key.includes(one) && allows(issuer, one))
  }),
)
holds(
  'what has been revoked or has expired stays so',
  fc.property(fc.option(moment), fc.option(moment), moment, fc.nat(1e9), (revoked_at, expires_at, now, later) => {
    const key = { revoked_at, expires_at }
    const state = apiKeyState(key, now)
    return state === 'active'
      ? revoked_at === null && (expires_at === null || now < expires_at)
      : state === apiKeyState(key, secondsAfter(now, later))
  }),
)
holds(
  'nobody demands a second factor of pure customers; of others whoever demands it of all or of one of their roles does',
  fc.property(
    fc.boolean(),
    fc.subarray(['customer', 'agent', 'admin']),
    fc.subarray(['customer', 'agent', 'admin']),
    (requiredForAll, requiredRoles, roles) => {
      const pure = roles.join() === 'customer'
      const demanded = requiredForAll || roles.some((role) => requiredRoles.includes(role))
      return mustHaveSecondFactor({ requiredForAll, requiredRoles }, roles) === (!pure && demanded)
    },
  ),
)

// Throttles

holds(
  'a further failure never shortens the wait, nor frees what is spent',
  fc.property(fc.constantFrom<AttemptLimit>(...Object.values(attemptLimits)), fc.nat(), fc.nat(), (limit, n, more) => {
    const [wait, longer] = [waitAfter(limit, n), waitAfter(limit, n + more)]
    return wait <= longer && longer <= limit.longestWait && (!isSpent(limit, n) || isSpent(limit, n + more))
  }),
)

// Passwords

const owner = fc.record({ email: fc.emailAddress(), first_name: fc.string(), last_name: anything })
const password = fc.oneof(anyText({ maxLength: 140 }), word('aé\u0301😀 1')).map(normalisePassword)

holds(
  'a password is good only with 8 to 128 code points and outside the list of breached ones',
  fc.asyncProperty(password, owner, async (text, who) => {
    const length = [...text].length
    if ((await findPasswordFault(text, text, who)) !== undefined) return true
    return length >= 8 && length <= 128 && !isBreached(text)
  }),
)
holds(
  'the own address and names with a few signs around are personal, whatever their case',
  fc.asyncProperty(
    fc.emailAddress().filter((email) => email.length >= 8 && email.length <= 120),
    fc.string({ maxLength: 4 }),
    fc.string({ maxLength: 4 }),
    fc.boolean(),
    async (email, before, after, upper) => {
      const text = `${before.slice(0, 4 - after.length)}${upper ? email.toUpperCase() : email}${after}`
      const fault = await findPasswordFault(text, text, { email, first_name: '', last_name: '' })
      return fault === 'password_personal' || fault === 'password_breached'
    },
  ),
)
holds(
  'a password is tried in NFC first, then as typed, each form once',
  fc.property(fc.oneof(anything, word('eé\u0301A')), (text) => {
    const forms = passwordForms(text)
    return forms[0] === text.normalize('NFC') && forms.at(-1) === text && new Set(forms).size === forms.length
  }),
)

// Addresses

/** An address as a number and as text. */
const v4 = (bits: bigint) => [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.')
const v6 = (bits: bigint) =>
  [...Array(8).keys()].map((at) => ((bits >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(':')

/** A network, and an address in or near it. */
const nearby = fc.boolean().chain((four) => {
  const width = four ? 32 : 128
  const bits = fc.bigInt({ min: four ? 0n : 1n << 96n, max: (1n << BigInt(width)) - 1n })
  return fc.record({
    width: fc.constant(width),
    write: fc.constant(four ? v4 : v6),
    network: bits,
    prefix: fc.integer({ min: 0, max: width }),
    flip: fc.option(fc.nat(width - 1)),
  })
})

holds(
  'an address is allowed by a network exactly when it shares the prefix, in any spelling of either',
  fc.property(nearby, ({ width, write, network, prefix, flip }) => {
    const ip = flip === null ? network : network ^ (1n << BigInt(width - 1 - flip))
    const shares = flip === null || flip >= prefix
    const range = canonicalRange(` ${write(network)}/${prefix}`.toUpperCase()) ?? ''
    const spellings = width === 32 ? [write(ip), `::ffff:${write(ip)}`] : [write(ip), write(ip).toUpperCase()]
    return (
      canonicalRange(range) === range &&
      spellings.every((spelling) => isAddressAllowed([range], spelling) === shares) &&
      isAddressAllowed([canonicalRange(write(ip)) ?? ''], spellings[1] ?? '')
    )
  }),
)
holds(
  'no text is a range without being its own canonical spelling or having one',
  fc.property(fc.oneof(anything, fc.ipV6(), fc.ipV4Extended(), fc.stringMatching(/^[0-9a-f:./]{1,30}$/)), (text) => {
    const range = canonicalRange(text)
    return range === undefined || canonicalRange(range) === range
  }),
)

// Notices, fields, revocations

holds(
  'the name of a program cannot become a link, a second line or a long one',
  fc.property(fc.oneof(anything, word('w./:@ aA\n')), (text) => {
    const name = programName(text)
    return name.length <= 160 && /^[\w .,;()/+-]*$/.test(name) && !/www|\/\/|\.[a-z]/i.test(name)
  }),
)
const ajv = new Ajv2020()
const rules = [nameRule, phoneRule].map((rule) => ({ rule, validate: ajv.compile({ type: 'string', ...rule }) }))
holds(
  'a field fits wherever it comes from: JSON Schema and the import agree',
  fc.property(fc.oneof(anything, anyText({ minLength: 45, maxLength: 110 }), word(' \t\u00a0x')), (text) =>
    rules.every(({ rule, validate }) => fits(rule, text) === validate(text)),
  ),
)
holds(
  'an event voids no token that was issued in a later second but those of a revoked key, and names each session that it ended',
  fc.property(
    fc.constantFrom('password_reset', 'session_ended', 'user_deleted', 'api_key_revoked', 'sign_in'),
    moment,
    fc.array(fc.uuid(), { maxLength: 3 }),
    (type, at, ended) => {
      const voided = revocationsOf({ type, at, subject_id: 7, details: { ended_sessions: ended, api_key: 'k' } })
      const named = voided.flatMap(({ sid }) => (sid === undefined ? [] : [sid]))
      return (
        voided.every(({ notBefore, clientId }) => {
          const margin = notBefore.getTime() - at.getTime()
          return clientId === undefined ? margin <= 0 && margin > -1000 : margin > 59_000 && margin <= 60_000
        }) &&
        (type === 'api_key_revoked' || named.join() === ended.join())
      )
    },
  ),
)
