import t from 'tap'
import type { RemoteAnswer } from '../../src/analyze/answer.ts'
import { githubCommands, githubSummary } from '../../src/formats/github.ts'
import { junit, junitError } from '../../src/formats/junit.ts'
import { textLine } from '../../src/formats/text.ts'

const NASTY = 'a "b" <c> & \'d\' 100%\r\n::error::x, y: z \u0001\u001b[31m | ]]> ü'
const GOOD = {
  target: 'deployment/api',
  verdict: 'pass',
  code: null,
  reason: null,
  message: 'Good.',
} as const
const BAD = {
  target: 'deployment/web',
  verdict: 'fail',
  code: 'process-crashing',
  reason: 'Error',
  message: NASTY,
} as const

function answer(given: Partial<RemoteAnswer>): RemoteAnswer {
  const counts = { crashes: 0, restarts: 0, pods: 1, readyPods: 1, failingPods: 0, desired: 1 }
  const rest = {
    revision: null,
    generation: null,
    cacheAgeSeconds: 0,
    evaluatedAt: '2026-11-21T05:37:39.204Z',
  }
  return { ...GOOD, ...counts, ...rest, target: 'app=web', ...given }
}

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
  const rows: readonly (readonly [RemoteAnswer['verdict'], failures: string, errors: string])[] = [
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

t.test('GitHub: commands are escaped, one line each', async (t) => {
  const commands = githubCommands(answer({ verdict: 'fail', workloads: [BAD, GOOD] }), 'k8s/a,b:c.yaml')
  const [first = '', second, ...others] = commands.split('\n')
  t.match(first, '::error file=k8s/a%2Cb%3Ac.yaml,title=deployment/web%3A fail (process-crashing)::a "b"')
  t.match(first, '100%25%0D%0A::error::x, y: z')
  t.match(second, /^::notice /)
  t.same(others, [''])
})

t.test('GitHub: a summary is a table in which text stays text', async (t) => {
  const lines = githubSummary(answer({ verdict: 'fail', workloads: [BAD], workloadsOmitted: 3 })).split('\n')
  t.match(lines[0], /^### ❌ app=web: fail/)
  const row = lines.find((line) => line.includes('deployment/web')) ?? ''
  t.equal(row.replaceAll('\\|', '').split('|').length, 5)
  t.notMatch(row, '<c>')
  t.ok(lines.includes('3 more workloads were left out.'))
})

t.test('text: one line without control characters, coloured only when asked', async (t) => {
  const line = textLine(answer({ ...BAD }))
  t.match(line, /^05:37:39 fail \(process-crashing\) deployment\/web: a "b"/)
  t.notMatch(line, /\p{Cc}/u)
  t.match(textLine(answer({}), true), '\u001b[32m')
})
