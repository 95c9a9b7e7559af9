import { chmodSync, existsSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findOwnDirectory } from '../../src/cli/compile-cache.ts'
import { start } from './lynceus.ts'

const uid = process.getuid?.() ?? 0

t.test('the cache is the first directory that only this user can write', async (t) => {
  const root = t.testdir({ file: '', parent: {}, shared: {}, own: {} })
  const at = (name: string) => join(root, name)
  chmodSync(at('shared'), 0o777)
  symlinkSync(at('own'), at('link'))
  chmodSync(at('own'), 0o700)
  const good = at('parent/new')
  for (const [name, bad] of [
    ['no place to make it', '/proc/none/lynceus'],
    ['a file', at('file')],
    ['a directory that others can write', at('shared')],
    ['a link, which others can have laid', at('link')],
  ] as const) {
    t.equal(findOwnDirectory([bad, good], uid), good, name)
    t.equal(findOwnDirectory([bad], uid), null, name)
  }
  t.equal(findOwnDirectory([at('own'), good], uid), at('own'), 'one that exists')
  t.equal(findOwnDirectory([at('own')], uid + 1), null, 'one of another user')
})

t.test('a start leaves compiled modules for the next, also when the home cannot be written', async (t) => {
  const temporary = t.testdir()
  const env = { HOME: '/proc/none', TMPDIR: temporary }
  const { stdout, code } = await start(['--version'], env).finished
  t.match({ stdout, code }, { stdout: /^lynceus /, code: 0 })
  const [version = ''] = readdirSync(join(temporary, `lynceus-${uid}`))
  t.not(readdirSync(join(temporary, `lynceus-${uid}`, version)).length, 0)
})

t.test('a start without any place for a cache works', async (t) => {
  const { stdout, stderr, code } = await start(['--version'], { HOME: '/proc/none', TMPDIR: '/proc/none' })
    .finished
  t.match({ stdout, stderr, code }, { stdout: /^lynceus /, stderr: '', code: 0 })
})

t.test('XDG_CACHE_HOME names the place, and NODE_DISABLE_COMPILE_CACHE turns it off', async (t) => {
  const caches = t.testdir()
  const env = { XDG_CACHE_HOME: caches, TMPDIR: t.testdirName }
  await start(['--version'], { ...env, NODE_DISABLE_COMPILE_CACHE: '1' }).finished
  t.strictSame(existsSync(join(caches, 'lynceus')) ? readdirSync(join(caches, 'lynceus')) : [], [])
  await start(['--version'], env).finished
  t.equal(readdirSync(join(caches, 'lynceus')).length, 1)
})
