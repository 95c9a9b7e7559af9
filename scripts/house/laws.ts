import type { Breach } from './breach.ts'
import { findCycles } from './cycles.ts'
import type { Import, SourceFile } from './parse.ts'

/** Longer files hold more than one idea; review them and split. */
export const MAX_LINES = 300

/** The pure rooms, innermost first: each may know those before it. They turn a view of the cluster into an answer. */
const CORE = ['lib', 'model', 'rules', 'kinds', 'question', 'analyze', 'wait'] as const

/** The pure rooms that may import no package but typebox, and nothing of Node that does I/O. */
const PURE: ReadonlySet<string> = new Set(['model', 'rules', 'kinds', 'question', 'analyze'])
const PURE_PACKAGES: ReadonlySet<string> = new Set(['typebox', 'typebox/value'])

/** Which rooms a room may know besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(CORE.map((room, index) => [room, CORE.slice(0, index)])),
  cluster: ['lib', 'model', 'kinds'],
  cache: ['lib', 'model', 'kinds', 'cluster'],
  config: [...CORE, 'notify'],
  formats: CORE,
  replay: [...CORE, 'cache', 'cluster'],
  metrics: [...CORE, 'cache', 'cluster', 'version.ts'],
  notify: [...CORE, 'cache', 'cluster', 'metrics'],
  http: [...CORE, 'formats', 'cache', 'cluster', 'config', 'metrics', 'version.ts'],
}

/** The commands and the files directly in src/ wire the rooms together, and so may know all of them but one. */
function isWiring(room: string): boolean {
  return room === 'cli' || room.endsWith('.ts')
}

/** Modules that open or accept connections, and the rooms that may. Importing their types is free. */
const NETWORK: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['cluster'],
  'node:http2': ['cluster'],
  'node:https': ['cluster'],
  'node:tls': ['cluster'],
  'node:net': ['cluster', 'notify'],
  'node:http': ['cluster', 'http'],
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
  const room = findRoom(file.path)
  return imported.file === null
    ? breachOfPackage(room, imported)
    : breachOfRoom(room, findRoom(imported.file), imported)
}

function breachOfPackage(room: string, { specifier, typeOnly }: Import): string | null {
  if (room === 'lib' && !typeOnly && !LIB_MODULES.has(specifier)) return `lib/ may not import ${specifier}`
  if (PURE.has(room) && !PURE_PACKAGES.has(specifier))
    return `${room}/ is pure: it may not import ${specifier}`
  if (specifier === 'node:process' && room !== 'main.ts') return 'node:process outside main.ts'
  const allowed = NETWORK[specifier]
  if (allowed === undefined || allowed.includes(room)) return null
  if (typeOnly && specifier.startsWith('node:')) return null
  return `${specifier} belongs to ${allowed.map((name) => `${name}/`).join(', ')}`
}

function breachOfRoom(room: string, target: string, { specifier, file }: Import): string | null {
  if (room === 'version.ts' && specifier === '../package.json') return null
  if (target === '..') return `src/ may not know what lies outside it (${specifier})`
  if (PURE.has(room) && file === 'lib/clock.ts') return `${room}/ is pure: it may not read the clock`
  if (room === 'cli' && target === 'http')
    return `cli/ may not know http: service.ts alone wires it (${specifier})`
  if (room === target || isWiring(room)) return null
  const allowed = MAY_IMPORT[room]
  if (allowed === undefined)
    return target in MAY_IMPORT ? `no law lets ${room} import rooms; add it to laws.ts` : null
  if (!allowed.includes(target)) return `${room}/ may not know ${target} (${specifier})`
  return null
}

/** The folder directly below src/, or the file itself when it lies there. */
function findRoom(path: string): string {
  return path.split('/', 1)[0] ?? path
}
