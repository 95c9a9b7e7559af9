import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = new URL('../../', import.meta.url).pathname

/** Folders that hold none of the project's own documents. */
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.tap', 'test'])

/** A Markdown document; paths are relative to the repository's root. */
export interface Document {
  readonly path: string
  readonly text: string
  /** Without the blocks of code. */
  readonly prose: string
  /** Blocks of code, with what stands behind the opening fence. */
  readonly blocks: readonly { readonly language: string; readonly code: string }[]
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm

/** Every document of the repository. */
export function documents(): Document[] {
  return markdownFiles('').map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    const blocks = [...text.matchAll(FENCE)].map(([, language = '', code = '']) => ({ language, code }))
    return { path, text, prose: text.replaceAll(FENCE, ''), blocks }
  })
}

function markdownFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : markdownFiles(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** Links of a document into the repository, as a path from its root and an anchor, which may be empty. */
export function linksOf({ path, prose }: Document): { readonly path: string; readonly anchor: string }[] {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [to = '', anchor = ''] = target.split('#')
      return { path: to === '' ? path : join(dirname(path), to), anchor }
    })
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf({ prose }: Document): string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** Lines of shell blocks, those that go on behind a backslash joined, without comments. */
export function shellLines({ blocks }: Document): string[] {
  return blocks
    .filter(({ language }) => language === 'sh' || language === 'console')
    .flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '')
}
