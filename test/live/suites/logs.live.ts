// The end of a failing container's log, from a real kubelet: as lynceus gate shows it, and what a kubelet says where there
// is none.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { findCluster } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'
import { LogTails } from '../../../src/cluster/client/log-tails.ts'
import { steadyNow } from '../../../src/lib/clock.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, list, text } from '../support/json.ts'
import { barePod, deployment, SERVING, shell } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

async function gate(kubeconfig: string, args: readonly string[]) {
  const env = { PATH: process.env.PATH, KUBECONFIG: kubeconfig }
  const child = spawn(process.execPath, [main, 'gate', ...args], { env })
  const [stdout, , [code]] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, code: Number(code) }
}

t.test('a crash is shown with its log', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'logs-crash')
  const script =
    'for i in $(seq 30); do echo "line $i"; done; printf "\\033[31mno database\\033[0m\\n"; exit 3'
  await scenario.deploy(deployment('app', shell(script)))
  const { kubeconfig } = readEnvironment()
  const args = ['--namespace', scenario.namespace, '--kind', 'deployment', '--name', 'app', '--timeout', '4m']
  const { stdout, code } = await gate(kubeconfig, args)
  t.equal(code, 1)
  t.match(
    stdout,
    /\n {2}Next: kubectl logs app-\S+ -n logs-crash -c \S+( --previous)?\n {2}Log of container .*:\n/,
  )
  const shown = stdout.split('\n').filter((line) => line.startsWith('  | '))
  t.equal(shown.length, 20)
  t.same(shown.slice(-2), ['  | line 30', '  | no database'])
})

t.test('what a kubelet says where there is no log', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'logs-none')
  const pods = scenario.path('v1', 'pods')
  await scenario.api.create(pods, barePod('good', SERVING))
  await scenario.api.create(
    pods,
    barePod('stuck', { container: { envFrom: [{ secretRef: { name: 'absent' } }] } }),
  )
  const stateOf = async (name: string) => {
    const [status] = list(await scenario.api.get(`${pods}/${name}`), 'status', 'containerStatuses')
    return Object.keys(Object(at(status, 'state')))[0]
  }
  await until(
    'one runs',
    () => stateOf('good'),
    (state) => state === 'running',
  )
  await until(
    'one waits',
    () => stateOf('stuck'),
    (state) => state === 'waiting',
  )
  const { kubeconfig } = readEnvironment()
  const options = {
    kubeconfig,
    env: {},
    namespaces: [],
    alwaysProven: false,
    userAgent: 'test',
    now: steadyNow,
  }
  const connection = new Connection(await findCluster(options), 'test', steadyNow)
  t.teardown(() => connection.close())
  const tails = new LogTails(connection, steadyNow)
  const problem = async (pod: string, previous: boolean, name = pod) => {
    const [container] = list(await scenario.api.get(`${pods}/${pod}`), 'spec', 'containers')
    const run = { podUid: `${name}${previous}`, restarts: 0, previous, hasEnded: previous }
    const named = { namespace: scenario.namespace, pod: name, container: text(container, 'name') }
    return (await tails.read([{ ...run, ...named }]))[0]?.problem
  }
  t.equal(await problem('good', false), null)
  t.equal(await problem('good', true), 'the run before it left none')
  t.equal(await problem('stuck', false), 'the container has not started yet')
  t.equal(await problem('good', false, 'gone'), 'the pod is gone')
})
