import type { ContainerSpec, PodSpec } from '../model/pod.ts'

export type ContainerKind = 'init' | 'sidecar' | 'app'

/**
 * Whether the kubelet restarts a container after an exit code. The container's restart rules come first, then its own
 * policy, then the pod's (KEP-5307). Init containers of a pod with Always are retried as with OnFailure.
 */
export function restartsAfter(
  exitCode: number,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  podPolicy: string,
): boolean {
  const rule = spec?.restartRules.find(({ operator, exitCodes }) =>
    operator === 'NotIn' ? !exitCodes.includes(exitCode) : exitCodes.includes(exitCode),
  )
  if (rule?.action === 'Restart' || rule?.action === 'RestartAllContainers') return true
  const policy = effectivePolicy(spec, podPolicy)
  if (kind === 'init') return exitCode !== 0 && policy !== 'Never'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** Always, OnFailure or Never: the container's own, else the pod's. */
export function effectivePolicy(spec: ContainerSpec | undefined, podPolicy: string): string {
  return spec === undefined || spec.restartPolicy === '' ? podPolicy : spec.restartPolicy
}

/** Whether an init container of this name is a sidecar, which runs as long as the pod. */
export function isSidecar({ initContainers }: PodSpec, name: string): boolean {
  return initContainers.some((spec) => spec.name === name && spec.restartPolicy === 'Always')
}
