import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../cluster/watch/watching.ts'
import { gateScene } from './gate-scene.ts'
import { run, start } from './lynceus.ts'

type Case = readonly [args: readonly string[], code: number, stdout: RegExp, stderr: RegExp]

async function check(t: Tap, source: readonly string[], cases: readonly Case[], env = {}) {
  const runs = cases.map(([args]) => run(['gate', '--kind', 'deployment', ...args, ...source], env))
  for (const [at, [args, code, stdout, stderr]] of cases.entries())
    t.match(await runs[at], { code, stdout, stderr }, args.join(' '))
}

type Tap = { match(found: unknown, wanted: object, message: string): unknown }

t.test('asking a server: exit codes, output and progress', async (t) => {
  const { server } = await gateScene(t, t.testdir({}))
  await check(
    t,
    ['--server', server, '--namespace', 'shop'],
    [
      [
        ['--name', 'web', '--settle', '1'],
        0,
        /pass deployment\/web: Deployment web is complete/,
        /pending .*must stay pass/,
      ],
      [
        ['--name', 'slow', '--timeout', '4s'],
        124,
        /pending deployment\/slow/,
        /no final verdict within \d+ s/,
      ],
      [['--name', 'none'], 3, /^$/, /No deployment "none" in namespace "/],
      [
        ['--name', 'none', '--format', 'junit'],
        3,
        /errors="1".*<error message="No deployment [^"]*none/s,
        /No deployment "none"/,
      ],
      [['--name', 'bad', '--format', 'json'], 1, /^\{"verdict":"fail".*"workloads":\[/, /fail/],
      [['--name', 'bad', '--quorum', 'some'], 2, /^$/, /quorum/],
      [['--name', 'bad', '--quorum', '200%'], 2, /^$/, /quorum: must be .*, not "200%"/],
    ],
  )
})

t.test('watching the cluster: the same, of what the question needs in one namespace', async (t) => {
  const directory = t.testdir({ 'patient.yaml': 'rules: { crash-loop: { class: threshold, times: 50 } }\n' })
  const { api, kubeconfig } = await gateScene(t, directory)
  const before = api.requests.length
  const summary = join(directory, 'summary.md')
  const cases: readonly Case[] = [
    [
      ['--name', 'web', '--settle', '1', '--format', 'github'],
      0,
      /^::notice title=deployment\/web/,
      /must stay pass/,
    ],
    [['--name', 'slow', '--timeout', '4s'], 124, /pending deployment\/slow/, /no final verdict/],
    [['--name', 'bad', '--format', 'junit'], 1, /<testcase name="deployment\/bad"/, /fail/],
    [['--name', 'none'], 3, /^$/, /No deployment "none" in namespace "/],
    [
      ['--name', 'bad', '--timeout', '4s', '--policy-file', join(directory, 'patient.yaml')],
      124,
      /pending .* the limit is 50/,
      /no final verdict/,
    ],
    [['--name', 'bad', '--quorum', '200%'], 2, /^$/, /--quorum: must be .* from 1% to 100%, not "200%"/],
    [['--name', 'bad', '--policy-file', join(directory, 'absent.yaml')], 2, /^$/, /absent\.yaml/],
  ]
  await check(t, ['--kubeconfig', kubeconfig], cases, { GITHUB_STEP_SUMMARY: summary })
  t.match(readFileSync(summary, 'utf8'), /✅ deployment\/web: pass/)
  // The service of the scene watches the whole cluster; whatever is about one namespace comes from the commands.
  const asked = api.requests
    .slice(before)
    .flatMap((request) => /namespaces\/(\w+\/\w+)/.exec(request)?.slice(1) ?? [])
  const wanted = ['deployments', 'events', 'pods', 'replicasets'].map((name) => `shop/${name}`)
  t.same([...new Set(asked)].toSorted(), wanted)
})

t.test('the log of a failing container, with the credentials of whoever asks', async (t) => {
  const { api, cluster, kubeconfig, server } = await gateScene(t, t.testdir({}))
  const pods = cluster.list('pods').map(({ metadata }) => JSON.stringify(metadata))
  const [, pod = ''] = /"name":"(bad-[^"]+)"/.exec(pods.join()) ?? []
  cluster.logs.write('shop', pod, 'app', 'cannot open \u001b[1m/data\n', true)
  const asks = () => api.requests.filter((request) => request.includes('/log?')).length
  const ask = (...flags: readonly string[]) =>
    run(['gate', '--kind', 'deployment', '--name', 'bad', '--kubeconfig', kubeconfig, ...flags])
  const next = `kubectl logs ${pod} -n shop -c app --previous`
  const shown = await ask()
  t.match(shown, { code: 1, stdout: /^[\d:]+ fail .*\n {2}Remedy: .*\n {2}Next: / })
  t.ok(shown.stdout.includes(`  Next: ${next}\n  Log of container app of pod ${pod}, previous run, its last`))
  t.match(shown.stdout, /:\n {2}\| cannot open \/data\n$/)
  t.equal(asks(), 1)
  const json = JSON.parse((await ask('--format', 'json')).stdout)
  t.match(json.logs, [{ pod, container: 'app', lines: ['cannot open /data'] }])
  t.equal(asks(), 2)
  for (const flags of [['--no-logs'], ['--no-logs', '--format', 'json']])
    t.notMatch((await ask(...flags)).stdout, /cannot open|"logs"/, flags.join(' '))
  const asked = ['gate', '--server', server, '--namespace', 'shop', '--kind', 'deployment', '--name', 'bad']
  t.match((await run(asked)).stdout, new RegExp(`Next: ${next}\n$`), 'a server reads none by default')
  t.equal(asks(), 2)
  api.access.forbid('pods/log')
  t.match(await ask(), { code: 1, stdout: /not read, as the right to get pods\/log is missing\.\n$/ })
})

t.test('watching the cluster without the right to nodes', async (t) => {
  const { api, kubeconfig } = await gateScene(t, t.testdir({}))
  api.access.forbid('nodes')
  const cases: readonly Case[] = [
    [
      ['--name', 'web', '--settle', '1'],
      0,
      /pass deployment\/web/,
      /^note: nodes may not be read: a pod counts as on a lost node only/m,
    ],
  ]
  await check(t, ['--kubeconfig', kubeconfig], cases)
})

t.test('watching the cluster: objects that others own', async (t) => {
  const { web, webPod, kubeconfig } = await gateScene(t, t.testdir({}))
  const owned: readonly Case[] = [
    [
      ['--kind', 'pod', '--name', webPod.pod, '--settle', '1', '--timeout', '20s'],
      0,
      /pass pod\/web-/,
      /must stay pass/,
    ],
    [
      ['--kind', 'replicaset', '--name', `web-${web.hash}`, '--settle', '1', '--timeout', '20s'],
      0,
      /pass replicaset\/web-/,
      /must stay pass/,
    ],
  ]
  await check(t, ['--kubeconfig', kubeconfig], owned)
})

t.test('wrong flags are 2, what cannot be reached is 4', async (t) => {
  const target = ['--kind', 'deployment', '--name', 'web']
  const cases: readonly Case[] = [
    [['--help'], 0, /--settle DURATION/, /^$/],
    [[...target, '--format', 'yaml'], 2, /^$/, /--format: "yaml"/],
    [[...target, '--timeout', '2h'], 2, /^$/, /--timeout: is at most 1h/],
    [[...target, '--server', 'ftp://x'], 2, /^$/, /--server/],
    [[...target, '--nmae', 'x'], 2, /^$/, /--nmae/],
    [[...target, '--server', 'http://127.0.0.1:1', '--timeout', '1s'], 4, /^$/, /could not be reached/],
    [
      [...target, '--server', 'http://127.0.0.1:1', '--policy-file', 'x'],
      2,
      /^$/,
      /--policy-file: cannot be combined with --server/,
    ],
    [target, 4, /^$/, /no cluster found/],
  ]
  const runs = cases.map(([args]) => run(['gate', ...args]))
  for (const [at, [args, code, stdout, stderr]] of cases.entries())
    t.match(await runs[at], { code, stdout, stderr }, args.join(' '))
})

t.test('a server that stops is asked again, and SIGTERM ends the wait', async (t) => {
  const { service, server, slow } = await gateScene(t, t.testdir({}))
  const args = ['gate', '--kind', 'deployment', '--name', 'slow', '--namespace', 'shop', '--server', server]
  const { child, finished } = start(args)
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  await until('pending', () => said.includes('pending'))
  slow.becomesReady()
  await service.stop(0)
  await until('no contact', () => said.includes('no contact'))
  child.kill('SIGTERM')
  t.match(await finished, { code: 3, stderr: /no contact: the server is shutting down[\s\S]*interrupted/ })
})
