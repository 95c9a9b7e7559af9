// Loaded before a test (--import): gives one source file with one place changed. The file itself stays as it is.
import { registerHooks } from 'node:module'

/** What the hook is told in LYNCEUS_MUTANT, as JSON. */
export interface Patch {
  /** Of the source file. */
  readonly url: string
  readonly start: number
  readonly end: number
  readonly now: string
}

const patch: Patch | null = JSON.parse(process.env.LYNCEUS_MUTANT ?? 'null')

if (patch !== null)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (url !== patch.url || loaded.source === undefined || loaded.source === null) return loaded
      const { source } = loaded
      const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString()
      return { ...loaded, source: `${text.slice(0, patch.start)}${patch.now}${text.slice(patch.end)}` }
    },
  })
