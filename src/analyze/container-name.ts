import type { Pod } from '../model/pod.ts'
import { count } from '../rules/words.ts'

/**
 * What to say when none of these pods has a container of the name that is asked about: nothing can be told of it then,
 * least of all that it is well. Null when one has it, no name is asked about, or there are no pods. Ephemeral containers
 * never count.
 */
export function unknownContainer(pods: readonly Pod[], container: string | null): string | null {
  if (container === null || pods.some((pod) => listContainers(pod).includes(container))) return null
  const [first] = pods.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  if (first === undefined) return null
  return `No pod has a container ${container}: pod ${first.name} has ${listContainers(first).join(', ')}.`
}

/** That nothing has run yet: of all containers, or of the one that is asked about. `whose`: as ` of the canary`, or empty. */
export function notStarted(container: string | null, whose: string, pods: number): string {
  const who =
    container === null ? `No container${whose} has started` : `Container ${container}${whose} has not started`
  return `${who} yet in ${count(pods, 'pod')}.`
}

function listContainers({ spec }: Pod): string[] {
  return [...spec.initContainers, ...spec.containers].map(({ name }) => name)
}
