import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seedPods } from '../testing/fake-apiserver/seed.ts'
import { type RealCluster, restarted, type Writers } from './real-cluster.ts'
import { POLL_MS, processFigures, REST_MS, spawnService, untilReady } from './service-process.ts'

const ROUNDS = 5
const PROXY_PORT = 19_790
const EXIT_MS = 3_000
/** Pods that change while the API server cannot be reached. */
const CHANGED_PODS = 1_000

/**
 * The API server cannot be reached, and what the clients had last is too old for it when it can: two replicas list
 * everything anew. How long that takes once they reach it, and what it costs them.
 */
export async function benchOutage(
  { home, kubeconfig, origin, command }: RealCluster,
  writers: Writers,
): Promise<string[][]> {
  const ports = ['19801', '19802']
  const { port: direct } = new URL(origin)
  const path = join(home, 'by-proxy')
  writeFileSync(path, readFileSync(kubeconfig, 'utf8').replaceAll(`:${direct}`, `:${PROXY_PORT}`))
  const listen = (): ChildProcess =>
    spawn(join(home, 'delay'), ['-l', `127.0.0.1:${PROXY_PORT}`, '-t', `127.0.0.1:${direct}`, '-d', '0ms'])
  let proxy = listen()
  const children = ports.map((port) => spawnService(path, port))
  const rows: string[][] = []
  const show = (values: readonly number[], digits: number): string =>
    values.map((value) => value.toFixed(digits)).join(' and ')
  try {
    await Promise.all(ports.map(untilReady))
    for (let round = 0; round < ROUNDS; round += 1) {
      const listedBefore = await Promise.all(ports.map(countLists))
      proxy.kill('SIGKILL')
      await Promise.all(ports.map((port) => untilWatches(port, (states) => states.includes('broken'))))
      await changeOnce(writers)
      // An API server that starts anew knows nothing of what was before it.
      await command('kill-api-server')
      // A process of this size takes a moment to give its port back.
      await sleep(EXIT_MS)
      await command('start-api-server')
      for (const { pid } of children) writeFileSync(`/proc/${pid}/clear_refs`, '5')
      const before = children.map((child) => processFigures(child).cpuSeconds)
      const started = performance.now()
      proxy = listen()
      const wall = await Promise.all(
        ports.map(async (port, at) => {
          while ((await countLists(port)) === listedBefore[at]) await sleep(POLL_MS)
          await untilWatches(port, (states) => !states.includes('broken') && !states.includes('unsynced'))
          return (performance.now() - started) / 1000
        }),
      )
      const cpu = children.map((child, at) => processFigures(child).cpuSeconds - (before[at] ?? 0))
      const peak = children.map((child) => processFigures(child).peakMiB)
      const lists = (await Promise.all(ports.map(countLists))).map(
        (count, at) => count - (listedBefore[at] ?? 0),
      )
      rows.push([
        `outage ${round + 1}: all current ${show(wall, 2)} s after it is reached, lists ${show(lists, 0)}, CPU ${show(cpu, 2)} s, peak ${show(peak, 0)} MiB`,
      ])
      process.stderr.write(`bench: ${rows.at(-1)?.join('')}\n`)
      await sleep(REST_MS)
    }
  } finally {
    proxy.kill('SIGKILL')
    for (const child of children) child.kill('SIGKILL')
  }
  return rows
}

/** Changes the first pods, so that a client which missed the changes has to list. */
async function changeOnce(writers: Writers): Promise<void> {
  const pods = seedPods(CHANGED_PODS)[Symbol.iterator]()
  let restarts = Math.floor(Math.random() * 1_000_000)
  await writers.inParallel(async (put) => {
    for (let next = pods.next(); next.done !== true; next = pods.next()) {
      const { namespace, name } = Object(next.value.metadata)
      restarts += 1
      await put(`/api/v1/namespaces/${namespace}/pods/${name}/status`, restarted(next.value, restarts))
    }
  })
}

async function untilWatches(port: string, reached: (states: readonly string[]) => boolean): Promise<void> {
  for (;;) {
    const { watches } = Object(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json())
    if (reached(watches.map(({ state }: { readonly state: string }) => state))) return
    await sleep(POLL_MS)
  }
}

async function countLists(port: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return [...text.matchAll(/^lynceus_list_duration_seconds_count.* (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}
