import { globSync } from 'node:fs'

/** The rooms that decide, and the tests beyond test/ROOM/ that can see one of their mutants. */
export const ROOMS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'rules',
    [
      'test/kinds/**',
      'test/analyze/**',
      'test/corpus.test.ts',
      'test/http/routes/analysis-policy.test.ts',
      // docs/reasons.md holds the thresholds, classes and codes of all rules, and their order.
      'test/scripts/generate-reasons.test.ts',
    ],
  ],
  [
    'kinds',
    [
      'test/rules/**',
      'test/analyze/**',
      'test/corpus.test.ts',
      'test/cli/compat/rollout-status/**',
      'test/notify/reconcile/**',
      'test/replay/**',
    ],
  ],
  ['analyze', ['test/corpus.test.ts', 'test/http/routes/analysis*.test.ts']],
  ['wait', ['test/http/routes/gate*.test.ts']],
])

/** The room of a source file: the folder directly below src/, or `.` for a file that lies there. */
export function resolveRoom(file: string): string {
  const [, room = '', ...rest] = file.split('/')
  return rest.length === 0 ? '.' : room
}

/** The source files of a room, below the root, generated ones aside. */
export function listSources(root: string, room: string): string[] {
  return globSync(`src/${room}/**/*.ts`, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.generated.ts'))
    .sort()
}

/** The test files that may see a mutant of a room, below the root. */
export function listTests(root: string, room: string): string[] {
  const patterns = [`test/${room}/**`, ...(ROOMS.get(room) ?? [])]
  const paths = patterns.flatMap((pattern) => globSync(pattern, { cwd: root }))
  const files = paths.map((path) => path.replaceAll('\\', '/')).filter((path) => path.endsWith('.test.ts'))
  return [...new Set(files)].sort()
}
