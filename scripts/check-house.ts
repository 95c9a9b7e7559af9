// Checks the laws of the house (docs in house/laws.ts) and prints each breach as FILE:LINE; exits 1 when there is one.
// usage: node scripts/check-house.ts [ROOT]
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Breach, findBreaches, tooLong } from './house/laws.ts'
import { parseFile, type SourceFile } from './house/parse.ts'

const root = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url))

function filesOf(folder: string): SourceFile[] {
  return globSync('**/*.ts', { cwd: join(root, folder) })
    .filter((path) => !path.endsWith('.generated.ts'))
    .sort()
    .map((path) => parseFile(join(root, folder), path))
}

function within(folder: string, breaches: readonly Breach[]): string[] {
  return breaches.map(({ path, line, message }) => `${folder}/${path}:${line}: ${message}`)
}

const sources = filesOf('src')
const lines = [
  ...within('src', findBreaches(sources)),
  ...['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    within(folder, filesOf(folder).flatMap(tooLong)),
  ),
]

for (const line of lines) console.log(line)
if (lines.length > 0) process.exitCode = 1
else console.log(`house: ${sources.length} files in order`)
