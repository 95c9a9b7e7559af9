import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { isObject, type JsonObject, text } from '../../live/support/json.ts'
import { programPath } from './programs.ts'

const exec = promisify(execFile)

/** The program. */
export const helm = programPath('helm')
/** The folder of the chart. */
export const chart = fileURLToPath(new URL('../../../charts/lynceus', import.meta.url))

/** The value sets in test/chart/values that the chart is rendered with. */
export const VALUE_SETS = ['defaults', 'confined', 'everything', 'bare'] as const
export type ValueSet = (typeof VALUE_SETS)[number]

/** The version of the test cluster; helm built by `go install` knows none of its own. */
const KUBERNETES = ['--kube-version', '1.34.4']

/** What a cluster with Argo Rollouts and the Prometheus operator says that it has. */
const KINDS = [
  'argoproj.io/v1alpha1/ClusterAnalysisTemplate',
  'monitoring.coreos.com/v1/ServiceMonitor',
  'monitoring.coreos.com/v1/PrometheusRule',
]

/** Namespace that the chart is rendered for. */
export const RELEASE_NAMESPACE = 'watching'

function valuesOf(set: ValueSet): string {
  return fileURLToPath(new URL(`../values/${set}.yaml`, import.meta.url))
}

/** How a chart is rendered, besides its value set. */
export interface RenderOptions {
  /** Settings as for `--set`. */
  readonly more?: readonly string[]
  /** Values as a file of the user has them, over those of the set. */
  readonly values?: string
  /** Whether the cluster has the optional kinds. */
  readonly hasKinds?: boolean
  /** Name of the release; lynceus by default. */
  readonly release?: string
  /** Namespace of the release. */
  readonly namespace?: string
}

/** Objects of the chart without its hooks. Rejects when helm does, and where an object is no YAML or has a key twice. */
export function render(set: ValueSet, options: RenderOptions = {}): Promise<JsonObject[]> {
  return template(chart, ['--skip-tests', '--values', valuesOf(set)], options)
}

/** The same with the pod of `helm test`. */
export function renderWithTests(set: ValueSet, options: RenderOptions = {}): Promise<JsonObject[]> {
  return template(chart, ['--values', valuesOf(set)], options)
}

/** Objects of any chart, with these arguments of `helm template`. */
export async function template(
  folder: string,
  args: readonly string[],
  options: RenderOptions = {},
): Promise<JsonObject[]> {
  const { more = [], values, hasKinds = true, release = 'lynceus', namespace = RELEASE_NAMESPACE } = options
  const kinds = hasKinds ? KINDS.flatMap((kind) => ['--api-versions', kind]) : []
  const settings = more.flatMap((setting) => ['--set', setting])
  const file = values === undefined ? [] : ['--values', '-']
  const all = ['template', release, folder, '--namespace', namespace, ...args, ...file]
  const running = exec(helm, [...all, ...KUBERNETES, ...kinds, ...settings], { maxBuffer: 1 << 24 })
  running.child.stdin?.end(values)
  const { stdout } = await running
  return parseAllDocuments(stdout)
    .map((document): unknown => {
      for (const fault of [...document.errors, ...document.warnings]) throw fault
      return document.toJS()
    })
    .filter(isObject)
}

/** Runs `helm lint --strict`; rejects with what it says. */
export async function lint(set: ValueSet): Promise<string> {
  const { stdout } = await exec(helm, ['lint', '--strict', chart, '--values', valuesOf(set), ...KUBERNETES])
  return stdout
}

/** The object of a kind, and of a name where there are several. Throws when there is none. */
export function find(objects: readonly JsonObject[], kind: string, name?: string): JsonObject {
  const found = objects.find(
    (object) => object.kind === kind && (name === undefined || text(object, 'metadata', 'name') === name),
  )
  if (found === undefined)
    throw new Error(`no ${kind} ${name ?? ''} among ${objects.map(labelOf).join(', ')}`)
  return found
}

/** Kind and name of each object, sorted. */
export function listed(objects: readonly JsonObject[]): string[] {
  return objects.map(labelOf).sort()
}

function labelOf(object: JsonObject): string {
  return `${text(object, 'kind')}/${text(object, 'metadata', 'name')}`
}
