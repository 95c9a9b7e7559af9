import type { Answer } from '../../src/analyze/answer-schema.ts'
import type { Analyze } from '../../src/analyze/evaluate.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { UnavailableError } from '../../src/kinds/unavailable-error.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import { plainQuestion, type Question } from '../../src/question/question.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import type { Verdict } from '../../src/rules/verdict.ts'
import { type AnswerRequest, WaitingEngine, type WaitingEngineOptions } from '../../src/wait/engine.ts'
import { ManualTime } from '../manual-time.ts'

const NONE = { crashes: 0, restarts: 0, pods: 0, readyPods: 0, failingPods: 0, desired: 0 }
const CHANGE = {
  namespace: 'shop',
  name: 'changed',
  createdAt: 0,
  deletedAt: null,
  labels: {},
  owner: null,
  revision: 1,
} as const

/** Something to ask about, whose answer a test sets. Time and load stand still until they are moved. */
export class Subject {
  readonly time = new ManualTime()
  readonly load = new ManualTime()
  readonly cache = new ClusterCache()
  readonly engine: WaitingEngine
  /** What an evaluation finds; an error is thrown. */
  state: Verdict | 'not-found' | 'unavailable' | Error = 'pass'
  recheckAt: number | null = null
  /** How often the question was evaluated. */
  evaluations = 0
  #changes = 0

  constructor(options: Partial<WaitingEngineOptions> = {}) {
    this.engine = new WaitingEngine({
      view: this.cache,
      now: this.time.now,
      schedule: this.time.schedule,
      loadClock: this.load,
      staleAfterSeconds: 30,
      policy: LYNCEUS,
      maxHeld: 10,
      maxWaiting: 10,
      ...options,
    })
  }

  /** Asks, about this hash. */
  ask(waitSeconds: number, more: Partial<AnswerRequest<Question>> & { readonly hash?: string } = {}) {
    const { hash = 'aaa', ...rest } = more
    const question = plainQuestion('shop', { type: 'hash', hash, owner: null })
    return this.engine.answer({ name: '/x', question, analyze: this.analyze, waitSeconds, ...rest })
  }

  /** Sets what is found, and changes something in the namespace. */
  async become(state: Subject['state']): Promise<void> {
    this.state = state
    await this.change()
  }

  /** Changes something in a namespace, and lets those that listen to it know. */
  async change(namespace = 'shop'): Promise<void> {
    this.#changes += 1
    const version = String(this.#changes)
    const record = { ...CHANGE, namespace, uid: namespace, resourceVersion: version }
    this.cache.apply('controllerrevisions', 'MODIFIED', record, this.time.now())
    await settled()
  }

  readonly analyze: Analyze<Question> = (view, { namespace }, now) => {
    view.objects.controllerrevisions.get(namespace, CHANGE.name)
    this.evaluations += 1
    const { state, recheckAt } = this
    if (state instanceof Error) throw state
    if (state === 'not-found') throw new NotFoundError(`not there at evaluation ${this.evaluations}`)
    if (state === 'unavailable') throw new UnavailableError('stale', 'too old')
    return { answer: answerOf(state, now), recheckAt, unknown: [], runs: [] }
  }
}

/** Promises that are settled have had their effects. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function answerOf(verdict: Verdict, now: number): Answer {
  return {
    verdict,
    code: null,
    reason: null,
    message: verdict,
    ...NONE,
    target: 'hash=aaa',
    revision: null,
    generation: null,
    cacheAgeSeconds: 0,
    evaluatedAt: new Date(now * 1000).toISOString(),
  }
}
