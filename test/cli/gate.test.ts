import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Stage } from '../../src/embedded/stories/stage.ts'
import { serving } from '../http/serving.ts'
import { APP } from '../http/waiting.ts'
import { start } from './running.ts'

const CRASH = { exitCode: 1, reason: 'Error' }

/** A service, a kubeconfig, and Deployments `web` (good), `bad` (crashed often) and `slow` (not ready). */
async function scene(t: Parameters<typeof serving>[0], directory: string) {
  const served = await serving(t)
  const { cluster, api, service } = served
  const now = (): number => Date.now() / 1000
  const stage = (name: string) =>
    new Stage({ cluster, app: { ...APP, name }, tell: () => undefined, now, pace: 0 })
  const release = (on: Stage) => {
    on.release('app:1')
    const pod = on.addPod('app:1')
    pod.starts()
    return pod
  }
  const web = stage('web')
  release(web).becomesReady()
  const bad = release(stage('bad'))
  for (let crash = 0; crash < 4; crash += 1) {
    bad.ends(CRASH)
    bad.starts()
  }
  bad.ends(CRASH)
  bad.backsOff()
  const slow = release(stage('slow'))
  const kubeconfig = join(directory, 'config')
  writeFileSync(kubeconfig, api.kubeconfig('shop'))
  return { ...served, web, slow, kubeconfig, server: service.url }
}

t.test('exit codes and output, of a server and of a cluster alike', async (t) => {
  const { server, kubeconfig } = await scene(t, t.testdir({}))
  const cases: readonly (readonly [args: string[], code: number, stdout: RegExp, stderr: RegExp])[] = [
    [
      ['--name', 'web', '--settle', '1'],
      0,
      /pass deployment\/web: Deployment web is complete/,
      /pending .*must hold/,
    ],
    [['--name', 'bad'], 1, /fail \(process-crashing\) deployment\/bad: /, /fail/],
    [['--name', 'slow', '--timeout', '1s'], 124, /pending deployment\/slow/, /no final verdict within 1 s/],
    [['--name', 'none'], 3, /^$/, /has nothing that deployment\/none names/],
    [['--name', 'bad', '--format', 'json'], 1, /^\{"verdict":"fail".*"workloads":\[/, /fail/],
    [['--name', 'bad', '--format', 'junit'], 1, /<testcase name="deployment\/bad"/, /fail/],
    [
      ['--name', 'bad', '--format', 'github', '--file', 'k8s/web.yaml'],
      1,
      /^::error file=k8s\/web.yaml,title=deployment\/bad%3A fail \(process-crashing\)::/,
      /fail/,
    ],
  ]
  const sources = [
    { source: ['--server', server, '--namespace', 'shop'], env: {} },
    { source: ['--kubeconfig', kubeconfig], env: {} },
  ]
  for (const { source, env } of sources) {
    const runs = cases.map(
      ([args]) => start(['gate', '--kind', 'deployment', ...args, ...source], env).result,
    )
    for (const [at, ran] of (await Promise.all(runs)).entries()) {
      const [args, code, stdout, stderr] = cases[at] ?? [[], -1, /^/, /^/]
      t.match(ran, { code, stdout, stderr }, `${source[0]} ${args.join(' ')}`)
    }
  }
})
