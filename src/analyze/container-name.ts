import type { Pod } from '../model/pod.ts'
import { count } from '../rules/words.ts'

/**
 * A sentence for a container name that no pod has, else null; null also when no name was asked for, or without pods.
 * Without this check, a typo in the container name would look healthy. Ephemeral containers never count.
 */
export function unknownContainer(pods: readonly Pod[], container: string | null): string | null {
  if (container === null || pods.some((pod) => listContainers(pod).includes(container))) return null
  const [first] = pods.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  if (first === undefined) return null
  return `No pod has a container "${container}": pod ${first.name} has ${listContainers(first).join(', ')}.`
}

/** A sentence for pods where no container, or not the one asked for, has started. `whose` is ` of the canary` or empty. */
export function notStarted(container: string | null, whose: string, pods: number): string {
  if (pods === 0) return `No pod${whose} exists yet.`
  const who =
    container === null ? `No container${whose} has started` : `Container ${container}${whose} has not started`
  return `${who} yet in ${count(pods, 'pod')}.`
}

function listContainers({ spec }: Pod): string[] {
  return [...spec.initContainers, ...spec.containers].map(({ name }) => name)
}
