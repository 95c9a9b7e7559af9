import type { Policy, RuleWeight } from '../policy.ts'
import { LYNCEUS } from './lynceus.ts'
import { overrideRules } from './override-rules.ts'

/** The limits that rollout-status has flags for. Null turns a limit off. */
export interface RolloutStatusLimits {
  /** Restarts that a container may have; beyond them a container that ended or waits in back-off is fatal. */
  readonly retries: number | null
  /** How long a pod may be unschedulable, seconds. */
  readonly pendingSeconds: number | null
}

/** The defaults of rollout-status: `-retry-limit 6 -pending-deadline 180`. */
export const DEFAULT_LIMITS = { retries: 6, pendingSeconds: 180 } as const satisfies RolloutStatusLimits

/** A name that is still taken, or a slow runtime, resolves itself within the kubelet's next attempts, seconds. */
const CREATE_SECONDS = 30

const INVALID: RuleWeight = { class: 'fatal', code: 'invalid-config' }
const CRASHING: RuleWeight = { class: 'progressing', code: 'process-crashing' }
const REFUSED: RuleWeight = { class: 'fatal', code: 'resource-limits-exceeded' }
const NO_MATTER: RuleWeight = { class: 'progressing', code: null }

/**
 * The table of SocialGouv's rollout-status: an image or configuration that is missing is fatal at once, crashes are fatal
 * beyond the limit of restarts, an OOM kill always, and a single pod is enough. Of what only takes long, just an
 * unschedulable pod and the controller's own deadline fail.
 */
export function rolloutStatusPolicy({ retries, pendingSeconds }: RolloutStatusLimits): Policy {
  // `times` counts restarts: up to the limit they are fine.
  const retried: RuleWeight =
    retries === null ? CRASHING : { class: 'threshold', code: 'process-crashing', times: retries + 1 }
  const pending: RuleWeight =
    pendingSeconds === null
      ? { class: 'progressing', code: 'scheduling' }
      : { class: 'threshold', code: 'scheduling', seconds: pendingSeconds, patientSeconds: pendingSeconds }
  const figures: Policy = {
    ...LYNCEUS,
    name: 'rollout-status',
    progressDeadlineSeconds: Number.POSITIVE_INFINITY,
    toleratedShare: 0,
    affectedPods: 1,
    countsRefusedStarts: true,
    failsRunning: false,
  }
  return overrideRules(figures, {
    'image-not-found': INVALID,
    'image-denied': INVALID,
    'image-unknown-cause': INVALID,
    'image-transient': INVALID,
    'config-missing': INVALID,
    'config-cache': INVALID,
    'container-create': { class: 'threshold', code: 'invalid-config', seconds: CREATE_SECONDS },
    oom: { class: 'fatal', code: 'resource-limits-exceeded' },
    // All of a container's restarts count, whatever ended it: the rule crash-loop counts them.
    'memory-limit-too-low': CRASHING,
    'bad-container-spec': CRASHING,
    'bad-command': CRASHING,
    'runtime-fault': CRASHING,
    'lifecycle-hook': retried,
    'init-failure': retried,
    'sidecar-crash': retried,
    'exit-loop': retried,
    'crash-loop': retried,
    refused: NO_MATTER,
    'held-up': NO_MATTER,
    evicted: NO_MATTER,
    // The original has one code for everything that keeps a controller from creating its pods.
    'quota-exceeded': REFUSED,
    'webhook-unavailable': REFUSED,
    'admission-refused': REFUSED,
    'create-forbidden': REFUSED,
    'delete-refused': NO_MATTER,
    'sandbox-memory': NO_MATTER,
    volume: NO_MATTER,
    unschedulable: pending,
    'scheduling-gated': pending,
    // Whether it is complete does not depend on whether it is paused.
    paused: { class: 'warning', code: null },
  })
}
