import { findCycles } from './cycles.ts'
import type { Import, SourceFile } from './parse.ts'

/** A broken law, where it is broken and why it is one. */
export interface Breach {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** Longer files hold more than one idea; review them and split. */
export const MAX_LINES = 300

/**
 * Which rooms a room may know besides itself: data flows cluster -> cache -> classify -> analyze -> the rooms that say
 * it, and each knows only rooms to its left. `embedded` stands beside: a Kubernetes API that is not ours. `lib` has no
 * domain, so every room may know it and it knows none.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  model: [],
  classify: ['model'],
  cluster: ['model'],
  cache: ['cluster', 'model'],
  analyze: ['cache', 'classify', 'cluster', 'model'],
  metrics: ['analyze', 'cache', 'classify', 'cluster', 'model', 'version.ts'],
  notify: ['analyze', 'cache', 'classify', 'cluster', 'model', 'metrics'],
  config: ['analyze', 'classify', 'model', 'notify'],
  say: ['analyze', 'model'],
  http: ['analyze', 'cache', 'classify', 'cluster', 'model', 'metrics', 'say', 'config', 'version.ts'],
  embedded: ['model', 'cluster'],
}

/** The commands and the files directly in src/ wire the rooms together, and so may know all of them. */
function isWiring(room: string): boolean {
  return room === 'cli' || room.endsWith('.ts')
}

/** Modules that open or accept connections, and the rooms that may. Importing their types is free. */
const NETWORK: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['cluster'],
  'node:http2': ['cluster', 'embedded'],
  'node:https': ['cluster', 'embedded'],
  'node:tls': ['cluster', 'embedded'],
  'node:net': ['cluster', 'embedded', 'notify'],
  'node:http': ['cluster', 'embedded', 'http'],
  undici: ['cluster', 'notify', 'cli'],
}

/** What lib/ may use: it does no I/O, and what needs a package has a domain. */
const LIB_MODULES: ReadonlySet<string> = new Set(['node:buffer', 'node:util'])

/** What of `process` is the world outside; only main.ts turns it into arguments for the others. */
const OUTSIDE = new Set(['env', 'argv', 'execArgv', 'exit', 'exitCode', 'on', 'once', 'stdin', 'kill'])

/** Checks all laws of the house over the files of the source folder. */
export function findBreaches(files: readonly SourceFile[]): Breach[] {
  return [...files.flatMap(breachesOfFile), ...findCycles(files)]
}

/** The law of length, which holds for tests and scripts too. */
export function tooLong(file: SourceFile): Breach[] {
  if (file.lines <= MAX_LINES) return []
  return [{ path: file.path, line: file.lines, message: `${file.lines} lines; at most ${MAX_LINES}` }]
}

function breachesOfFile(file: SourceFile): Breach[] {
  const breaches = file.imports.flatMap((imported) => {
    const message = breachOfImport(file, imported)
    return message === null ? [] : [{ path: file.path, line: imported.line, message }]
  })
  if (file.path === 'main.ts') return breaches
  for (const { line, member } of file.processUses)
    if (OUTSIDE.has(member))
      breaches.push({ path: file.path, line, message: `process.${member} outside main.ts` })
  return breaches
}

function breachOfImport(file: SourceFile, imported: Import): string | null {
  const room = roomOf(file.path)
  return imported.file === null
    ? breachOfPackage(room, imported)
    : breachOfRoom(room, roomOf(imported.file), imported)
}

function breachOfPackage(room: string, { specifier, typeOnly }: Import): string | null {
  if (room === 'lib' && !typeOnly && !LIB_MODULES.has(specifier)) return `lib/ may not import ${specifier}`
  if (room === 'classify') return `classify/ is pure: it may not import ${specifier}`
  if (specifier === 'node:process' && room !== 'main.ts') return 'node:process outside main.ts'
  const allowed = NETWORK[specifier]
  if (allowed === undefined || allowed.includes(room)) return null
  if (typeOnly && specifier.startsWith('node:')) return null
  return `${specifier} belongs to ${allowed.map((name) => `${name}/`).join(', ')}`
}

function breachOfRoom(room: string, target: string, { specifier, file, typeOnly }: Import): string | null {
  if (room === 'classify' && file === 'lib/clock.ts') return 'classify/ is pure: it may not read the clock'
  if (room === target || target === 'lib' || isWiring(room)) return null
  const allowed = MAY_IMPORT[room]
  if (allowed === undefined)
    return target in MAY_IMPORT ? `no law lets ${room} import rooms; add it to laws.ts` : null
  if (!allowed.includes(target)) return `${room}/ may not know ${target} (${specifier})`
  if (room === 'classify' && !typeOnly) return `classify/ may import only types of ${target}/ (${specifier})`
  return null
}

/** The folder directly below src/, or the file itself when it lies there. */
function roomOf(path: string): string {
  return path.split('/', 1)[0] ?? path
}
