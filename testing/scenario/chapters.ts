import type { Ending } from './container-states.ts'
import type { Stage } from './stage.ts'

/** What is asked of Lynceus during a chapter. */
export interface Question {
  /** What it asks about, in a word or two. */
  readonly label: string
  /** Path and query; `hash` and `stable` are those of the chapter's new and of the last good revision. */
  readonly path: (stage: Stage, hashes: { readonly hash: string; readonly stable: string }) => string
  /** What the answer must come to by the end of the chapter. */
  readonly verdict: 'pass' | 'pending' | 'fail'
  /** The code that goes with it; null for a pass. */
  readonly code: string | null
}

export interface Chapter {
  readonly title: string
  /** What happens and what to look for, for someone who sees this for the first time. */
  readonly text: string
  readonly image: string
  readonly play: (stage: Stage, image: string) => Promise<void>
  readonly questions: readonly Question[]
  /** The revision stays; else the story goes back to the last good one. */
  readonly good: boolean
}

const CRASH: Ending = { exitCode: 1, reason: 'Error' }
const OOM: Ending = { exitCode: 137, reason: 'OOMKilled' }
const IMAGE = 'registry.example/shop/checkout'

/** The story of the demo, in order. */
export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'A healthy release',
    text: 'A new Deployment starts three pods. The verdict is pending while they start, then pass.',
    image: `${IMAGE}:1.0`,
    play: rollOut,
    questions: [passing('deployment', (stage) => workload('/analyze', stage))],
    good: true,
  },
  {
    title: 'A canary that crash-loops',
    text: 'Version 1.1 exits at start. The old pods go on serving, and the Deployment goes on "progressing".',
    image: `${IMAGE}:1.1`,
    play: (stage, image) => crashLoop(stage, image, CRASH, 4),
    questions: [
      failing(
        'first crash',
        'process-crashing',
        (stage, { hash }) => `${byHash('/analyze/crashes', stage, hash)}&limit=1`,
      ),
      failing('canary', 'process-crashing', canary),
      passing('stable', (stage, { stable }) => byHash('/analyze', stage, stable)),
    ],
    good: false,
  },
  {
    title: 'An image that does not exist',
    text: 'Someone mistyped the tag. Kubernetes tries for ever; the verdict does not wait for a deadline.',
    image: `${IMAGE}:1.2-typo`,
    play: missingImage,
    questions: [failing('canary', 'invalid-config', canary)],
    good: false,
  },
  {
    title: 'Out of memory',
    text: 'Version 1.3 needs more than its limit. An OOM kill is told apart from other crashes.',
    image: `${IMAGE}:1.3`,
    play: (stage, image) => crashLoop(stage, image, OOM, 3),
    questions: [failing('canary', 'resource-limits-exceeded', canary)],
    good: false,
  },
  {
    title: 'The recovery',
    text: 'Version 1.4 has the fix and replaces the old pods one by one.',
    image: `${IMAGE}:1.4`,
    play: rollOut,
    questions: [
      passing('crashes', (stage, { hash }) => byHash('/analyze/crashes', stage, hash)),
      passing('rollout', (stage) => workload('/analyze/rollout', stage)),
    ],
    good: true,
  },
]

function passing(label: string, path: Question['path']): Question {
  return { label, path, verdict: 'pass', code: null }
}

function failing(label: string, code: string, path: Question['path']): Question {
  return { label, path, verdict: 'fail', code }
}

function canary(stage: Stage, { hash }: { readonly hash: string }): string {
  return byHash('/analyze', stage, hash)
}

/** Pod after pod comes up, and old ones go. */
async function rollOut(stage: Stage, image: string): Promise<void> {
  const { replicas } = stage.app
  stage.release(image)
  for (let up = 1; up <= replicas; up++) {
    await stage.wait(0.4)
    const actor = stage.addPod(image)
    await stage.wait(0.4)
    actor.starts()
    await stage.wait(0.4)
    actor.becomesReady()
    stage.retire(replicas - up)
  }
}

/** One pod of the new version starts and ends, again and again. */
async function crashLoop(stage: Stage, image: string, ending: Ending, times: number): Promise<void> {
  stage.release(image)
  await stage.wait(0.3)
  const actor = stage.addPod(image)
  for (let i = 0; i < times; i++) {
    await stage.wait(0.5)
    actor.starts()
    await stage.wait(1.1)
    actor.ends(ending)
    await stage.wait(0.3)
    actor.backsOff()
  }
}

async function missingImage(stage: Stage, image: string): Promise<void> {
  stage.release(image)
  await stage.wait(0.3)
  const actor = stage.addPod(image)
  await stage.wait(0.8)
  actor.pullFails()
  await stage.wait(1.2)
  actor.pullBacksOff()
}

function workload(route: string, { app }: Stage): string {
  return `${route}?namespace=${app.namespace}&kind=deployment&name=${app.name}`
}

function byHash(route: string, { app }: Stage, hash: string): string {
  return `${route}?namespace=${app.namespace}&hash=${hash}`
}
