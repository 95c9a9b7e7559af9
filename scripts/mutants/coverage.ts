import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** What V8 writes (https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-ScriptCoverage), of which this is read. */
const Range = Type.Object({ startOffset: Type.Number(), endOffset: Type.Number(), count: Type.Number() })
const Report = Type.Object({
  result: Type.Array(
    Type.Object({
      url: Type.String(),
      functions: Type.Array(Type.Object({ ranges: Type.Array(Range) })),
    }),
  ),
})

type Span = Type.Static<typeof Range>

/** Which places of the source files a test executes. Type stripping keeps the offsets. */
export class Coverage {
  /** For each file the spans of each process that loaded it. */
  readonly #spans = new Map<string, (readonly Span[])[]>()

  /** Reads what the processes of a test wrote into a folder. */
  static read(folder: string): Coverage {
    const coverage = new Coverage()
    for (const name of readdirSync(folder)) {
      const report = Value.Parse(Report, JSON.parse(readFileSync(join(folder, name), 'utf8')))
      for (const { url, functions } of report.result) {
        if (!url.includes('/src/')) continue
        const spans = functions.flatMap(({ ranges }) => ranges)
        coverage.#spans.set(url, [...(coverage.#spans.get(url) ?? []), spans])
      }
    }
    return coverage
  }

  /** Whether any process executed the code at an offset of a file. */
  covers(path: string, offset: number): boolean {
    const processes = this.#spans.get(pathToFileURL(path).href) ?? []
    return processes.some((spans) => countAt(spans, offset) > 0)
  }
}

/** How often V8 counted an offset: the innermost span around it knows. */
function countAt(spans: readonly Span[], offset: number): number {
  let innermost: Span | null = null
  for (const span of spans) {
    if (offset < span.startOffset || offset >= span.endOffset) continue
    if (innermost === null || length(span) <= length(innermost)) innermost = span
  }
  return innermost?.count ?? 0
}

function length({ startOffset, endOffset }: Span): number {
  return endOffset - startOffset
}
