import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import t from 'tap'
import { checkLiteral, guardedLookup, isAllowed } from '../../../src/notify/delivery/addresses.ts'

const LINK_LOCAL = [
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '0.1.2.3',
  '::',
  'fe80::1',
  'febf::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:0.0.0.0',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::127.0.0.1',
  '64:ff9b::0.0.0.0',
  '64:ff9b:1::a9fe:a9fe',
  '64:ff9b:1:a9fe:a9:fe00::',
  '64:ff9b:1:7f00:0:100::',
  '64:ff9b:1::',
  '::169.254.169.254',
  '2002:a9fe:a9fe::1',
  '2001:0:a9fe:a9fe::1',
  'fd00:ec2:0::254',
  'fe80::1%eth0',
  'fd00:ec2::254%eth0',
  '0:0:0:0:0:0:10.0.0.1',
  '::a00:1',
  '::10.0.0.1',
  '::10.0.0.1%eth0',
  '::FFFF:169.254.169.254',
  '::ffff:0:10.0.0.1',
  '::ffff:0:a9fe:a9fe',
  '2002:a00:1::1',
  '2001::1',
]
const NEVER_A_TARGET = [
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '::ffff:224.0.0.1',
  '64:ff9b::e000:1',
  'ff02::1',
  '100::1',
  'no address',
  '',
]
const LOOPBACK = [
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
]
const ALLOWED = [
  '10.0.0.1',
  '192.168.1.1',
  '93.184.216.34',
  '2606:4700::1111',
  'fd00::1',
  '::ffff:10.0.0.1',
  '64:ff9b:1::a00:1',
  '64:ff9b:1:a00:0:100::',
  '64:ff9b::10.0.0.1',
  '64:ff9b::5db8:d822',
  '64:ff9b:2::7f00:1',
  '100.64.0.1',
  '172.16.0.1',
  '198.18.0.1',
  '240.0.0.1',
  'fc00::1',
  'fec0::1',
  '2001:db8::1',
]

t.test('which addresses are refused', async (t) => {
  for (const address of [...LINK_LOCAL, ...NEVER_A_TARGET]) t.equal(isAllowed(address, true), false, address)
  for (const address of LOOPBACK)
    t.same([isAllowed(address, false), isAllowed(address, true)], [false, true], address)
  for (const address of ALLOWED) t.equal(isAllowed(address, false), true, address)
})

t.test('addresses in URLs, however they are written', async (t) => {
  const refused = {
    name: 'RefusedAddressError',
    message: 'its address is on loopback or link-local, which is refused',
  }
  for (const host of [
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:7f00:1]',
    '0',
    '0xa9fea9fe',
  ])
    t.throws(() => checkLiteral(new URL(`http://${host}/`), false), refused, host)
  t.throws(() => checkLiteral(new URL('http://0xa9fea9fe/'), true), refused)
  checkLiteral(new URL('http://10.0.0.1/'), false)
  checkLiteral(new URL('http://chat.example/'), false)
})

/** Resolves as connecting does; `addresses` are what the name leads to. */
function resolving(addresses: readonly string[], all: boolean): Promise<string | LookupAddress[]> {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  const guarded = guardedLookup(false, (_name, _options, done) => done(null, found))
  return new Promise((resolve, reject) => {
    guarded('chat.example', { all }, (error, address) => (error === null ? resolve(address) : reject(error)))
  })
}

t.test('names are refused by what they lead to', async (t) => {
  for (const all of [true, false]) {
    for (const address of [...LINK_LOCAL, ...LOOPBACK])
      await t.rejects(resolving([address], all), { name: 'RefusedAddressError' }, address)
    await t.rejects(
      resolving(['93.184.216.34', '127.0.0.1'], all),
      { name: 'RefusedAddressError' },
      'one of two',
    )
    await t.rejects(resolving([], all), { name: 'RefusedAddressError' })
  }
  t.equal(await resolving(['93.184.216.34'], false), '93.184.216.34')
  t.same(await resolving(['93.184.216.34'], true), [{ address: '93.184.216.34', family: 4 }])
})
