import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { isObject, type JsonObject, text } from '../../live/support/json.ts'
import { programPath } from './programs.ts'

const exec = promisify(execFile)

const helm = programPath('helm')
const chart = fileURLToPath(new URL('../../../charts/lynceus', import.meta.url))

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

/** Objects of the chart, for a cluster that has the optional kinds or not. Rejects when helm does. */
export async function render(
  set: ValueSet,
  { more = [], hasKinds = true }: { readonly more?: readonly string[]; readonly hasKinds?: boolean } = {},
): Promise<JsonObject[]> {
  const kinds = hasKinds ? KINDS.flatMap((kind) => ['--api-versions', kind]) : []
  const settings = more.flatMap((setting) => ['--set', setting])
  const place = ['--namespace', RELEASE_NAMESPACE, '--values', valuesOf(set)]
  const args = ['template', 'lynceus', chart, ...place, ...KUBERNETES, ...kinds, ...settings]
  const { stdout } = await exec(helm, args, { maxBuffer: 1 << 24 })
  return parseAllDocuments(stdout)
    .map((document): unknown => document.toJS())
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
