// Checks the laws of the house (docs in house/laws.ts) and prints each breach as FILE:LINE; exits 1 when there is one.
// usage: node scripts/check-house.ts [ROOT]
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Breach } from './house/breach.ts'
import { findCycles } from './house/cycles.ts'
import { findBreaches, tooLong } from './house/laws.ts'
import { findStrayTests } from './house/mirror.ts'
import { parseFile, type SourceFile } from './house/parse.ts'

const root = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url))

function readFolder(folder: string): SourceFile[] {
  return globSync('**/*.ts', { cwd: join(root, folder) })
    .filter((path) => !path.endsWith('.generated.ts'))
    .sort()
    .map((path) => parseFile(join(root, folder), path))
}

function within(folder: string, breaches: readonly Breach[]): string[] {
  return breaches.map(({ path, line, message }) => `${folder}/${path}:${line}: ${message}`)
}

/** Folders beside src/ that hold TypeScript: no cycles and no long files there either. */
const BESIDE = ['testing', 'test', 'scripts', 'bench'] as const

const sources = readFolder('src')
const lines = [
  ...within('src', [...findBreaches(sources), ...sources.flatMap(tooLong)]),
  ...BESIDE.flatMap((folder) => {
    const files = readFolder(folder)
    return within(folder, [...findCycles(files), ...files.flatMap(tooLong)])
  }),
  ...within('test', findStrayTests(root)),
]

for (const line of lines) console.log(line)
if (lines.length > 0) process.exitCode = 1
else console.log(`house: ${sources.length} files in order`)
