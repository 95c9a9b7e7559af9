import type { Rollout } from '../../../model/records.ts'
import type * as slim from '../slim.generated.ts'
import { type MetaProjector, seconds, workloadMeta } from './meta.ts'

/** Defaults of Argo Rollouts for absent fields (its API server schema fills in none). */
const DEFAULT_REPLICAS = 1
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600

export function rollout({ metadata, spec, status }: slim.Rollout, meta: MetaProjector): Rollout {
  const canary = spec?.strategy?.canary ?? null
  const blueGreen = spec?.strategy?.blueGreen ?? null
  const reference = spec?.workloadRef ?? null
  return {
    ...workloadMeta(metadata, meta),
    replicas: spec?.replicas ?? DEFAULT_REPLICAS,
    paused: spec?.paused ?? false,
    strategy: strategyName(canary, blueGreen),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    progressDeadlineSeconds: spec?.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS,
    workloadRef: reference === null ? null : { kind: reference.kind, name: reference.name },
    observedGeneration: status?.observedGeneration ?? '',
    workloadObservedGeneration: status?.workloadObservedGeneration ?? '',
    phase: status?.phase ?? '',
    message: meta.text(status?.message ?? ''),
    aborted: status?.abort ?? false,
    controllerPause: status?.controllerPause ?? false,
    pauseConditions: (status?.pauseConditions ?? []).map(({ reason, startTime }) => ({
      reason,
      startedAt: seconds(startTime),
    })),
    currentPodHash: status?.currentPodHash ?? '',
    stableHash: status?.stableRS ?? '',
    activeHash: status?.blueGreen?.activeSelector ?? '',
    updatedReplicas: status?.updatedReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
    conditions: meta.conditions(status?.conditions ?? []),
  }
}

function strategyName(canary: unknown, blueGreen: unknown): Rollout['strategy'] {
  if (blueGreen !== null) return 'blueGreen'
  return canary === null ? '' : 'canary'
}
