import type { Answer } from '../analyze/answer.ts'
import { analyzeRollout } from '../analyze/rollout.ts'
import { NamespaceView } from '../kinds/namespace-view.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question } from '../question/question.ts'
import type { Finding } from '../rules/finding.ts'
import type { Policy } from '../rules/policy.ts'
import { clock } from '../rules/words.ts'
import { gone, neverThere, settlingAnswer, supersededAnswer } from './gate-answers.ts'
import type { Schedule } from './schedule.ts'
import { type Ending, Report } from './snapshot.ts'
import { collectEvidence, StabilityWindow } from './stability-window.ts'
import { Throttle } from './throttle.ts'

/** What a vigil looks at and how it is woken. */
export interface QuestionWatchDeps {
  readonly view: ClusterView
  readonly now: () => Seconds
  readonly schedule: Schedule
  readonly staleAfterSeconds: Seconds
  readonly policy: Policy
  /** Told of findings with a reason that no rule knows. */
  readonly unknownReasons?: (findings: readonly Finding[]) => void
  /** Least time between two evaluations, ms. */
  readonly gapMs: () => number
  readonly nextId: () => number
}

/** What is seen at a look: an answer, whether it ends the wait, and when to look again though nothing happens. */
interface Look {
  readonly answer: Answer
  readonly ending: Ending | null
  readonly lookAt: Seconds | null
}

/** Who is told. */
export interface Watcher {
  readonly told: (report: Report) => void
  /** Looking failed for a reason that nobody foresaw. */
  readonly failed: (error: unknown) => void
}

/** How long something that vanished may take to come back (deleted and made anew), seconds. */
const RETURN_SECONDS = 2
/** Looked at just after a moment, not just before, seconds. */
const MARGIN_SECONDS = 0.005
/** With a window, crashes stop to count by time alone, and nothing tells when: looked at so often, seconds. */
const WINDOW_SECONDS = 1
/** While a moment is waited for, this process must show so often that it does not stand still, seconds. */
const TURN_SECONDS = 1
/**
 * How late it may be, seconds: longer than evaluations and collections of garbage take, shorter than anything that a pass
 * is held for. Whoever is later was stopped, or its machine was.
 */
const LATE_SECONDS = 1

/**
 * Waits for one question's final verdict, once for all who ask the same: one evaluation for each change of the namespace
 * and for each moment at which time alone may change the answer. Nothing is polled.
 */
export class QuestionWatch {
  readonly #deps: QuestionWatchDeps
  readonly #question: Question
  readonly #settling: StabilityWindow
  readonly #watchers = new Set<Watcher>()
  readonly #throttle: Throttle
  readonly #stopListening: () => void
  #cancelTimer: (() => void) | undefined
  #report: Report
  /** When, at the latest, the schedule rings in a process that does not stand still. */
  #turnBy: Seconds = Number.POSITIVE_INFINITY
  #lookedAt: Seconds
  /** The revision that is waited for: the first one known. Only workloads asked about by name have one. */
  #revision: string | null = null
  #vanishedAt: Seconds | null = null
  #seen = false

  /** Looks once. Throws a NotFoundError when there is nothing, an UnavailableError when there will be no data. */
  constructor(question: Question, settleSeconds: Seconds, deps: QuestionWatchDeps) {
    this.#deps = deps
    refuseHopeless(question, deps)
    this.#question = { ...question, onStale: 'unknown' }
    this.#settling = new StabilityWindow(settleSeconds)
    this.#lookedAt = deps.now()
    const { answer, ending, lookAt } = this.#evaluate(this.#lookedAt)
    this.#report = new Report(deps.nextId(), answer, ending, 'verdict')
    this.#throttle = new Throttle(deps.gapMs, () => this.look())
    this.#stopListening =
      ending === null
        ? deps.view.onChange(question.namespace, () => this.#throttle.request())
        : () => undefined
    this.#setTimer(lookAt)
  }

  /** The present one. */
  get report(): Report {
    return this.#report
  }

  /** Nobody listens any more. */
  get idle(): boolean {
    return this.#watchers.size === 0
  }

  /** Tells of each change from now on; returns how to stop. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Frees everything. */
  close(): void {
    this.#cancelTimer?.()
    this.#throttle.stop()
    this.#stopListening()
  }

  /** Looks again, unless the wait is over. */
  look(): void {
    if (this.#report.ending !== null) return
    try {
      this.#look(this.#deps.now())
    } catch (error) {
      this.close()
      for (const { failed } of [...this.#watchers]) failed(error)
    }
  }

  /** Brings the present report up to date when it is older than a second. */
  refresh(): void {
    if (this.#deps.now() - this.#lookedAt >= 1) this.look()
  }

  #look(now: Seconds): void {
    this.#lookedAt = now
    if (now > this.#turnBy) this.#stalled(now)
    const { answer, ending, lookAt } = this.#sight(now)
    const last = this.#report
    const change = detectChange(last.answer, answer)
    // Who asks for the present report gets the present counts too, under the id of what was told.
    const id = change === null && ending === null ? last.id : this.#deps.nextId()
    this.#report = new Report(id, answer, ending, change ?? 'message')
    if (ending === null) this.#setTimer(lookAt)
    else this.close()
    if (id === last.id) return
    for (const { told } of [...this.#watchers]) told(this.#report)
  }

  /** Timers ring before the sockets are read: time that passed without hearing anything proves nothing. */
  #stalled(now: Seconds): void {
    this.#settling.stalled(now)
    this.#vanishedAt = null
  }

  #sight(now: Seconds): Look {
    try {
      return this.#evaluate(now)
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
      return this.#vanished(error, now)
    }
  }

  #evaluate(now: Seconds): Look {
    const { view, staleAfterSeconds, policy, unknownReasons } = this.#deps
    const evaluation = analyzeRollout(view, this.#question, now, staleAfterSeconds, policy)
    const { answer, recheckAt } = evaluation
    unknownReasons?.(evaluation.unknown)
    const { target, namespace, windowSeconds } = this.#question
    const evidence = () => collectEvidence(target, new NamespaceView(view, namespace, now, staleAfterSeconds))
    const hold = this.#settling.hold(answer.verdict, evidence, now, now - answer.cacheAgeSeconds)
    this.#vanishedAt = null
    if (answer.verdict === 'unknown') return { answer, ending: null, lookAt: null }
    this.#seen = true
    const waitedFor = this.#pin(answer)
    if (waitedFor !== null && answer.revision !== null && answer.revision !== waitedFor)
      return { answer: supersededAnswer(answer, waitedFor), ending: 'superseded', lookAt: null }
    if (answer.verdict === 'fail') return { answer, ending: 'verdict', lookAt: null }
    if (answer.verdict === 'pass' && hold.settled) return { answer, ending: 'verdict', lookAt: null }
    const moments = [
      recheckAt,
      hold.settled ? null : hold.until,
      view.settled ? null : now + Math.max(staleAfterSeconds - answer.cacheAgeSeconds, 0),
      windowSeconds === null ? null : now + WINDOW_SECONDS,
    ].filter((at) => at === null || at > now)
    const lookAt = earliest(moments)
    if (hold.settled) return { answer, ending: null, lookAt }
    return { answer: settlingAnswer(answer, clock(hold.until)), ending: null, lookAt }
  }

  /** The revision that is waited for, null where none can be told. */
  #pin({ revision }: Answer): string | null {
    if (this.#question.target.type !== 'object') return null
    this.#revision ??= revision
    return this.#revision
  }

  #vanished(error: NotFoundError, now: Seconds): Look {
    this.#vanishedAt ??= now
    const { answer } = this.#report
    const until = this.#vanishedAt + RETURN_SECONDS
    if (now < until) return { answer: gone(answer, error, false, now), ending: null, lookAt: until }
    if (this.#seen) return { answer: gone(answer, error, true, now), ending: 'verdict', lookAt: null }
    return { answer: neverThere(answer, error, now), ending: 'not-found', lookAt: null }
  }

  #setTimer(at: Seconds | null): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#turnBy = Number.POSITIVE_INFINITY
    if (at === null) return
    const now = this.#deps.now()
    const seconds = Math.min(Math.max(at - now, 0), TURN_SECONDS) + MARGIN_SECONDS
    this.#turnBy = now + seconds + LATE_SECONDS
    this.#cancelTimer = this.#deps.schedule(seconds, () => this.#ring(at))
  }

  #ring(at: Seconds): void {
    const now = this.#deps.now()
    if (now >= at || now > this.#turnBy) this.look()
    else this.#setTimer(at)
  }
}

/** What has not been read yet or is out of sight may come; what can't be read is told at once. Throws the UnavailableError. */
function refuseHopeless(
  question: Question,
  { view, now, staleAfterSeconds, policy }: QuestionWatchDeps,
): void {
  try {
    analyzeRollout(view, { ...question, onStale: 'error' }, now(), staleAfterSeconds, policy)
  } catch (error) {
    if (!(error instanceof UnavailableError) || !HOPELESS.has(error.code)) return
    throw error
  }
}

const HOPELESS: ReadonlySet<string> = new Set(['forbidden', 'no-such-resource'])

function earliest(moments: readonly (Seconds | null)[]): Seconds | null {
  const known = moments.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function detectChange(last: Answer, next: Answer): Report['change'] | null {
  if (last.verdict !== next.verdict || last.code !== next.code || last.reason !== next.reason)
    return 'verdict'
  return last.message === next.message ? null : 'message'
}
