import type { Seconds } from '../model/meta.ts'
import type { Waiting } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import type { Cause } from './cause.ts'
import { findCause } from './causes.ts'
import { type ContainerFacts, waitingSince } from './container-facts.ts'
import { NO_PLATFORM } from './pull-causes.ts'
import { quote } from './words.ts'

const BACK_OFF = 'ImagePullBackOff'
export const PULL_FAILED = 'ErrImagePull'

/** What the kubelet puts before the error of the last pull while it waits for the next one; before 1.32 without the error. */
const BACK_OFF_MESSAGE = /^Back-off pulling image "[^"]*"(?:: (?<reason>\w+): )?/

/**
 * What keeps the image away, by the reason with which the kubelet failed. Not that of the present state: between two pulls
 * that changes to ImagePullBackOff and back, while the cause stays the same.
 */
export function readImageFailure({
  status: { state },
}: ContainerFacts): Pick<Waiting, 'reason' | 'message'> | null {
  if (state.type !== 'waiting') return null
  const { reason, message } = state
  if (reason !== BACK_OFF) return { reason, message }
  const [prefix = '', before] = BACK_OFF_MESSAGE.exec(message) ?? []
  return { reason: before ?? PULL_FAILED, message: message.slice(prefix.length) }
}

/** Pulls that failed. */
export interface PullFailure {
  readonly message: string
  /** Null: one that no pattern knows. */
  readonly cause: Cause | null
  /** When a pull first failed by this cause; without any event about it, when the first pull can have begun. */
  readonly since: Seconds
  /** An event says when: a pull may take long before it fails. */
  readonly isSinceKnown: boolean
  /** Pulls that failed by this cause. */
  readonly times: number
  /** When that number rises by time alone; null: it does not. */
  readonly nextAt: Seconds | null
}

/**
 * Without events a second pull is only seen while the container is in back-off. The kubelet begins it 10 s after the first
 * has failed, and looks at each pod every few seconds; an answer of a registry takes a moment only.
 */
const SECOND_PULL_SECONDS = 20

/** Why and how often the image could not be pulled; null when something else is the matter. */
export function readPullFailure(facts: ContainerFacts, now: Seconds): PullFailure | null {
  const failure = readImageFailure(facts)
  if (failure?.reason !== PULL_FAILED) return null
  const events = pullEvents(facts)
  const pulls = events.filter(({ message }) => message.startsWith(FAILED_PULL))
  const message = failure.message || (pulls.at(-1)?.message ?? '')
  const cause = pullCause(message)
  const alike = pulls.filter((pull) => pullCause(pull.message) === cause)
  // A back-off stands for a second failure, as the kubelet has seen the same answer before; not after another cause.
  const isInBackOff = alike.length === pulls.length && isBackingOff(facts, events)
  const earliest = waitingSince(facts)
  const known = (alike.length === 0 ? events : alike)
    .map(({ firstSeen }) => firstSeen)
    .filter((at) => at >= earliest)
  const told = alike.reduce((sum, { count }) => sum + count, 0)
  const secondAt = events.length > 0 || isInBackOff ? null : earliest + SECOND_PULL_SECONDS
  const isSecond = isInBackOff || (secondAt !== null && now >= secondAt)
  return {
    message,
    cause,
    since: known.length === 0 ? earliest : Math.min(...known),
    isSinceKnown: known.length > 0,
    times: isSecond ? 2 : Math.max(1, told),
    nextAt: isSecond ? null : secondAt,
  }
}

const FAILED_PULL = 'Failed to pull image'

function pullCause(message: string): Cause | null {
  return findCause('pullNode', message) ?? findCause('pull', message)
}

function isBackingOff({ status: { state } }: ContainerFacts, events: readonly ClusterEvent[]): boolean {
  return (
    (state.type === 'waiting' && state.reason === BACK_OFF) ||
    events.some(({ message }) => message.includes(BACK_OFF))
  )
}

function pullEvents({ status, events }: ContainerFacts): ClusterEvent[] {
  return events.filter(
    ({ reason, fieldPath, message }) =>
      (reason === 'Failed' || reason === 'BackOff') &&
      fieldPath.endsWith(`{${status.name}}`) &&
      (message.startsWith(FAILED_PULL) || message.includes('ImagePull')),
  )
}

/** What the container runtime was doing; the last of these names the image, and what follows is the error itself. */
const DOING = /(?:pull(?: and unpack)? image|resolve reference) "(?<image>[^"]+)": /g
/** An HTTP status of the registry, as containerd and containers/image write it: `status code [manifests 1]: 503 Service Unavailable`. */
const STATUS =
  /(?:status code|unexpected (?:HTTP )?status)\b(?: from \w+ request to \S+|[^:]*):? (?<status>[45]\d\d\b[ A-Za-z]*)/

interface PullError {
  readonly image: string
  readonly error: string
  /** The error is an answer of the registry. */
  readonly isAnswer: boolean
}

/** Which image cannot be pulled, and why: what the registry answered, else the error behind what the runtime was doing. */
export function readPullError(message: string): PullError {
  const doing = [...message.matchAll(DOING)].at(-1)
  const name = doing?.groups?.image
  const status = STATUS.exec(message)?.groups?.status?.trim()
  const error = doing === undefined ? message : message.slice(doing.index + doing[0].length)
  const own = `${name}: `
  return {
    image: name === undefined ? 'its image' : `image ${name}`,
    error:
      status === undefined
        ? quote(error.startsWith(own) ? error.slice(own.length) : error)
        : `the registry answered ${status}`,
    isAnswer: status !== undefined,
  }
}

/** What "not found" means: no such image at all, or none for the node's platform. */
export function describeMissing(message: string): string {
  return NO_PLATFORM.test(message)
    ? 'the registry has no image for the platform of the node'
    : 'the image does not exist in the registry'
}
