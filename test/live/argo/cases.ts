import type { JsonObject } from '../support/json.ts'
import { type ContainerOptions, shell } from '../support/manifests.ts'
import type { Ending, Measurement } from './release.ts'
import { analysis, blueGreen, canary } from './rollouts.ts'

/** A release and how it must end. Its Rollout, namespace and Services carry its name. */
export interface ReleaseCase {
  readonly name: string
  /** The version on trial. */
  readonly next: ContainerOptions
  /** `lynceus`: where it answers. */
  readonly strategy: (lynceus: string) => JsonObject
  /** More of the Rollout's spec. */
  readonly spec?: JsonObject
  /** More of the spec that comes with the version on trial, where the first one must not be held to it. */
  readonly nextSpec?: JsonObject
  /** Whether it needs the Services of a blueGreen Rollout. */
  readonly hasServices?: boolean
  readonly ending: Ending
  /** What the Rollout's own message must say. */
  readonly message?: RegExp
  /** A measurement that must have been made. */
  readonly measured?: Partial<Measurement>
}

/** Serves as the first version does, with another hash. */
export const GOOD = shell('trap "exit 0" TERM; while :; do sleep 1; done; : next')

export const CRASHING = shell('sleep 6; exit 1')

/** Crashes before a gate can have asked twice, 5 s apart, which is enough for it to pass. */
const CRASHING_SOON = shell('sleep 3; exit 1')

/** Far more than CRASHING needs to crash, be told of and be aborted on a busy machine; nobody waits for its end. */
export const TIME_TO_CRASH_SECONDS = 240

function ready(script: string): ContainerOptions {
  const exec = { command: ['test', '-f', '/tmp/ready'] }
  // With the default of 1 s a busy node would take a slow start of the probe for its failure.
  const probe = { exec, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 10 }
  return { ...shell(script), container: { readinessProbe: probe } }
}

const NEVER_READY = ready('sleep 100000')

/** Ready for the first 10 s, so that a step can end; then not until the 50th, and from then on for good. */
const WAVERING = ready('touch /tmp/ready; sleep 10; rm /tmp/ready; sleep 40; touch /tmp/ready; sleep 100000')

/** From the end of a step in the first 10 s of WAVERING it leads far into the time in which that is not ready. */
const INTO_WAVERING_SECONDS = 25

/** Has crashed three times when it comes to serve, as something it needs was away. */
const NEEDY: ContainerOptions = {
  ...shell(
    'n=$(cat /state/n || echo 0); echo $((n+1)) >/state/n; if [ $n -lt 2 ]; then sleep 4; exit 1; fi; sleep 100000',
  ),
  container: { volumeMounts: [{ name: 'state', mountPath: '/state' }] },
  pod: { volumes: [{ name: 'state', emptyDir: {} }] },
}

const QUARTER = { setWeight: 25 }
const ALL = { setWeight: 100 }

function pause(seconds: number): JsonObject {
  return { pause: { duration: `${seconds}s` } }
}

/** As docs/argo.md advises, with a pause of so many seconds. */
export function reviewed(lynceus: string, pauseSeconds: number): JsonObject {
  const last = { analysis: analysis(lynceus, 'gate') }
  return canary([QUARTER, pause(pauseSeconds), ALL, last], analysis(lynceus, 'tripwire'))
}

function advised(lynceus: string): JsonObject {
  return reviewed(lynceus, 15)
}

const TRIPWIRE_FAILED = /Metric "crashes" assessed Failed due to failed \(1\) > failureLimit \(0\)/
const GATE_FAILED = /Metric "good" assessed Failed due to failed \(1\) > failureLimit \(0\)/

/** The chart's templates as docs/argo.md uses them; each release is on its own, so all can run side by side. */
export const RELEASES: readonly ReleaseCase[] = [
  {
    name: 'canary-good',
    next: GOOD,
    strategy: advised,
    ending: 'promoted',
    measured: { type: 'Step', metric: 'good', phase: 'Successful' },
  },
  {
    name: 'canary-crashing',
    next: CRASHING,
    strategy: (lynceus) => reviewed(lynceus, TIME_TO_CRASH_SECONDS),
    ending: 'aborted',
    message: TRIPWIRE_FAILED,
    measured: { type: 'Background', metric: 'crashes', phase: 'Failed' },
  },
  {
    name: 'canary-never-ready',
    next: NEVER_READY,
    strategy: advised,
    nextSpec: { progressDeadlineSeconds: 20 },
    ending: 'aborted',
    message: /has timed out progressing/,
  },
  {
    name: 'gate-waits',
    next: WAVERING,
    strategy: (lynceus) =>
      canary([ALL, pause(INTO_WAVERING_SECONDS), { analysis: analysis(lynceus, 'gate') }]),
    spec: { replicas: 1 },
    ending: 'promoted',
    measured: { type: 'Step', metric: 'good', phase: 'Inconclusive' },
  },
  {
    name: 'gate-crashing',
    next: CRASHING_SOON,
    strategy: (lynceus) => canary([ALL, { analysis: analysis(lynceus, 'gate') }]),
    spec: { replicas: 1 },
    ending: 'aborted',
    message: GATE_FAILED,
    measured: { type: 'Step', metric: 'good', phase: 'Failed' },
  },
  {
    name: 'bluegreen-good',
    next: GOOD,
    strategy: (lynceus) => blueGreen('bluegreen-good', analysis(lynceus, 'prepromotion')),
    spec: { replicas: 2 },
    hasServices: true,
    ending: 'promoted',
    measured: { type: 'PrePromotion', metric: 'good', phase: 'Successful' },
  },
  {
    name: 'bluegreen-crashing',
    next: CRASHING,
    strategy: (lynceus) => blueGreen('bluegreen-crashing', analysis(lynceus, 'prepromotion')),
    spec: { replicas: 2 },
    hasServices: true,
    ending: 'aborted',
    message: GATE_FAILED,
    measured: { type: 'PrePromotion', metric: 'good', phase: 'Failed' },
  },
  {
    name: 'compare-crashing',
    next: CRASHING,
    strategy: (lynceus) => canary([QUARTER, pause(TIME_TO_CRASH_SECONDS)], analysis(lynceus, 'compare')),
    ending: 'aborted',
    message: /Metric "canary-against-stable" assessed Failed/,
    measured: { type: 'Background', metric: 'canary-against-stable', phase: 'Failed' },
  },
  {
    name: 'compare-good',
    next: GOOD,
    strategy: (lynceus) => canary([QUARTER, pause(15)], analysis(lynceus, 'compare')),
    ending: 'promoted',
    measured: { type: 'Background', metric: 'canary-against-stable', phase: 'Successful' },
  },
  {
    name: 'crashcheck-good',
    next: NEEDY,
    strategy: (lynceus) => {
      const { templates, args } = analysis(lynceus, 'crashcheck')
      const more = [
        { name: 'limit', value: '3' },
        { name: 'interval', value: '2s' },
        { name: 'count', value: '10' },
      ]
      const given = Array.isArray(args) ? args : []
      return canary([ALL, { analysis: { templates, args: [...given, ...more] } }])
    },
    spec: { replicas: 1 },
    ending: 'promoted',
    measured: { type: 'Step', metric: 'crashes', phase: 'Successful' },
  },
  {
    name: 'crashcheck-crashing',
    next: CRASHING,
    strategy: (lynceus) => canary([ALL, { analysis: analysis(lynceus, 'crashcheck') }]),
    spec: { replicas: 1 },
    ending: 'aborted',
    message: TRIPWIRE_FAILED,
    measured: { type: 'Step', metric: 'crashes', phase: 'Failed' },
  },
]
