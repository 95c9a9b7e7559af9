import { listKinds } from '../kinds/index.ts'
import type { ContainerRun } from '../model/log.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterView } from '../model/view.ts'
import type { Finding } from '../rules/finding.ts'
import { findRule } from '../rules/index.ts'
import { findNewestFailure, findRun } from '../rules/log-run.ts'
import { type KubectlObject, nextCommand, readsLog, resolveStep } from '../rules/next-step.ts'
import type { Rule } from '../rules/rule.ts'
import type { Answer } from './answer-schema.ts'

/** What to do about a finding. */
export interface Advice {
  /** In plain text. */
  readonly remedy: string | null
  /** A command that shows more; null where none does. */
  readonly next: string | null
}

/** What an advice is made from. */
export type AdvisedFinding = Pick<Finding, 'rule' | 'subject' | 'podUid' | 'container' | 'exitCode'>

/** Advises about a finding. */
export type Advise = (finding: AdvisedFinding) => Advice

/** Where the findings are. */
export interface AdviceScene {
  readonly namespace: string
  readonly view: Pick<ClusterView, 'objects' | 'customResources'>
  /** The pods of the target: a finding about the whole is explained by what failed last in them. Default: none. */
  readonly pods?: () => readonly Pod[]
}

export const NO_ADVICE: Advice = { remedy: null, next: null }

/** Maximum number of logs of an answer: pods of a revision mostly fail alike, so that one of each kind tells it all. */
const MAX_RUNS = 3

/** The advice that needs no cluster: what the rule says. */
export function adviseByRule({ rule }: Pick<Finding, 'rule'>): Advice {
  const known = findRule(rule)
  return known === undefined ? NO_ADVICE : { remedy: plainRemedy(known), next: null }
}

/** Advises about findings of a namespace. */
export function adviseIn(scene: AdviceScene): Advise {
  return (finding) => {
    const rule = findRule(finding.rule)
    if (rule === undefined) return NO_ADVICE
    const step = resolveStep(rule, finding)
    const { namespace } = scene
    const next = nextCommand(step, {
      namespace,
      object: findObject(finding, scene),
      node: findPod(finding, scene)?.node ?? null,
      run: resolveRun(finding, rule, scene),
    })
    return { remedy: plainRemedy(rule), next }
  }
}

/** The advice about what decides an answer of detail=full; none in a pass. */
export function decidingAdvice({ verdict, findings = [] }: Pick<Answer, 'verdict' | 'findings'>): Advice {
  const [first] = verdict === 'pass' ? [] : findings
  return { remedy: first?.remedy ?? null, next: first?.next ?? null }
}

/** The runs whose logs show more about findings, one for each rule and container. */
export function listRuns(findings: readonly AdvisedFinding[], scene: AdviceScene): readonly ContainerRun[] {
  const found = new Map<string, ContainerRun>()
  const seen = new Set<string>()
  for (const finding of findings) {
    if (found.size >= MAX_RUNS) break
    const rule = findRule(finding.rule)
    const run = rule === undefined ? null : resolveRun(finding, rule, scene)
    if (run === null) continue
    const alike = `${finding.rule} ${run.container}`
    if (!seen.has(alike)) found.set(`${run.podUid} ${run.container} ${run.previous}`, run)
    seen.add(alike)
  }
  return [...found.values()]
}

function resolveRun(finding: AdvisedFinding, rule: Rule, scene: AdviceScene): ContainerRun | null {
  const step = resolveStep(rule, finding)
  if (!readsLog(step)) return null
  const pod = findPod(finding, scene)
  if (pod !== undefined) return findRun(pod, finding.container, step)
  return finding.podUid === null ? findNewestFailure(scene.pods?.() ?? []) : null
}

function findPod({ podUid }: AdvisedFinding, { view }: AdviceScene): Pod | undefined {
  return podUid === null ? undefined : view.objects.pods.byUid(podUid)
}

/** The object of a subject such as `deployment/web`; null for other subjects, e.g. a selector. */
function findObject(
  { subject }: AdvisedFinding,
  { namespace, view: { customResources } }: AdviceScene,
): KubectlObject | null {
  const slash = subject.indexOf('/')
  const [kind, name] = [subject.slice(0, slash), subject.slice(slash + 1)]
  if (kind === NODE.resource) return { ...NODE, name }
  const known = listKinds(customResources).find(
    ({ kind: full, resource }) => resource.kind.toLowerCase() === kind || full === kind,
  )
  if (known === undefined) return null
  const { resource } = known
  // Of other groups, the short name may be that of another kind.
  const isCommon = ['', 'apps', 'batch'].includes(resource.group)
  const asked = isCommon ? resource.kind.toLowerCase() : `${resource.plural}.${resource.group}`
  return { resource: asked, name, kind: resource.kind, namespace }
}

const NODE = { resource: 'node', kind: 'Node', namespace: null } as const

/** The remedy without the marks of Markdown. */
function plainRemedy({ texts: { remedy } }: Rule): string {
  return remedy.replaceAll('`', '')
}
