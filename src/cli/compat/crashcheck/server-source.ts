import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { errorChain } from '../../../lib/error-chain.ts'
import { readBounded } from '../../../lib/read-bounded.ts'
import type { ProcessContext } from '../../command.ts'
import { fetchServer } from '../../fetch-server.ts'
import type { CrashSource, Look } from './check.ts'

const REQUEST_TIMEOUT_MS = 10_000
/** An answer has about 1 KiB, the error page of a proxy a few. */
const MAX_ANSWER_BYTES = 1024 * 1024

const AnswerSchema = Type.Object({ restarts: Type.Integer(), pods: Type.Integer() })
const ProblemSchema = Type.Object({ code: Type.String(), detail: Type.String() })

/** Asks a Lynceus server, which already watches the cluster. */
export class ServerCrashSource implements CrashSource {
  readonly namespace: string | null
  readonly #url: URL
  readonly #env: ProcessContext['env']
  #trouble = 'the server was not asked yet'

  /** `namespace`: null leaves it to the server, which must then be confined to one. */
  constructor(server: string, namespace: string | null, hash: string, env: ProcessContext['env']) {
    this.namespace = namespace
    const parameters = new URLSearchParams({ hash, ...(namespace === null ? {} : { namespace }) })
    this.#url = new URL(`${server}/analyze/crashes?${parameters}`)
    this.#env = env
  }

  get trouble(): string {
    return this.#trouble
  }

  async look(): Promise<Look | null> {
    try {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
      const response = await fetchServer(this.#url, { signal }, this.#env)
      const text = response.body === null ? '' : String(await readBounded(response.body, MAX_ANSWER_BYTES))
      const body: unknown = JSON.parse(text)
      if (response.ok && Value.Check(AnswerSchema, body)) return { restarts: body.restarts, pods: body.pods }
      // The server watches the namespace, and no pod has that hash: `kubectl get pods` would show none either.
      if (Value.Check(ProblemSchema, body)) {
        if (body.code === 'not-found') return { restarts: 0, pods: 0 }
        this.#trouble = `the server says ${body.code}: ${body.detail}`
      } else this.#trouble = `the server answered with status ${response.status}`
    } catch (error) {
      this.#trouble = `the server cannot be asked: ${errorChain(error)}`
    }
    return null
  }
}
