import { errorChain } from '../../lib/error-chain.ts'
import { pause } from '../../lib/schedule.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Dispatcher } from '../delivery/dispatcher.ts'
import type { AppEvent } from '../event.ts'
import type { NotifierOptions } from '../notifier-options.ts'
import { OutboxConflictError } from '../outbox/entries.ts'
import { addEvent, makeRoom, prune } from '../outbox/outbox.ts'
import { recordBaseline } from './baseline.ts'
import { addImage, needsImage } from './cluster-facts.ts'
import type { PendingReport } from './input.ts'
import { findObsoleteKeys, findPendingReports } from './pending-reports.ts'

/** How often the outbox is pruned, and a full one logged, seconds. */
const PRUNE_INTERVAL = 60
/** Images that one pass reads: further releases are reported with the next pass. */
const MAX_IMAGES = 20
/** How long a release waits for its image, seconds. */
const IMAGE_TIMEOUT = 3

/** Finds what is not reported yet, writes it to the outbox, and gives it to the dispatcher once it is stored. */
export class Reconciler {
  readonly #options: NotifierOptions
  readonly #dispatcher: Dispatcher
  readonly #clusterUid: string
  #sequence: number
  #prunedAt: Seconds
  /** Keys of events in the outbox that may not be stored yet, and so must not be sent. */
  #unsaved: string[] = []
  #withoutRoom = 0

  /** `sequence`: the highest in the outbox, which has just been pruned. */
  constructor(options: NotifierOptions, dispatcher: Dispatcher, clusterUid: string, sequence: number) {
    this.#options = options
    this.#dispatcher = dispatcher
    this.#clusterUid = clusterUid
    this.#sequence = sequence
    this.#prunedAt = options.now()
  }

  /** Number of reports that did not fit into the outbox in the last pass. */
  get withoutRoom(): number {
    return this.#withoutRoom
  }

  /** One pass. Throws an OutboxConflictError when another replica has written to the outbox. */
  async reconcile(): Promise<void> {
    const { store, view, settings, clusterName, now } = this.#options
    if (now() - this.#prunedAt >= PRUNE_INTERVAL) this.#prune()
    const fitting = await this.#findFitting()
    for (const [report, events] of await this.#addImages(fitting)) {
      if (!store.hasRoom(report.objectUid)) {
        this.#withoutRoom += 1
        continue
      }
      for (const [key, entry] of report.entries) store.set(key, entry)
      for (const event of events) {
        this.#sequence += 1
        const named = clusterName === undefined ? event : { ...event, cluster: clusterName }
        const key = addEvent(store, named, settings.targets, this.#sequence, now())
        if (key !== null) this.#unsaved.push(key)
      }
    }
    if (view.watchesWork)
      for (const key of [...findObsoleteKeys({ view, outbox: store })]) store.set(key, undefined)
    await this.#save()
  }

  /** The pending reports that fit into the outbox. The others stay pending, as the cluster still shows them. */
  async #findFitting(): Promise<PendingReport[]> {
    const { store, settings, now } = this.#options
    const { selection } = settings
    const input = { ...this.#options, outbox: store, selection, clusterUid: this.#clusterUid }
    const baselineAt = await recordBaseline({ ...input, now: now() })
    const reports = findPendingReports({ ...input, baselineAt, now: now() })
    const fitting = reports.filter(({ objectUid }) => store.hasRoom(objectUid) || this.#makeRoom(objectUid))
    this.#withoutRoom = reports.length - fitting.length
    return fitting
  }

  /** Keeps the order, and stops before the first release whose image this pass may not read. */
  #addImages(reports: readonly PendingReport[]): Promise<(readonly [PendingReport, readonly AppEvent[]])[]> {
    const next = reports.filter(({ events }) => events.some(needsImage)).at(MAX_IMAGES)
    const taken = next === undefined ? reports : reports.slice(0, reports.indexOf(next))
    return Promise.all(
      taken.map(async (report) => {
        return [report, await Promise.all(report.events.map((event) => this.#addImage(event)))] as const
      }),
    )
  }

  /** Tries twice: a release is better reported without its image than late or never. */
  async #addImage(event: AppEvent): Promise<AppEvent> {
    const { objects, log } = this.#options
    if (!needsImage(event)) return event
    try {
      return await this.#limitTime(addImage(event, objects).catch(() => addImage(event, objects)))
    } catch (error) {
      const { id, workload } = event
      log.warn({ event: id, workload, error: errorChain(error) }, 'a release is reported without its image')
      return event
    }
  }

  /** Rejects after IMAGE_TIMEOUT: crashes and a stop of the service wait meanwhile. */
  async #limitTime<T>(reading: Promise<T>): Promise<T> {
    const end = new AbortController()
    const timeout = pause(this.#options.schedule, IMAGE_TIMEOUT, end.signal).then(() => {
      throw new Error(`no answer within ${IMAGE_TIMEOUT} s`)
    })
    try {
      return await Promise.race([reading, timeout])
    } finally {
      end.abort()
    }
  }

  /** Sends what could be stored, even if not everything could. */
  async #save(): Promise<void> {
    try {
      await this.#options.store.flush()
    } catch (error) {
      // Another replica sends now.
      if (error instanceof OutboxConflictError) this.#unsaved = []
      throw error
    } finally {
      this.#offerStored()
    }
  }

  #offerStored(): void {
    const { store } = this.#options
    const stored = this.#unsaved.filter((key) => store.isWritten(key))
    this.#unsaved = this.#unsaved.filter((key) => !store.isWritten(key))
    for (const key of stored) {
      const pending = store.get(key)
      if (pending?.type === 'pending') this.#dispatcher.offer(key, pending)
    }
  }

  #prune(): void {
    const { store, settings, now, log } = this.#options
    this.#prunedAt = now()
    prune(store, settings.targets, now())
    const events = this.#withoutRoom
    if (events > 0) log.warn({ events }, 'the outbox is full: new events wait until it has room')
  }

  /** Drops events of failing targets. Returns whether another event about an object fits then. */
  #makeRoom(objectUid: string): boolean {
    const { store, log } = this.#options
    const { failing } = this.#dispatcher
    const dropped = makeRoom(store, objectUid, (name) => failing.includes(name))
    for (const [key, pending] of dropped) this.#dispatcher.drop(key, pending, 'the outbox was full')
    const events = dropped.length
    if (events > 0) log.warn({ events, targets: failing }, 'the outbox is full: failing targets lose events')
    return store.hasRoom(objectUid)
  }
}
