import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { findCluster } from '../../../src/cluster/client/access.ts'
import { Connection } from '../../../src/cluster/client/connection.ts'
import type { Environment } from '../../../src/cluster/client/kubeconfig.ts'
import { steadyNow } from '../../../src/lib/clock.ts'
import { errorChain } from '../../../src/lib/error-chain.ts'
import { KUBECTL } from '../support/cluster.ts'
import { at, isObject, text as stringAt } from '../support/json.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))

/** How a program is started. */
export interface Start {
  readonly env: Environment
  readonly cwd: string
  readonly kubeconfig?: string
  readonly context?: string
}

/** What a program came to. */
export interface Result {
  /** What the API server knows of the user, null where the program was refused or refused itself. */
  readonly user: unknown
  /** What it said. */
  readonly said: string
}

/** A broken program is ended, ms. */
const LIMIT_MS = 90_000
/** How long a gate waits that is to pass, and one that is to be refused. */
const TIMEOUT = { passing: '60s', refused: '3s' }
const INCONCLUSIVE = 3
const UNREACHABLE = 4

const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const REVIEW = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })

/** As whom kubectl is known to the API server. */
export async function runKubectl(start: Start): Promise<Result> {
  const { code, stdout, stderr } = await run(
    KUBECTL,
    ['auth', 'whoami', '-o', 'json', ...flags(start)],
    start,
  )
  if (code !== 0) return { user: null, said: stderr.trim() }
  return { user: userOf(JSON.parse(stdout)), said: stderr.trim() }
}

/** Whether `lynceus gate` sees the Deployment `app` of the context's namespace pass. */
export async function runGate(start: Start, isToPass: boolean): Promise<{ reached: boolean; said: string }> {
  const timeout = isToPass ? TIMEOUT.passing : TIMEOUT.refused
  const args = [
    main,
    'gate',
    '--kind',
    'deployment',
    '--name',
    'app',
    '--settle',
    '0s',
    '--timeout',
    timeout,
    ...flags(start),
  ]
  const { code, stdout, stderr } = await run(process.execPath, args, start)
  const isForbidden = code === INCONCLUSIVE && /may not read/.test(stderr)
  if (code !== 0 && code !== UNREACHABLE && !isForbidden)
    throw new Error(`lynceus gate ended with ${code}: ${stdout}${stderr}`)
  return { reached: code === 0, said: stderr.trim() }
}

/** Lynceus's client in this process; `ask` may be called again, over the same connection. */
export class LynceusUser {
  readonly #start: Start
  #connection: Connection | null = null

  constructor(start: Start) {
    this.#start = start
  }

  async ask(): Promise<Result> {
    try {
      this.#connection ??= await this.#connect()
      const { status, body } = await this.#connection.request({
        path: REVIEWS,
        accept: 'application/json',
        write: { method: 'POST', body: REVIEW },
        signal: AbortSignal.timeout(LIMIT_MS),
      })
      const answer = await text(body)
      return status === 201 ? { user: userOf(JSON.parse(answer)), said: '' } : { user: null, said: answer }
    } catch (error) {
      return { user: null, said: errorChain(error) }
    }
  }

  close(): void {
    this.#connection?.close()
  }

  async #connect(): Promise<Connection> {
    const { env, kubeconfig, context } = this.#start
    const rest = { namespaces: null, alwaysProven: false, userAgent: 'conformance', now: steadyNow }
    return new Connection(await findCluster({ ...rest, env, kubeconfig, context }), 'conformance', steadyNow)
  }
}

/** Name of a user; service accounts without what all of them begin with. */
export function nameOf(user: unknown): string | null {
  return isObject(user) ? stringAt(user, 'username').replace(/^system:serviceaccount:[^:]+:/, '') : null
}

function userOf(review: unknown): unknown {
  return at(review, 'status', 'userInfo')
}

function flags({ kubeconfig, context }: Start): string[] {
  return [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--context', context]),
  ]
}

async function run(program: string, args: readonly string[], { env, cwd }: Start) {
  const child = spawn(program, args, {
    env: { ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}
