import type { Breach } from './breach.ts'
import type { SourceFile } from './parse.ts'

/**
 * Import cycles, each reported once, at the import that closes it. Imports of types count: they vanish at run time, but
 * two files that need each other's types are one idea in two files.
 */
export function findCycles(files: readonly SourceFile[]): Breach[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const trail: string[] = []
  const breaches: Breach[] = []

  function walk(file: SourceFile): void {
    trail.push(file.path)
    for (const { file: target, line } of file.imports) {
      const next = target === null ? undefined : byPath.get(target)
      if (next === undefined || done.has(next.path)) continue
      const start = trail.indexOf(next.path)
      if (start === -1) walk(next)
      else
        breaches.push({
          path: file.path,
          line,
          message: `import cycle: ${[...trail.slice(start), next.path].join(' -> ')}`,
        })
    }
    trail.pop()
    done.add(file.path)
  }

  for (const file of files) if (!done.has(file.path)) walk(file)
  return breaches
}
