import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { errorChain } from '../../../lib/error-chain.ts'
import { readBounded } from '../../../lib/read-bounded.ts'
import type { CrashSource, Look } from './source.ts'

const REQUEST_TIMEOUT_MS = 10_000
/** An answer is about 1 KiB; pages of proxies are a few. */
const MAX_ANSWER_BYTES = 1024 * 1024

const AnswerSchema = Type.Object({ restarts: Type.Integer(), pods: Type.Integer() })
const ProblemSchema = Type.Object({ code: Type.String(), detail: Type.String() })

/** Asks a Lynceus server, which watches the cluster already. */
export class ServerCrashSource implements CrashSource {
  readonly namespace: string | null
  readonly #url: string
  #trouble = 'the server was not asked yet'

  /** `namespace`: null leaves it to the server, which must then be confined to one. */
  constructor(server: string, namespace: string | null, hash: string) {
    this.namespace = namespace
    const parameters = new URLSearchParams({ hash, ...(namespace === null ? {} : { namespace }) })
    this.#url = `${server}/analyze/crashes?${parameters}`
  }

  get trouble(): string {
    return this.#trouble
  }

  async look(): Promise<Look | null> {
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
      const text = response.body === null ? '' : String(await readBounded(response.body, MAX_ANSWER_BYTES))
      const body: unknown = JSON.parse(text)
      if (response.ok && Value.Check(AnswerSchema, body)) return { restarts: body.restarts, pods: body.pods }
      // The server has seen the namespace and nothing of that hash is there: what `kubectl get pods` would show.
      if (Value.Check(ProblemSchema, body)) {
        if (body.code === 'not-found') return { restarts: 0, pods: 0 }
        this.#trouble = `the server says ${body.code}: ${body.detail}`
      } else this.#trouble = `the server answered with status ${response.status}`
    } catch (error) {
      this.#trouble = `the server cannot be asked: ${errorChain(error)}`
    }
    return null
  }

  async close(): Promise<void> {
    // Each question is a request of its own: nothing is held open.
  }
}
