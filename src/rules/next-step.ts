import type { ContainerRun } from '../model/log.ts'
import type { Finding } from './finding.ts'
import type { NextStep, Rule } from './rule.ts'

/** An object as kubectl names it. */
export interface KubectlObject {
  /** `pod`, `deployment`, `rollouts.argoproj.io`. */
  readonly resource: string
  readonly name: string
  /** As events write it: Pod. */
  readonly kind: string
  /** Null for objects without a namespace. */
  readonly namespace: string | null
}

/** Where a finding is. */
export interface FindingPlace {
  readonly namespace: string
  /** Null when the finding is not about one object. */
  readonly object: KubectlObject | null
  /** Null when unknown. */
  readonly node: string | null
  /** The run whose log tells more; null when there is none. */
  readonly run: ContainerRun | null
}

/** The step of a rule; one that names none gets what fits its subject. */
export function resolveStep(
  { next }: Pick<Rule, 'next'>,
  { container, exitCode }: Pick<Finding, 'container' | 'exitCode'>,
): NextStep {
  return next ?? (container !== null && exitCode !== null ? 'last-log' : 'describe')
}

/** Whether the step is to read a log. */
export function readsLog(step: NextStep): step is 'log' | 'last-log' {
  return step === 'log' || step === 'last-log'
}

/**
 * The command of a step, which a shell takes as it is; null where there is none. Names come from the cluster, and none is
 * quoted: Kubernetes allows only such as mean nothing to a shell, and with any other there is no command.
 */
export function nextCommand(step: NextStep, place: FindingPlace): string | null {
  const words = stepWords(step, place) ?? (step === 'none' ? null : describeWords(place.object))
  if (words === null || !words.every((word) => SAFE_WORD.test(word))) return null
  return ['kubectl', ...words].join(' ')
}

/** Flags of ours and names: no blank, quote, variable, comment, redirection or wildcard. */
const SAFE_WORD = /^(?:--?[a-z]|[A-Za-z0-9])[A-Za-z0-9._:/=,-]*$/

/** Null where the place lacks what the step needs. */
function stepWords(step: NextStep, { namespace, object, node, run }: FindingPlace): string[] | null {
  const within = ['-n', plain(namespace)]
  switch (step) {
    case 'log':
    case 'last-log':
      return run === null ? null : logWords(run)
    case 'describe':
      return describeWords(object)
    case 'events':
      return object === null ? null : ['get', 'events', ...within, '--field-selector', selectEvents(object)]
    case 'describe-node':
      return node === null || node === '' ? null : ['describe', 'node', plain(node)]
    case 'quota':
      return ['describe', 'quota', ...within]
    case 'webhooks':
      return ['get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations']
    case 'claims':
      return ['get', 'persistentvolumeclaims', ...within]
    case 'none':
      return null
  }
}

function logWords({ pod, namespace, container, previous }: ContainerRun): string[] {
  const words = ['logs', plain(pod), '-n', plain(namespace), '-c', plain(container)]
  return previous ? [...words, '--previous'] : words
}

function describeWords(object: KubectlObject | null): string[] | null {
  if (object === null) return null
  const words = ['describe', object.resource, plain(object.name)]
  return object.namespace === null ? words : [...words, '-n', plain(object.namespace)]
}

function selectEvents({ kind, name }: KubectlObject): string {
  return plain(name) === '' ? '' : `involvedObject.kind=${kind},involvedObject.name=${name}`
}

/** A name that may not pass for a flag, nor for several words; '' (which no command takes) for any other. */
function plain(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : ''
}
