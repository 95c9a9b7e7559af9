import type { Test } from 'tap'
import { readEnvironment } from './environment.ts'
import { at, type JsonObject, list, text } from './json.ts'
import { KubeApi } from './kube-api.ts'
import { type Answer, LynceusClient, type Question } from './lynceus-client.ts'
import { progress } from './progress.ts'
import { until } from './until.ts'

/** Where the Deployment controller notes a ReplicaSet's revision, a moment after creating it. */
const REVISION = ['metadata', 'annotations', 'deployment.kubernetes.io/revision']

/** Published into every namespace by a controller. */
const ROOT_CERTIFICATE = 'kube-root-ca.crt'

/** Of answers that may change by themselves: a verdict, an object that is not seen yet, a cache that is too old. */
const PASSING_STATUSES = new Set([200, 404, 503])

/** A namespace of its own in the real cluster, and Lynceus to ask about it. */
export class Scenario {
  readonly t: Test
  readonly namespace: string
  readonly api: KubeApi
  readonly lynceus: LynceusClient

  private constructor(t: Test, namespace: string, api: KubeApi, lynceus: LynceusClient) {
    this.t = t
    this.namespace = namespace
    this.api = api
    this.lynceus = lynceus
  }

  /** `url`: of a Lynceus that the suite has started itself; else it is the one of the run. */
  static async start(t: Test, namespace: string, url?: string): Promise<Scenario> {
    const { kubeconfig, lynceusUrl } = readEnvironment()
    const api = new KubeApi(kubeconfig)
    t.teardown(() => api.close())
    await api.createNamespace(namespace)
    // Each pod mounts it; without it a kubelet would complain of that first.
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`
    await until(
      `the root certificate in ${namespace}`,
      () => api.get(configMaps),
      (found) => list(found, 'items').some((one) => at(one, 'metadata', 'name') === ROOT_CERTIFICATE),
    )
    progress(`${namespace}: start`)
    t.teardown(() => progress(`${namespace}: end`))
    return new Scenario(t, namespace, api, new LynceusClient(url ?? lynceusUrl))
  }

  /** The same namespace for a test of its own within it. */
  within(t: Test): Scenario {
    return new Scenario(t, this.namespace, this.api, this.lynceus)
  }

  /** Path of a namespaced collection, e.g. `apps/v1`, `deployments`. */
  path(group: string, resource: string, name = ''): string {
    const root = group === 'v1' ? '/api/v1' : `/apis/${group}`
    return `${root}/namespaces/${this.namespace}/${resource}${name === '' ? '' : `/${name}`}`
  }

  deploy(object: JsonObject): Promise<JsonObject> {
    return this.api.create(this.path('apps/v1', 'deployments'), object)
  }

  ask(route: string, question: Question): Promise<Answer> {
    return this.lynceus.ask(route, { namespace: this.namespace, ...question })
  }

  /**
   * Asks until the answer matches (a member by a RegExp, or as it is), and asserts the match; every verdict before it must be one
   * of `before`, and every finding with a code that led an answer one of the rule. Returns the answer's body.
   */
  async expect(
    route: string,
    question: Question,
    expected: JsonObject,
    before: readonly string[] = ['pending', 'pass'],
    rule?: string,
  ): Promise<JsonObject> {
    const seen = new Map<string, JsonObject>()
    const leads = new Map<string, JsonObject>()
    const what = `${this.namespace} ${route} ${JSON.stringify(question)}`
    const matches = ({ status, body }: Answer): boolean => {
      if (typeof body.code === 'string') leads.set(String(at(body, 'findings', 0, 'rule')), body)
      if (Object.entries(expected).every(([name, value]) => isAs(value, body[name]))) return true
      if (!PASSING_STATUSES.has(status)) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`)
      seen.set(status === 200 ? String(body.verdict) : String(status), body)
      return false
    }
    const { body } = await until(what, () => this.ask(route, question), matches)
    progress(`${what}: ${body.verdict ?? body.status} ${body.code ?? ''} "${body.message ?? body.detail}"`)
    this.t.match(body, expected, what)
    const wrong = [...seen].filter(([verdict]) => verdict !== '404' && !before.includes(verdict))
    this.t.same(wrong, [], `${what}: nothing else was said before`)
    if (rule !== undefined)
      this.t.same([...leads.keys()], [rule], `${what}: one rule from the first answer to the last`, { leads })
    return body
  }

  /** Template hashes of a Deployment's ReplicaSets, oldest revision first, once there are so many. */
  async hashes(app: string, count: number): Promise<readonly string[]> {
    const path = `${this.path('apps/v1', 'replicasets')}?labelSelector=app=${app}`
    const sets = await until(
      path,
      () => this.api.get(path),
      (found) => list(found, 'items').filter((item) => at(item, ...REVISION) !== undefined).length === count,
    )
    return list(sets, 'items')
      .map((item) => ({
        revision: Number(text(item, ...REVISION)),
        hash: text(item, 'metadata', 'labels', 'pod-template-hash'),
      }))
      .sort((left, right) => left.revision - right.revision)
      .map(({ hash }) => hash)
  }
}

function isAs(wanted: unknown, found: unknown): boolean {
  return wanted instanceof RegExp ? wanted.test(String(found)) : found === wanted
}
