import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Dispatcher } from '../delivery/dispatcher.ts'
import type { AppEvent } from '../event.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import { addEvent, makeRoom, prune } from '../outbox/outbox.ts'
import { OutboxConflictError } from '../outbox/outbox-store.ts'
import { pause } from '../pause.ts'
import { recordBaseline } from './baseline.ts'
import { needsImage, addImage } from './cluster-facts.ts'
import { findPendingReports, findObsoleteKeys } from './pending-reports.ts'
import type { PendingReport } from './input.ts'

/** Between two times that the ledger is tidied, and that its being full is logged, seconds. */
const TIDY_EVERY = 60
/** So many images are read at a time: the rest of many releases is told with the next look. */
const IMAGES_AT_ONCE = 20
/** For an image, seconds. */
const IMAGE_PATIENCE = 3

/** Looks at the cluster for what was not and hands it on once the ledger has safely kept it. */
export class Reconciler {
  readonly #options: NotifierOptions
  readonly #dispatch: Dispatcher
  /** Begins the ids of events. */
  readonly #cluster: string
  #sequence: number
  #tidiedAt: Seconds
  /** Keys of what is entered in the ledger, but not known to be written: not to be sent yet. */
  #unsaved: string[] = []
  #withoutRoom = 0

  /** `sequence`: the highest in the ledger, which was tidied just now. */
  constructor(options: NotifierOptions, dispatch: Dispatcher, cluster: string, sequence: number) {
    this.#options = options
    this.#dispatch = dispatch
    this.#cluster = cluster
    this.#sequence = sequence
    this.#tidiedAt = options.now()
  }

  /** How many events there was no room for at the last look. */
  get withoutRoom(): number {
    return this.#withoutRoom
  }

  /** One look. Throws a LedgerConflictError when another replica has written to the ledger. */
  async reconcile(): Promise<void> {
    const { store, view, settings, now } = this.#options
    if (now() - this.#tidiedAt >= TIDY_EVERY) this.#tidy()
    const due = await this.#due()
    for (const [step, events] of await this.#withImages(due)) {
      if (!store.hasRoom(step.objectUid)) {
        this.#withoutRoom += 1
        continue
      }
      for (const [key, entry] of step.entries) store.set(key, entry)
      for (const event of events) {
        this.#sequence += 1
        const entered = addEvent(store, event, settings.targets, this.#sequence, now())
        if (entered !== null) this.#unsaved.push(entered)
      }
    }
    if (view.settled) for (const key of [...findObsoleteKeys({ view, ledger: store })]) store.set(key, undefined)
    await this.#save()
  }

  /** What is to be told now, as far as there is room. What does not fit stays in the cluster's own state. */
  async #due(): Promise<PendingReport[]> {
    const { store, view, scope, settings, now, staleAfterSeconds, policy } = this.#options
    const { selection } = settings
    const beganAt = await recordBaseline({ store, view, scope, selection, now: now(), policy })
    const situation = { view, ledger: store, selection, clusterUid: this.#cluster, beganAt }
    const steps = findPendingReports({ ...situation, now: now(), staleAfterSeconds, policy })
    const fitting = steps.filter(({ objectUid }) => store.hasRoom(objectUid) || this.#makeRoom(objectUid))
    this.#withoutRoom = steps.length - fitting.length
    return fitting
  }

  /** In their order, up to the last release whose image may be read now. */
  async #withImages(steps: readonly PendingReport[]): Promise<(readonly [PendingReport, readonly AppEvent[]])[]> {
    const releases = steps.filter(({ events }) => events.some(needsImage))
    const [beyond] = releases.slice(IMAGES_AT_ONCE)
    const now = beyond === undefined ? steps : steps.slice(0, steps.indexOf(beyond))
    return Promise.all(
      now.map(async (step) => {
        const events = await Promise.all(step.events.map((event) => this.#withImage(event)))
        return [step, events] as const
      }),
    )
  }

  /** Tried twice, for a while: a release is better told without its image than late or not at all. */
  async #withImage(event: AppEvent): Promise<AppEvent> {
    const { objects, log } = this.#options
    if (!needsImage(event)) return event
    try {
      const reading = addImage(event, objects).catch(() => addImage(event, objects))
      return await this.#soon(reading)
    } catch (error) {
      const { id, workload } = event
      log.warn({ event: id, workload, error: errorChain(error) }, 'a release is reported without its image')
      return event
    }
  }

  /** Rejects when it was waited for long enough: crashes wait behind it, and so does an orderly stop. */
  async #soon<T>(reading: Promise<T>): Promise<T> {
    const read = new AbortController()
    const late = pause(this.#options.schedule, IMAGE_PATIENCE, read.signal).then(() => {
      throw new Error(`no answer within ${IMAGE_PATIENCE} s`)
    })
    try {
      return await Promise.race([reading, late])
    } finally {
      read.abort()
    }
  }

  /** What could be written is sent, also when not all could. */
  async #save(): Promise<void> {
    const { store } = this.#options
    try {
      await store.flush()
    } catch (error) {
      if (!(error instanceof OutboxConflictError)) this.#offerWritten()
      throw error
    }
    this.#offerWritten()
  }

  #offerWritten(): void {
    const { store } = this.#options
    const [written, unwritten] = [true, false].map((is) =>
      this.#unsaved.filter((key) => store.isWritten(key) === is),
    )
    this.#unsaved = unwritten ?? []
    for (const key of written ?? []) {
      const pending = store.get(key)
      if (pending?.type === 'pending') this.#dispatch.offer(key, pending)
    }
  }

  #tidy(): void {
    const { store, settings, now, log } = this.#options
    this.#tidiedAt = now()
    prune(store, settings.targets, now())
    const events = this.#withoutRoom
    if (events > 0) log.warn({ events }, 'the outbox is full: new events wait until it has room')
  }

  /** Whether there is room beside an object then. */
  #makeRoom(objectUid: string): boolean {
    const { store, log } = this.#options
    const { failing } = this.#dispatch
    const dropped = makeRoom(store, objectUid, (name) => failing.includes(name))
    for (const [key, pending] of dropped) this.#dispatch.drop(key, pending, 'the outbox was full')
    const events = dropped.length
    if (events > 0) log.warn({ events, targets: failing }, 'the outbox is full: failing targets lose events')
    return store.hasRoom(objectUid)
  }
}
