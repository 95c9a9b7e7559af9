import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { parseAccess } from '../../src/cluster/client/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { startService } from '../../src/service.ts'
import { gateScene } from '../cli/gate-scene.ts'
import { runScript } from '../cli/run-script.ts'
import { until } from '../live/support/until.ts'
import { exampleDocuments, exampleText, jenkinsScripts, repositoryText } from './support/examples.ts'

const Texts = Type.Record(Type.String(), Type.String())
const Workflow = Type.Object({
  jobs: Type.Record(
    Type.String(),
    Type.Object({
      steps: Type.Array(
        Type.Object({
          uses: Type.Optional(Type.String()),
          run: Type.Optional(Type.String()),
          env: Type.Optional(Texts),
          with: Type.Optional(Texts),
        }),
      ),
    }),
  ),
})
const GitLab = Type.Object({
  stages: Type.Array(Type.String()),
  include: Type.Array(Type.Object({ component: Type.String(), inputs: Texts })),
  verify: Type.Object({ stage: Type.String(), variables: Texts, script: Type.Array(Type.String()) }),
})
const Described = Type.Object({ default: Type.Optional(Type.String()) })
const Inputs = Type.Record(Type.String(), Described)
const Named = Type.Object({ name: Type.String(), value: Type.String() })
const Task = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  spec: Type.Object({
    params: Type.Array(Type.Object({ name: Type.String(), default: Type.Optional(Type.String()) })),
    steps: Type.Array(Type.Object({ env: Type.Array(Named), script: Type.String() })),
  }),
})
const Pipeline = Type.Object({
  spec: Type.Object({
    tasks: Type.Array(
      Type.Object({
        taskRef: Type.Optional(Type.Object({ name: Type.String() })),
        params: Type.Optional(Type.Array(Named)),
      }),
    ),
  }),
})

/** A script of an example that stands alone, and what it finds in its environment. */
interface Standalone {
  readonly shell: string
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
}

const github = Value.Parse(Workflow, exampleDocuments('github-actions.yml')[0]).jobs
const gitlab = Value.Parse(GitLab, exampleDocuments('gitlab-ci.yml')[0])
const [taskDocument, pipelineDocument] = exampleDocuments('tekton.yaml')
const task = Value.Parse(Task, taskDocument)
const pipeline = Value.Parse(Pipeline, pipelineDocument)
const calls = pipeline.spec.tasks.filter(({ taskRef }) => taskRef?.name === task.metadata.name)

function only<T>(all: readonly T[]): T {
  const [first, ...others] = all
  if (first === undefined || others.length > 0) throw new Error(`${all.length} where one was expected`)
  return first
}

/** Every script that asks the gate, with the variables that its runner would set. */
function standalone(server: string): Readonly<Record<string, Standalone>> {
  const step = only((github.curl?.steps ?? []).filter(({ run }) => run?.includes('/gate') === true))
  const wait = only(task.spec.steps)
  const given = only(calls).params ?? []
  const variables = wait.env.map(({ name, value }) => {
    const parameter = /^\$\(params\.(\w+)\)$/.exec(value)?.[1] ?? ''
    const initial = task.spec.params.find((one) => one.name === parameter)?.default
    return [name, given.find((one) => one.name === parameter)?.value ?? initial ?? ''] as const
  })
  const tekton = { ...Object.fromEntries(variables), SERVER: server }
  const variable = { LYNCEUS: server }
  const jenkins = only(jenkinsScripts(exampleText('Jenkinsfile')).filter((one) => one.includes('/gate')))
  return {
    'GitHub Actions': { shell: 'bash', script: step.run ?? '', variables: variable },
    'GitLab CI': { shell: 'sh', script: gitlab.verify.script.join('\n'), variables: variable },
    Jenkins: { shell: 'sh', script: jenkins, variables: variable },
    Tekton: { shell: 'sh', script: wait.script, variables: tekton },
  }
}

/** The same question about another workload; a pass counts at once. */
function about(name: string, { script, variables, ...rest }: Standalone): Standalone {
  const renamed = Object.entries(variables).map(([key, value]) => [key, value.replace(/^checkout$/, name)])
  return {
    ...rest,
    script: script
      .replace('name=checkout', `name=${name}`)
      .replace('--data-urlencode format=', '--data-urlencode settle=0s --data-urlencode format='),
    variables: Object.fromEntries(renamed),
  }
}

/** Workloads of the scene, and curl's exit code: 22 is an HTTP status from 400 on. */
const OUTCOMES = [
  ['web', 0],
  ['bad', 22],
  ['absent', 22],
] as const

t.test('every script passes for a good release and fails for a bad one', async (t) => {
  const folder = t.testdir({})
  const { server } = await gateScene(t, folder)
  const cases = Object.entries(standalone(server)).flatMap(([program, example]) =>
    OUTCOMES.map(([name, code]) => ({ program, name, code, ...about(name, example) })),
  )
  const results = cases.map(({ shell, script, variables }) =>
    runScript(shell, script, variables, mkdtempSync(join(folder, 'case-'))),
  )
  for (const [index, { program, name, code }] of cases.entries())
    t.match(await results[index], { code }, `${program}: ${name}`)
})

t.test('a wait with --retry goes on when Lynceus is replaced', async (t) => {
  const { server, api, service, slow } = await gateScene(t, t.testdir({}))
  const { shell, script, variables } = about('slow', standalone(server)['GitHub Actions'] ?? only([]))
  const waiting = runScript(shell, script, variables, t.testdir({}))
  await until(
    'the wait',
    async () => (await fetch(`${server}/metrics`)).text(),
    (text) => /^lynceus_gate_waiting_clients 1$/m.test(text),
  )
  const flags = { host: '127.0.0.1', port: new URL(server).port, logLevel: 'silent' }
  await service.stop(0)
  const next = await startService({
    config: loadConfig({ flags, env: {} }),
    cluster: parseAccess(api.kubeconfig()),
  })
  t.teardown(() => next.stop(0))
  slow.becomesReady()
  t.match(await waiting, { code: 0, stdout: /deployment\/slow%3A pass/ })
})

t.test('the scripts are right as they stand', async (t) => {
  const github = exampleText('github-actions.yml')
  for (const [program, { shell, script, variables }] of Object.entries(standalone('http://server'))) {
    const parsed = await runScript('sh', `${shell} -n -c "$SCRIPT"`, { SCRIPT: script }, '.')
    t.equal(parsed.code, 0, `${program}: ${parsed.stderr}`)
    t.notMatch(script, /\$\{\{|\$\(params|\$\[\[/, `${program}: no expression is pasted into the script`)
    t.match(`${script} ${Object.values(variables).join(' ')}`, /checkout[\s\S]*5m|5m[\s\S]*checkout/, program)
  }
  t.match(github, /env:\n +LYNCEUS: \$\{\{ vars\.LYNCEUS_URL \}\}/)
})

t.test('the GitHub Action and the GitLab component have the inputs that are given', async (t) => {
  const action = Value.Parse(Type.Object({ inputs: Inputs }), parse(repositoryText('action.yml')))
  const step = only((github.action?.steps ?? []).filter(({ uses }) => uses?.startsWith('YOUR/') === true))
  for (const input of Object.keys(step.with ?? {})) t.ok(Object.hasOwn(action.inputs, input), input)
  const [head = ''] = repositoryText('templates/gate.yml').split('\n---\n')
  const { inputs } = Value.Parse(Type.Object({ spec: Type.Object({ inputs: Inputs }) }), parse(head)).spec
  const included = only(gitlab.include)
  t.match(included.component, /\/gate@/)
  for (const input of Object.keys(included.inputs)) t.ok(Object.hasOwn(inputs, input), input)
  for (const [input, { default: initial }] of Object.entries(inputs))
    if (initial === undefined) t.ok(Object.hasOwn(included.inputs, input), `${input} is given`)
  t.ok(gitlab.stages.includes(included.inputs.stage ?? ''))
})

t.test('the Tekton Pipeline gives the Task what it needs', async (t) => {
  const given = (only(calls).params ?? []).map(({ name }) => name)
  const names = task.spec.params.map(({ name }) => name)
  t.same(
    given.filter((name) => !names.includes(name)),
    [],
  )
  const needed = task.spec.params.filter((one) => one.default === undefined).map(({ name }) => name)
  t.same(
    needed.filter((name) => !given.includes(name)),
    [],
  )
})
