import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse, parseAllDocuments } from 'yaml'
import { gateScene } from './gate-scene.ts'
import { runScript, type ScriptResult } from './run-script.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const Described = Type.Object({ default: Type.Optional(Type.String()) })
const Action = Type.Object({
  inputs: Type.Record(Type.String(), Described),
  runs: Type.Object({
    using: Type.Literal('composite'),
    steps: Type.Array(
      Type.Object({
        uses: Type.Optional(Type.String()),
        shell: Type.Optional(Type.String()),
        env: Type.Optional(Type.Record(Type.String(), Type.String())),
        run: Type.Optional(Type.String()),
      }),
    ),
  }),
})
const Component = Type.Object({ spec: Type.Object({ inputs: Type.Record(Type.String(), Described) }) })
const Jobs = Type.Record(
  Type.String(),
  Type.Object({
    image: Type.String(),
    stage: Type.String(),
    variables: Type.Record(Type.String(), Type.String()),
    script: Type.Array(Type.String()),
    artifacts: Type.Object({ reports: Type.Object({ junit: Type.String() }) }),
  }),
)

/** Runs a script as a runner does; variables with an input's expression get its value. */
function run(
  shell: string,
  script: string,
  variables: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
  cwd: string,
): Promise<ScriptResult> {
  const filled = Object.entries(variables).map(([name, value]) => {
    const input = /inputs\.(\w+)/.exec(value)?.[1] ?? ''
    return [name, inputs[input] ?? ''] as const
  })
  return runScript(shell, script, { ...more, ...Object.fromEntries(filled) }, cwd)
}

function defaultsOf(inputs: Readonly<Record<string, { readonly default?: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? '']))
}

t.test('the GitHub Action waits and says it in workflow commands and a summary', async (t) => {
  const directory = t.testdir({})
  const { server } = await gateScene(t, directory)
  const action = Value.Parse(Action, parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')))
  const step = action.runs.steps.at(-1)
  const variables = step?.env ?? {}
  for (const value of Object.values(variables)) {
    const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? ''
    t.ok(Object.hasOwn(action.inputs, input), value)
  }
  t.notMatch(step?.run, /\$\{\{/, 'no expression is pasted into the script')
  const base = { ...defaultsOf(action.inputs), server, namespace: 'shop', kind: 'deployment' }
  const summary = join(directory, 'summary.md')
  const more = { GITHUB_ACTION_PATH: ROOT, GITHUB_STEP_SUMMARY: summary, HOME: '/nonexistent' }
  const wait = (inputs: Readonly<Record<string, string>>) =>
    run(step?.shell ?? '', step?.run ?? '', variables, { ...base, ...inputs }, more, directory)
  t.match(await wait({ name: 'web', settle: '0s' }), { code: 0, stdout: /^::notice title=/ })
  const failed = await wait({ name: 'bad', file: 'k8s/bad.yaml' })
  t.match(failed, { code: 1, stdout: /^::error file=k8s\/bad.yaml,title=deployment\/bad%3A fail/ })
  t.match(readFileSync(summary, 'utf8'), /✅ deployment\/web: pass[\s\S]*❌ deployment\/bad: fail/)
})

t.test('the GitLab component waits and leaves a JUnit report', async (t) => {
  const directory = t.testdir({})
  const { server } = await gateScene(t, directory)
  const [head, body] = parseAllDocuments(readFileSync(join(ROOT, 'templates/gate.yml'), 'utf8')).map((one) =>
    one.toJS(),
  )
  const { inputs } = Value.Parse(Component, head).spec
  const [job] = Object.values(Value.Parse(Jobs, body))
  const variables = job?.variables ?? {}
  for (const value of [job?.image ?? '', job?.stage ?? '', ...Object.values(variables)]) {
    const input = /^\$\[\[ inputs\.(\w+) \]\]$/.exec(value)?.[1] ?? ''
    t.ok(Object.hasOwn(inputs, input), value)
  }
  const base = { ...defaultsOf(inputs), server, namespace: 'shop' }
  const wait = (given: Readonly<Record<string, string>>) =>
    run('sh', job?.script.join('\n') ?? '', variables, { ...base, ...given }, {}, directory)
  t.match(await wait({ name: 'web', settle: '0s' }), { code: 0 })
  const report = join(directory, job?.artifacts.reports.junit ?? '')
  t.match(readFileSync(report, 'utf8'), /failures="0"/)
  t.match(await wait({ name: 'bad' }), { code: 22, stdout: /<failure / })
  t.match(readFileSync(report, 'utf8'), /failures="1"/)
  const stopping = await stoppingOnce(t, 0)
  t.match(await wait({ name: 'web', server: stopping.url, timeout: '1m' }), { code: 0 })
  t.equal(stopping.count(), 2, 'a replica that stops')
  // Of ten seconds one is left for asking again.
  const late = await stoppingOnce(t, 1500)
  t.match(await wait({ name: 'web', server: late.url, timeout: '10s' }), { code: 22 })
  t.equal(late.count(), 1, 'a wait that took its whole time')
})

/** Answers the first question with 503 after a while, as a replica that stops, and the next as another would. */
async function stoppingOnce(t: Test, firstAfterMs: number) {
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    const [status, afterMs] = asked === 1 ? [503, firstAfterMs] : [200, 0]
    setTimeout(() => response.writeHead(status).end('<testsuites/>'), afterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, count: () => asked }
}
