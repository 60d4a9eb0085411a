import { createSecretKey } from 'node:crypto'
import t from 'tap'
import { contentDigest } from '../../src/crypto/content-digest.ts'
import { checkpointMac, FIRST_DIGEST, isGenuineCheckpoint, logKeys, nextDigest } from '../../src/crypto/event-digest.ts'
import { checkValue, createKeyRing } from '../../src/crypto/key-ring.ts'
import { lookupHash, openLookupKey } from '../../src/crypto/lookup-hash.ts'

/**
 * What earlier releases have stored must be understood by later ones: a changed derivation would make every log look
 * forged and every SECRET_KEYS look wrong.
 */
const key = Buffer.alloc(32, 7)
const ring = createKeyRing([{ id: 'k1', key }])
const checkpoint = { position: 3, digest: FIRST_DIGEST, gaps: [5], dropped_before: new Date('2026-01-01T00:00:00Z') }

t.test('digests and check values are computed as by every release', async (t) => {
  const keys = logKeys(createSecretKey(key))
  const computed = {
    event: nextDigest(keys.chain, FIRST_DIGEST, 1, '{"type":"sign_in"}'),
    checkpoint: checkpointMac(keys.checkpoint, checkpoint),
    checkValue: checkValue(ring, 'k1'),
    lookup: lookupHash(createSecretKey(key), 'email', 'nobody@example.com'),
  }
  t.strictSame(Object.fromEntries(Object.entries(computed).map(([name, value]) => [name, value.toString('hex')])), {
    event: 'ff2a003472e2d4a49dffd9441f6b33f0fe5bcfe81f6702a8332afc361e1c1918',
    checkpoint: 'adeb4e03314480d87df68dec384e58720ea17b297691729ee3d2d30e0815ea3b',
    checkValue: 'db8c0cba0a543848e205318daaeeb6aa1f3eef475acc0881f4f0f6a48df160cd',
    lookup: '0c280c685c00641618216bb643b3cd12ffe5e5c93fd237a325e7c5a227f33ffb',
  })
})

t.test('a lookup key that an earlier release sealed opens', async (t) => {
  t.strictSame(
    openLookupKey(
      ring,
      'v1.k1.rpKsZvr7RUOb2BXb7WjKf76iQuMS6_Uas0qm2tuW2VxZ7GepMVPBxf7goSIPF3kABsBIra6C4DifbNNi',
    ).export(),
    Buffer.alloc(32, 9),
  )
})

t.test('a checkpoint is genuine as it was made, and in no other form', async (t) => {
  const { checkpoint: checkpointKey } = logKeys(createSecretKey(key))
  const mac = checkpointMac(checkpointKey, checkpoint)
  t.equal(isGenuineCheckpoint(checkpointKey, { ...checkpoint, mac }), true)
  for (const change of [
    { position: 4 },
    { digest: Buffer.alloc(32, 1) },
    { gaps: [] },
    { dropped_before: new Date('2026-01-01T00:00:00.001Z') },
    { mac: mac.subarray(1) },
    { mac: Buffer.alloc(32) },
  ])
    t.equal(isGenuineCheckpoint(checkpointKey, { ...checkpoint, mac, ...change }), false, Object.keys(change).join())
})

t.test('a content is named by its SHA-256, in however many pieces it comes', async (t) => {
  const digest = contentDigest()
  for (const piece of ['a', 'b', 'c']) digest.add(Buffer.from(piece))
  // FIPS 180-2, appendix B.1
  t.equal(digest.finish(), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
