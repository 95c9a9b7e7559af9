import type { Connection } from '../../cluster/client/connection.ts'
import type { RestartReason } from '../../cluster/watch/failure.ts'
import { Recorder } from '../../cluster/watch/recorder.ts'
import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import type { CustomResource, ResourceName } from '../../model/records.ts'
import type { WatchState } from '../../model/watch-state.ts'
import { END } from '../../replay/recording.ts'
import type { RecordingFile } from './recording-file.ts'
import { redact } from './redact.ts'

/** How long the first watch may take to open before the cluster counts as unreachable, seconds. */
const MAX_UNREACHABLE_SECONDS = 30

export interface RecordingSessionOptions {
  readonly connection: Connection
  readonly namespace: string
  readonly scenario: string
  readonly file: RecordingFile
  readonly redacting: boolean
  readonly customResources: readonly CustomResource[]
  /** Prints a line for the person at the terminal. */
  readonly say: (text: string) => void
  readonly now: () => Seconds
}

/** One recording, from its header to its last line. */
export class RecordingSession {
  readonly #options: RecordingSessionOptions
  readonly #startedAt: Seconds
  readonly #connected = Promise.withResolvers<true>()
  #trouble = 'no watch could be opened'
  #changes = 0

  constructor(options: RecordingSessionOptions) {
    this.#options = options
    this.#startedAt = options.now()
  }

  /**
   * Records until `terminated`, or for `seconds`. Resolves with false when the cluster is unreachable; rejects when the
   * file cannot be written.
   */
  async run(terminated: Promise<unknown>, seconds: Seconds | null): Promise<boolean> {
    const { connection, namespace, scenario, file, customResources, say, now } = this.#options
    file.write({ scenario, namespace, startedAt: new Date(this.#startedAt * 1000).toISOString() })
    const recorder = new Recorder({ connection, namespace, customResources, now, random: Math.random }, this)
    recorder.start()
    say(`recording namespace ${namespace}; Ctrl-C ends it`)
    const ended = [terminated, file.failed]
    let complete = false
    try {
      const unreachable = after(MAX_UNREACHABLE_SECONDS).then(() => false)
      const reached = await Promise.race([this.#connected.promise, unreachable, ...ended])
      if (reached === false) {
        say(`nothing can be read from namespace ${namespace}: ${this.#trouble}`)
        return false
      }
      await Promise.race(seconds === null ? ended : [...ended, after(this.#startedAt + seconds - now())])
      complete = true
    } finally {
      await recorder.stop()
      // Without it nobody could know whether nothing happened after the last change, or nobody looked.
      if (complete) file.write({ t: this.#elapsed(), type: END })
      await file.close()
    }
    say(`${this.#changes} changes in ${Math.round(now() - this.#startedAt)} s`)
    return true
  }

  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Readonly<Record<string, unknown>>): void {
    const { file, redacting } = this.#options
    this.#changes += 1
    file.write({ t: this.#elapsed(), type, object: redacting ? redact(object) : object })
  }

  state(resource: ResourceName, { type }: WatchState): void {
    if (type === 'working') this.#connected.resolve(true)
    if (type === 'forbidden') this.#options.say(`${resource} may not be read; left out`)
  }

  restarted(resource: ResourceName, reason: RestartReason, error: unknown): void {
    if (reason === 'timeout') return
    const why = errorChain(error)
    this.#trouble = `${resource}: ${why}`
    if (reason === 'connection' || reason === 'server' || reason === 'unauthorized')
      this.#options.say(`the watch of ${resource} broke and restarts: ${why}`)
  }

  /** Seconds since the start, to the millisecond. */
  #elapsed(): Seconds {
    return Math.round((this.#options.now() - this.#startedAt) * 1000) / 1000
  }
}

function after(seconds: Seconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1000).unref())
}
