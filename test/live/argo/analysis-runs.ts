import { at, type JsonObject, list, text } from '../support/json.ts'
import type { KubeApi } from '../support/kube-api.ts'
import { until } from '../support/until.ts'
import { type Asking, metricsOf } from './tripwire.ts'

const GROUP = 'argoproj.io/v1alpha1'

/** AnalysisRuns of the tripwire, each about one pod that crashes when it is told to, without Rollouts around them. */
export class AnalysisRuns {
  readonly #api: KubeApi
  readonly #namespace: string
  readonly #asking: Asking
  /** Where Lynceus answers; run by run in turn, as a Service spreads them. */
  readonly #urls: readonly string[]
  readonly #stop = new AbortController()
  readonly #failedAt = new Map<string, number>()
  readonly #watch: Promise<void>
  #count = 0
  #wake: (() => void) | undefined

  private constructor(api: KubeApi, namespace: string, asking: Asking, urls: readonly string[]) {
    this.#api = api
    this.#namespace = namespace
    this.#asking = asking
    this.#urls = urls
    this.#watch = this.#follow()
  }

  static async start(
    api: KubeApi,
    namespace: string,
    asking: Asking,
    urls: readonly string[],
  ): Promise<AnalysisRuns> {
    await api.createNamespace(namespace)
    return new AnalysisRuns(api, namespace, asking, urls)
  }

  /** Starts one more run and returns its name. */
  async add(): Promise<string> {
    this.#count += 1
    const name = `run-${this.#count}`
    await this.#api.create(`/api/v1/namespaces/${this.#namespace}/pods`, podOf(name))
    await this.#api.create(`/apis/${GROUP}/namespaces/${this.#namespace}/analysisruns`, this.#run(name))
    return name
  }

  /** Resolves when each run was asked about once. */
  async asked(): Promise<void> {
    const path = `/apis/${GROUP}/namespaces/${this.#namespace}/analysisruns`
    await until(
      'every run having asked',
      () => this.#api.get(path),
      (runs) => list(runs, 'items').every((run) => at(run, 'status', 'metricResults') !== undefined),
    )
  }

  /** Lets the pod of a run crash; resolves with the seconds from then until the run is shown as Failed. */
  async crash(name: string): Promise<number> {
    const began = performance.now()
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${name}/status`
    await this.#api.patch(path, { status: CRASHED })
    while (!this.#failedAt.has(name))
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    return ((this.#failedAt.get(name) ?? 0) - began) / 1000
  }

  /** Ends all runs and forgets them. */
  async end(): Promise<void> {
    this.#stop.abort()
    await this.#watch
    await this.#api.deleteAll(`/apis/${GROUP}/namespaces/${this.#namespace}/analysisruns`)
    await this.#api.deleteAll(`/api/v1/namespaces/${this.#namespace}/pods`)
  }

  #run(name: string): JsonObject {
    const metrics = metricsOf(this.#asking)
    const lynceus = this.#urls[this.#count % this.#urls.length]
    const values = { lynceus, namespace: this.#namespace, 'canary-hash': name, limit: '1' }
    const args = Object.entries(values).map(([key, value]) => ({ name: key, value }))
    return { apiVersion: GROUP, kind: 'AnalysisRun', metadata: { name }, spec: { args, metrics } }
  }

  async #follow(): Promise<void> {
    const path = `/apis/${GROUP}/namespaces/${this.#namespace}/analysisruns`
    try {
      for await (const { object } of this.#api.watch(path, this.#stop.signal)) {
        const name = text(object, 'metadata', 'name')
        const phase = at(object, 'status', 'phase')
        if (phase !== 'Failed' || this.#failedAt.has(name)) continue
        this.#failedAt.set(name, performance.now())
        this.#wake?.()
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    }
  }
}

function podOf(hash: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: hash, labels: { 'rollouts-pod-template-hash': hash } },
    spec: { containers: [{ name: 'app', image: 'localhost/busybox:test' }] },
  }
}

/** As the kubelet tells it at first: the container has ended and is not restarted yet. */
const CRASHED = {
  phase: 'Running',
  containerStatuses: [
    {
      name: 'app',
      image: 'localhost/busybox:test',
      imageID: '',
      ready: false,
      restartCount: 0,
      containerID: 'containerd://1',
      state: {
        terminated: { exitCode: 1, reason: 'Error', containerID: 'containerd://1' },
      },
    },
  ],
}
