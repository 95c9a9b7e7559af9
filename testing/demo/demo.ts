import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, type ProcessContext, UsageError } from '../../src/cli/command.ts'
import { defineCommand, type ParsedFlags } from '../../src/cli/flags.ts'
import { loadAccess } from '../../src/cluster/client/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { steadyNow } from '../../src/lib/clock.ts'
import { errorCode } from '../../src/lib/error-chain.ts'
import { resolveColumns, wantsColours } from '../../src/lib/terminal.ts'
import { type Service, startService } from '../../src/service.ts'
import { EmbeddedApi, EmbeddedCluster } from '../fake-apiserver/index.ts'
import { Stage } from '../scenario/stage.ts'
import { type Outcome, play } from './play.ts'
import { Screen } from './screen.ts'

/** Where the demo listens unless told: what `serve` listens on too. Taken: any free port. */
const USUAL_PORT = '8080'
const APP = { namespace: 'shop', name: 'checkout', replicas: 3 }
/** How long Lynceus may take to read an empty cluster on a busy machine. */
const READY_TIMEOUT_MS = 15_000
const READY_EVERY_MS = 50

const USAGE = `Usage: lynceus demo [flags]

Starts a small Kubernetes API in this process, plays a story on it (a healthy release, a crash loop, a
missing image, an OOM kill, a recovery), and shows what Lynceus answers meanwhile. Needs no cluster.
Keeps serving until Ctrl-C.
`

/** `lynceus demo`: the whole product in one process, without a cluster. */
export const demo = defineCommand({
  name: 'demo',
  summary: 'Show what it does, without a cluster.',
  usage: USAGE,
  flags: {
    once: { text: 'End after the story: exit 0, or 1 when a verdict differs from the expected one.' },
    port: {
      value: 'PORT',
      text: `Port of Lynceus (default ${USUAL_PORT}, or any free one when that is taken).`,
    },
    pace: {
      value: 'FACTOR',
      text: 'Duration of the story: 1 leaves time to read (default), 0.2 is five times as fast.',
    },
  },
  run: async (flags, context) => runDemo(context, readFlags(flags)),
})

interface Flags {
  readonly once: boolean
  readonly port: string | undefined
  readonly pace: number
}

async function runDemo(context: ProcessContext, { once, port, pace }: Flags): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'lynceus-demo-'))
  const cluster = new EmbeddedCluster()
  const api = await new EmbeddedApi(cluster).start()
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, api.kubeconfig(APP.namespace))
  let service: Service | undefined
  try {
    service = await startLynceus(kubeconfig, port)
    return await show(context, { once, pace, kubeconfig, api, cluster, service })
  } finally {
    await service?.stop(0)
    await api.stop()
    await rm(directory, { recursive: true })
  }
}

interface Running {
  readonly once: boolean
  readonly pace: number
  readonly kubeconfig: string
  readonly api: EmbeddedApi
  readonly cluster: EmbeddedCluster
  readonly service: Service
}

async function show({ stdout, env, terminated }: ProcessContext, running: Running): Promise<number> {
  const { api, cluster, service, once, pace } = running
  const screen = new Screen({
    write: (text) => stdout.write(text),
    colours: wantsColours(stdout, env),
    columns: resolveColumns(stdout),
    now: steadyNow,
  })
  // Nobody reads any more (`lynceus demo | head`): as if it were interrupted.
  const unread = new Promise<void>((resolve) => stdout.on('error', () => resolve()))
  const ended = Promise.race([terminated, unread])
  introduce(screen, api, service)
  await untilReady(service.url)
  const stage = new Stage({ cluster, app: APP, tell: (what) => screen.cluster(what), now: steadyNow, pace })
  let interrupted = false
  const interruption = ended.then(() => {
    interrupted = true
    return []
  })
  const outcomes = await Promise.race([play(stage, screen, service.url, () => interrupted), interruption])
  if (interrupted) return EXIT.pass
  const right = summarise(screen, outcomes)
  if (once) return right ? EXIT.pass : EXIT.fail
  suggest(screen, running, stage)
  await ended
  return EXIT.pass
}

/** Waits until Lynceus has heard of the whole cluster once. Throws when it doesn't. */
async function untilReady(url: string): Promise<void> {
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += READY_EVERY_MS) {
    const { status } = await fetch(`${url}/readyz`)
    if (status === 200) return
    await sleep(READY_EVERY_MS)
  }
  throw new Error(`Lynceus is not ready after ${READY_TIMEOUT_MS / 1000} s`)
}

function introduce(screen: Screen, api: EmbeddedApi, service: Service): void {
  screen.title('Lynceus: is this revision good?')
  screen.say(
    'Lynceus watches a Kubernetes cluster and answers one question over HTTP: pass, pending or fail, with the reason. ' +
      'Argo Rollouts, pipelines and people ask it during a release.',
  )
  screen.blank()
  screen.say(`A small Kubernetes API, made for this demo, listens on ${api.url}`)
  screen.say(`Lynceus watches it and answers on                      ${service.url}`)
}

function summarise(screen: Screen, outcomes: readonly Outcome[]): boolean {
  screen.title('The final answers of Lynceus')
  for (const { chapter, label, path, expected, got, right } of outcomes) {
    const said = `${chapter}, ${label}: ${got}`
    screen.outcome(right, right ? said : `${said}; expected ${expected}, of ${path}`)
  }
  return outcomes.every(({ right }) => right)
}

function suggest(screen: Screen, { service, kubeconfig }: Running, stage: Stage): void {
  const { namespace, name } = APP
  screen.title('Your turn')
  screen.say('Both go on serving. In another terminal:')
  screen.blank()
  screen.command(`curl '${service.url}/analyze?namespace=${namespace}&kind=deployment&name=${name}'`)
  screen.command(`curl '${service.url}/analyze/crashes?namespace=${namespace}&hash=${stage.hash}&limit=1'`)
  screen.command(
    `curl '${service.url}/analyze?namespace=${namespace}&kind=deployment&name=${name}&detail=full'`,
  )
  screen.command(`curl '${service.url}/metrics'`)
  screen.command(`kubectl --kubeconfig ${kubeconfig} describe deployment ${name}`)
  screen.blank()
  screen.say('Ctrl-C ends it.')
}

async function startLynceus(kubeconfig: string, port: string | undefined): Promise<Service> {
  const start = (on: string) =>
    startService({
      config: loadConfig({ flags: { host: '127.0.0.1', port: on, kubeconfig, logLevel: 'fatal' }, env: {} }),
      cluster: loadAccess([kubeconfig]),
    })
  if (port !== undefined) return start(port)
  try {
    return await start(USUAL_PORT)
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return start('0')
    throw error
  }
}

function readFlags({ values, given }: ParsedFlags): Flags {
  const pace = Number(values.pace ?? '1')
  if (!(pace >= 0)) throw new UsageError(`--pace: "${values.pace}": a number from 0 was expected`)
  return { once: given.has('once'), port: values.port, pace }
}
