import type { Test } from 'tap'
import { at, isObject, type JsonObject, list, text } from '../support/json.ts'
import type { KubeApi } from '../support/kube-api.ts'
import type { ContainerOptions } from '../support/manifests.ts'
import { podTemplate } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { PATIENCE_MS, until } from '../support/until.ts'
import { Timeline } from './timeline.ts'

const GROUP = 'argoproj.io/v1alpha1'

/** How a release can end: the new version serves, the old one does again, or a person must decide. */
export type Ending = 'promoted' | 'aborted' | 'paused'

/** One measurement of an AnalysisRun. */
export interface Measurement {
  /** `Background`, `Step`, `PrePromotion`. */
  readonly type: string
  readonly metric: string
  /** `Successful`, `Inconclusive`, `Failed`, `Error`. */
  readonly phase: string
  readonly message: string
}

/** How a release went. */
export interface Outcome {
  readonly ending: Ending
  readonly message: string
  /** From the API server's first showing of a crash to the ending; null without a crash. */
  readonly crashToEndSeconds: number | null
  readonly applyToEndSeconds: number
  readonly measurements: readonly Measurement[]
  /** The fewest pods of the old version that were ready at any moment until the ending. */
  readonly fewestStable: number
  /** Pods that the Rollout wants. */
  readonly replicas: number
}

/** A Rollout in a namespace of its own whose first version is up. */
export class Release {
  readonly #api: KubeApi
  readonly #name: string
  readonly #stable: string
  readonly #timeline: Timeline
  #appliedAt = 0

  private constructor(api: KubeApi, name: string, stable: string) {
    this.#api = api
    this.#name = name
    this.#stable = stable
    this.#timeline = new Timeline(api, name, stable)
  }

  /** Namespace and Rollout have the Rollout's name; waits until it is healthy. */
  static async deploy(
    t: Test,
    api: KubeApi,
    manifest: JsonObject,
    others: readonly JsonObject[] = [],
  ): Promise<Release> {
    const name = text(manifest, 'metadata', 'name')
    await api.createNamespace(name)
    for (const service of others) await api.create(`/api/v1/namespaces/${name}/services`, service)
    await api.create(`/apis/${GROUP}/namespaces/${name}/rollouts`, manifest)
    const first = await until(
      `${name} healthy`,
      () => api.get(`/apis/${GROUP}/namespaces/${name}/rollouts/${name}`),
      (rollout) => at(rollout, 'status', 'phase') === 'Healthy',
    )
    const release = new Release(api, name, text(first, 'status', 'stableRS'))
    t.teardown(() => release.#timeline.close())
    return release
  }

  get namespace(): string {
    return this.#name
  }

  /** The hash of the first version. */
  get stable(): string {
    return this.#stable
  }

  /** Gives the Rollout another version, and more of its spec. */
  async apply(next: ContainerOptions, spec: JsonObject = {}): Promise<void> {
    this.#appliedAt = Date.now()
    await this.#api.patch(this.#path, { spec: { ...spec, template: podTemplate(this.#name, next) } })
  }

  /** Resolves when the Rollout, and with it each analysis, has come to an end. */
  async ended(): Promise<Outcome> {
    const [rollout, endedAt] = await this.#timeline.until(
      (seen) => endingOf(seen, this.#stable) !== null,
      PATIENCE_MS,
    )
    const ending = endingOf(rollout, this.#stable)
    if (ending === null) throw new Error(`${this.#name}: no ending in ${JSON.stringify(rollout)}`)
    const { crashedAt, fewestStable } = this.#timeline
    const crashToEndSeconds = crashedAt === null ? null : (endedAt - crashedAt) / 1000
    const applyToEndSeconds = (endedAt - this.#appliedAt) / 1000
    const message = String(at(rollout, 'status', 'message') ?? '')
    const crash = crashToEndSeconds === null ? '' : `, ${crashToEndSeconds.toFixed(2)} s after the crash`
    progress(
      `${this.#name}: ${ending} ${applyToEndSeconds.toFixed(1)} s after the apply${crash} "${message}"`,
    )
    const measurements = await this.measurements()
    const replicas = Number(at(rollout, 'spec', 'replicas'))
    return { ending, message, crashToEndSeconds, applyToEndSeconds, measurements, fewestStable, replicas }
  }

  /** Waits until the old version has all its pods again. */
  async restored(): Promise<void> {
    const replicas = Number(at(await this.#api.get(this.#path), 'spec', 'replicas'))
    await until(
      `${this.#name} restored`,
      async () => this.#timeline.readyStable,
      (ready) => ready === replicas,
    )
  }

  /** Resolves when so many measurements were made. */
  async measured(count: number): Promise<void> {
    await until(
      `${count} measurements of ${this.#name}`,
      () => this.measurements(),
      (made) => made.length >= count,
    )
  }

  /** What was measured so far; waits for the API server while it is away. */
  async measurements(): Promise<readonly Measurement[]> {
    const runs = await until(
      `measurements of ${this.#name}`,
      () => this.#api.get(`/apis/${GROUP}/namespaces/${this.#name}/analysisruns`).catch(String),
      isObject,
    )
    return list(runs, 'items').flatMap((run) => {
      const type = String(at(run, 'metadata', 'labels', 'rollout-type'))
      return list(run, 'status', 'metricResults').flatMap((result) =>
        list(result, 'measurements').map((one) => ({
          type,
          metric: text(result, 'name'),
          phase: text(one, 'phase'),
          message: String(at(one, 'message') ?? ''),
        })),
      )
    })
  }

  /** The hash to which a Service of the namespace sends its requests. */
  async servedBy(service: string): Promise<unknown> {
    const found = await this.#api.get(`/api/v1/namespaces/${this.#name}/services/${service}`)
    return at(found, 'spec', 'selector', 'rollouts-pod-template-hash')
  }

  get #path(): string {
    return `/apis/${GROUP}/namespaces/${this.#name}/rollouts/${this.#name}`
  }
}

function endingOf(rollout: JsonObject, stable: string): Ending | null {
  const { status } = rollout
  if (at(status, 'abort') === true) return 'aborted'
  const reasons = list(status, 'pauseConditions').map((condition) => at(condition, 'reason'))
  if (reasons.includes('InconclusiveAnalysisRun')) return 'paused'
  const promoted = at(status, 'phase') === 'Healthy' && at(status, 'stableRS') !== stable
  return promoted ? 'promoted' : null
}
