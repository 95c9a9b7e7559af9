import t from 'tap'
import type { Answer } from '../../src/analyze/answer-schema.ts'
import { junit, junitError } from '../../src/formats/junit.ts'
import { answer, BAD, GOOD, NASTY } from './answers.ts'

/** Attributes and texts of well-formed XML, read back; throws where it is not. */
function readBack(document: string): { tag: string; attributes: Record<string, string>; text: string }[] {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  const plain = (text: string): string => {
    if (/[<>]|&(?!(amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error(`not escaped: ${text}`)
    return text.replaceAll(/&(#?\w+);/g, (_, name: string) =>
      name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? ''),
    )
  }
  const open: string[] = []
  const found: { tag: string; attributes: Record<string, string>; text: string }[] = []
  const body = document.replace(/^<\?xml [^?]*\?>\n/, '')
  for (const [, close, tag = '', inside = '', empty, text = ''] of body.matchAll(
    /<(\/?)(\w[\w-]*)((?:\s+[\w-]+="[^"<]*")*)(\/?)>([^<]*)/g,
  )) {
    if (close === '/') {
      if (open.pop() !== tag) throw new Error(`unbalanced ${tag}`)
      continue
    }
    if (empty !== '/') open.push(tag)
    const pairs = [...inside.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [
      name,
      plain(value ?? ''),
    ])
    found.push({ tag, attributes: Object.fromEntries(pairs), text: plain(text) })
  }
  if (open.length > 0) throw new Error(`left open: ${open.join()}`)
  return found
}

t.test('JUnit: a test case for each workload, and whatever a message holds is read back', async (t) => {
  const read = readBack(junit(answer({ verdict: 'fail', workloads: [BAD, GOOD] }), 1.5))
  const cases = read.filter(({ tag }) => tag === 'testcase').map(({ attributes }) => attributes.name)
  t.same(cases, ['deployment/web', 'deployment/api'])
  const failure = read.find(({ tag }) => tag === 'failure')
  t.equal(failure?.attributes.message, NASTY.replace('\u0001', '\u{FFFD}').replace('\u001b', '\u{FFFD}'))
  t.equal(failure?.attributes.type, 'process-crashing')
  t.match(read[0]?.attributes, { tests: '2', failures: '1', errors: '0', time: '1.500' })
})

t.test('JUnit: a wait without an answer is an error, whatever its message holds', async (t) => {
  const read = readBack(junitError(NASTY, 'unreachable', 2))
  t.match(read[0]?.attributes, { tests: '1', failures: '0', errors: '1', time: '2.000' })
  const { attributes } = read.find(({ tag }) => tag === 'error') ?? {}
  t.equal(attributes?.message, NASTY.replace('\u0001', '\u{FFFD}').replace('\u001b', '\u{FFFD}'))
  t.equal(attributes?.type, 'unreachable')
})

t.test('a verdict that no workload explains is a case of its own', async (t) => {
  const rows: readonly (readonly [Answer['verdict'], failures: string, errors: string])[] = [
    ['pass', '0', '0'],
    ['pending', '1', '0'],
    ['fail', '1', '0'],
    ['unknown', '0', '1'],
  ]
  for (const [verdict, failures, errors] of rows) {
    const [suites] = readBack(junit(answer({ verdict, workloads: [GOOD] }), 0))
    t.match(suites?.attributes, { failures, errors, tests: verdict === 'pass' ? '1' : '2' }, verdict)
  }
})
