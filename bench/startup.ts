import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { shown, table } from './figures.ts'

const RUNS = 30
const PROGRAM = new URL('../dist/main.js', import.meta.url).pathname

const GATE = ['gate', '--namespace', 'shop', '--kind', 'deployment', '--name', 'web']

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  gate: GATE,
  'rollout-status': ['rollout-status', '-namespace', 'shop'],
  crashcheck: ['crashcheck'],
  'gate, no CA in the kubeconfig': [...GATE, '--context', 'no-ca'],
}

/** (f) From the start of a compiled command to its first connection to the API server. Needs `npm run build`. */
export async function benchStartup(): Promise<string> {
  if (!existsSync(PROGRAM)) throw new Error('run npm run build first')
  const home = mkdtempSync(join(tmpdir(), 'lynceus-startup-'))
  const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  try {
    const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: home, ...settings(listener, home) }
    const rows: string[][] = []
    for (const [name, args] of Object.entries(COMMANDS))
      rows.push(await benchCommand(name, args, env, listener))
    return table([
      [`start to first connection, ${RUNS} runs`, 'ms, compile cache', 'CPU ms', 'ms, no cache', 'CPU ms'],
      ...rows,
    ])
  } finally {
    listener.close()
    rmSync(home, { recursive: true })
  }
}

async function benchCommand(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  listener: Server,
): Promise<string[]> {
  const figures: { wall: number[]; cpu: number[] }[] = []
  for (const variables of [env, { ...env, NODE_DISABLE_COMPILE_CACHE: '1' }]) {
    // The first start fills the cache.
    await start(args, variables, listener)
    const wall: number[] = []
    const cpu: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const figure = await start(args, variables, listener)
      wall.push(figure.wall)
      cpu.push(figure.cpu)
    }
    figures.push({ wall, cpu })
  }
  return [name, ...figures.flatMap(({ wall, cpu }) => [shown(wall, 0), shown(cpu, 0)])]
}

async function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  listener: Server,
): Promise<{ readonly wall: number; readonly cpu: number }> {
  const connected = once(listener, 'connection')
  const began = performance.now()
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  await Promise.race([
    connected,
    exited.then(([code]) => Promise.reject(new Error(`${args[0]} ended with ${code} without connecting`))),
  ])
  const wall = performance.now() - began
  const cpu = cpuMilliseconds(child)
  // Node writes the cache only at an orderly exit.
  child.kill('SIGTERM')
  await exited
  return { wall, cpu }
}

/** What all threads of a process have used of the CPU: a figure that the load of the machine changes little. Linux only. */
function cpuMilliseconds({ pid }: ChildProcess): number {
  const tasks = `/proc/${pid}/task`
  if (!existsSync(tasks)) return Number.NaN
  const used = readdirSync(tasks).map((task) => readFileSync(`${tasks}/${task}/schedstat`, 'utf8'))
  return used.reduce((sum, line) => sum + Number(line.split(' ', 1)[0]) / 1e6, 0)
}

function settings(listener: Server, directory: string): Readonly<Record<string, string>> {
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the listener has no port')
  const server = `https://127.0.0.1:${address.port}`
  // Nearly every kubeconfig has one; without it, all authorities of the system are read.
  const [authority = ''] = rootCertificates
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [
      {
        name: 'bench',
        cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
      },
      { name: 'no-ca', cluster: { server } },
    ],
    users: [{ name: 'bench', user: { token: 'none' } }],
    contexts: [
      { name: 'bench', context: { cluster: 'bench', user: 'bench', namespace: 'shop' } },
      { name: 'no-ca', context: { cluster: 'no-ca', user: 'bench', namespace: 'shop' } },
    ],
  }
  const path = join(directory, 'kubeconfig')
  writeFileSync(path, JSON.stringify(kubeconfig))
  return { KUBECONFIG: path, INTERVAL: '1', DURATION: '60', CRASH_LIMIT: '1', HASH: 'bench' }
}
