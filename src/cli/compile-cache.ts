import { lstatSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../lib/error-chain.ts'

/**
 * Lets Node keep the compiled form of all modules that are loaded from now on, for the next start. A start without a
 * cache is only slower. Users turn it off with NODE_DISABLE_COMPILE_CACHE, or choose the directory with
 * NODE_COMPILE_CACHE: Node reads both itself. https://nodejs.org/api/module.html#module-compile-cache
 */
export function enableCache(env: Readonly<Record<string, string | undefined>>, uid: number): void {
  const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache')
  // Containers often have a home that cannot be written.
  const directory = findOwnDirectory([join(caches, 'lynceus'), join(tmpdir(), `lynceus-${uid}`)], uid)
  if (directory !== null) enableCompileCache(directory)
}

/**
 * The first directory that exists or can be made in its parent, and that only this user can write: compiled code of
 * anybody else must not run. Null when there is none.
 */
export function findOwnDirectory(paths: readonly string[], uid: number): string | null {
  return paths.find((path) => isOwnDirectory(path, uid)) ?? null
}

const WRITABLE_BY_OTHERS = 0o022

function isOwnDirectory(path: string, uid: number): boolean {
  try {
    makeDirectory(path)
    const found = lstatSync(path)
    return found.isDirectory() && found.uid === uid && (found.mode & WRITABLE_BY_OTHERS) === 0
  } catch (error) {
    if (errorCode(error) === null) throw error
    return false
  }
}

/** Makes only the last directory of the path: with `recursive`, mkdirSync never returns for a path below /proc. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
