import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { anchorsOf, documents, linksOf } from './documents.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const all = documents()

t.test('every link into the repository leads somewhere', async (t) => {
  t.ok(all.length > 20)
  for (const document of all) {
    const broken = linksOf(document).filter(({ path, anchor }) => {
      if (!existsSync(join(ROOT, path))) return true
      const target = all.find((one) => one.path === path)
      return anchor !== '' && target !== undefined && !anchorsOf(target).includes(anchor)
    })
    t.same(broken, [], document.path)
  }
})

t.test('docs/README.md lists every document of docs/', async (t) => {
  const index = all.find(({ path }) => path === 'docs/README.md')
  const listed = index === undefined ? [] : linksOf(index).map(({ path }) => path)
  const others = all.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path))
  t.same(
    others.filter((path) => path !== 'docs/README.md' && !listed.includes(path)),
    [],
  )
})
