import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify } from 'fastify'
import t, { type Test } from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { EXIT, UsageError } from '../../src/cli/command.ts'
import { defineCommand } from '../../src/cli/flags.ts'
import { parseQuestionFlags, QUESTION_FLAGS } from '../../src/cli/question-flags.ts'
import { kebab } from '../../src/lib/text.ts'
import { ANNOTATION_NAMES, completeByAnnotations } from '../../src/question/annotations.ts'
import { resolveContext } from '../../src/question/effective-policy.ts'
import { PARAMETERS, type ParameterName, parseText, QuestionSchema } from '../../src/question/parameters.ts'
import { parseQuestion } from '../../src/question/parse.ts'
import type { Question } from '../../src/question/question.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'

const NOW = 1_800_000_000
const BASE = { namespace: 'shop', hash: 'aaa' }

/** A question with each parameter, which means something else than the one without it. */
const CASES: Readonly<Record<ParameterName, Readonly<Record<string, string>>>> = {
  namespace: { ...BASE, namespace: 'bank' },
  hash: { ...BASE, hash: 'bbb' },
  selector: { namespace: 'shop', selector: 'app in (web,api)' },
  kind: { namespace: 'shop', kind: 'deploy', name: 'web' },
  name: { namespace: 'shop', kind: 'pod', name: 'web-1' },
  limit: { ...BASE, limit: '3' },
  window: { ...BASE, window: '1m30s' },
  since: { ...BASE, since: '2026-11-28T03:00:00Z' },
  container: { ...BASE, container: 'app' },
  quorum: { ...BASE, quorum: '25%' },
  minPods: { ...BASE, minPods: '0' },
  retryLimit: { ...BASE, retryLimit: '7' },
  pendingDeadline: { ...BASE, pendingDeadline: '10m' },
  progressDeadline: { ...BASE, progressDeadline: '90' },
  ignoreSecretNotFound: { ...BASE, ignoreSecretNotFound: 'true' },
  policy: { ...BASE, policy: 'rollout-status' },
  onStale: { ...BASE, onStale: 'unknown' },
  detail: { ...BASE, detail: 'full' },
  wait: { ...BASE, wait: '5s' },
}

const Echo = Type.Object({
  question: Type.Unsafe<Question>({ type: 'object' }),
  waitSeconds: Type.Number(),
})

const ANYWHERE: Parameters<typeof parseQuestion>[1] = { namespaces: [], customResources: [] }

/** A server that answers with what it has read. */
async function startEcho(t: Test, where = ANYWHERE): Promise<string> {
  const app = fastify({ ajv: { customOptions: { removeAdditional: false } } })
  t.teardown(() => app.close())
  const typed = app.withTypeProvider<TypeBoxTypeProvider>()
  typed.get('/', { schema: { querystring: QuestionSchema } }, ({ query }) => parseQuestion(query, where, NOW))
  typed.post('/', { schema: { body: QuestionSchema } }, ({ body }) => parseQuestion(body, where, NOW))
  return app.listen({ host: '127.0.0.1', port: 0 })
}

function byFlags(texts: Readonly<Record<string, string>>): Promise<Question> {
  const args = Object.entries(texts).flatMap(([name, text]) =>
    QUESTION_FLAGS[kebab(name)]?.value === undefined && text === 'true'
      ? [`--${kebab(name)}`]
      : [`--${kebab(name)}=${text}`],
  )
  return new Promise((resolve, reject) => {
    const command = defineCommand({
      name: 'ask',
      summary: '',
      usage: '',
      flags: QUESTION_FLAGS,
      run: async (flags) => {
        resolve(parseQuestionFlags(flags, null, NOW, []))
        return EXIT.pass
      },
    })
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const terminated = Promise.withResolvers<NodeJS.Signals>().promise
    command.run({ args, env: {}, stdout, stderr, terminated }).catch(reject)
  })
}

function byBody(texts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(PARAMETERS)
  const values = rows.flatMap(([name, { schema }]) => {
    const text = texts[name]
    return text === undefined ? [] : [[name, parseText(schema, text)]]
  })
  return JSON.stringify(Object.fromEntries(values))
}

t.test('each parameter means the same by query, body, flag and annotation', async (t) => {
  const url = await startEcho(t)
  const read = async (response: Response) => {
    t.equal(response.status, 200)
    return Value.Parse(Echo, await response.json())
  }
  const ask = async (texts: Readonly<Record<string, string>>) =>
    read(await fetch(`${url}?${new URLSearchParams(texts)}`))
  const base = await ask(BASE)
  for (const [name, row] of Object.entries(PARAMETERS)) {
    const texts = Object.entries(CASES).find(([known]) => known === name)?.[1] ?? {}
    const asked = await ask(texts)
    t.notSame(asked, base, `${name} means something`)
    const headers = { 'content-type': 'application/json' }
    t.same(
      await read(await fetch(url, { method: 'POST', headers, body: byBody(texts) })),
      asked,
      `${name}: body`,
    )
    if (row.isFlag) t.same(await byFlags(texts), asked.question, `${name}: flag`)
    else await t.rejects(byFlags(texts), UsageError, `${name} is about serving`)
    const isAnnotation = 'tune' in row
    t.equal(ANNOTATION_NAMES.includes(kebab(name)), isAnnotation)
    const annotations = { [`lynceus.dev/${kebab(name)}`]: texts[name] ?? '' }
    const workload = { uid: 'u', subject: 'deployment/web', annotations }
    const completed = completeByAnnotations(base.question, workload)
    t.same(completed.question, isAnnotation ? asked.question : base.question, `${name}: annotation`)
    t.equal(completed.problems.length, isAnnotation ? 0 : 1)
    const other = { ...workload, annotations: { 'lynceus.dev/limit': '99', 'lynceus.dev/window': '99' } }
    const both = completeByAnnotations(asked.question, other).question
    t.same(both, { limit: 99, window: 99, ...asked.question }, `${name} of the request goes before`)
  }
})

t.test('a custom kind may be asked for by its full name, however long', async (t) => {
  const entry = {
    group: 'networking.istio.io',
    version: 'v1',
    kind: 'ServiceEntry',
    plural: 'serviceentries',
  }
  const longest = {
    group: 'example.com',
    version: 'v1',
    kind: `K${'k'.repeat(62)}`,
    plural: `k${'k'.repeat(61)}s`,
  }
  const url = await startEcho(t, { namespaces: [], customResources: [entry, longest] })
  for (const { kind, plural, group } of [entry, longest]) {
    for (const asked of [kind, `${kind}.${group}`, `${plural}.${group}`]) {
      const texts = { namespace: 'shop', kind: asked, name: 'web' }
      const response = await fetch(`${url}?${new URLSearchParams(texts)}`)
      t.equal(response.status, 200, asked)
      const { question } = Value.Parse(Echo, await response.json())
      t.match(question.target, { kind: `${kind.toLowerCase()}.${group}` })
    }
  }
})

t.test('each threshold is applied to the rules, or read by an analysis', async (t) => {
  const folder = new URL('../../src/analyze/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .concat('../question/effective-policy.ts')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const { question: base } = parseQuestion(BASE, ANYWHERE, NOW)
  for (const [name, row] of Object.entries(PARAMETERS)) {
    if (!('tune' in row)) continue
    const text = Object.entries(CASES).find(([known]) => known === name)?.[1]?.[name] ?? ''
    const workload = { uid: 'u', subject: '', annotations: { [`lynceus.dev/${kebab(name)}`]: text } }
    const { question } = completeByAnnotations(base, workload)
    const isApplied =
      JSON.stringify(resolveContext(question, LYNCEUS, NOW)) !==
      JSON.stringify(resolveContext(base, LYNCEUS, NOW))
    const isRead = sources.some((source) =>
      new RegExp(`question\\.${name}\\b|together\\.${name}\\b|\\b${name}\\b.*: .*Question\\b`).test(source),
    )
    t.ok(isApplied || isRead, name)
  }
})

t.test('the policy rollout-status takes its limits from the same parameters', async (t) => {
  const asked = { ...BASE, policy: 'rollout-status', retryLimit: 2, pendingDeadline: '30s' } as const
  const { rules } = resolveContext(parseQuestion(asked, ANYWHERE, NOW).question, LYNCEUS, NOW).policy
  t.match(rules, { 'crash-loop': { times: 3 }, unschedulable: { seconds: 30, patientSeconds: 30 } })
  const plain = parseQuestion({ ...BASE, policy: 'rollout-status' }, ANYWHERE, NOW).question
  t.match(resolveContext(plain, LYNCEUS, NOW).policy.rules, {
    'crash-loop': { times: 7 },
    unschedulable: { seconds: 180 },
  })
})

t.test('a flag takes no more than HTTP does', async (t) => {
  for (const [name, text] of [
    ['limit', '1.5'],
    ['limit', 'many'],
    ['window', 'soon'],
    ['quorum', '0'],
  ] as const)
    await t.rejects(byFlags({ ...BASE, [name]: text }), new RegExp(`--${name}: `), `${name}=${text}`)
})
